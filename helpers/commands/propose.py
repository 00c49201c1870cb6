"""A protocol that fits one's own patients."""

from pathlib import Path

SAYS = "a protocol that fits your own patients, and what it will take"
EXAMPLE = "my_cohort --out my.toml"


def add_options(command):
    """For which patients, like what, to where."""
    command.add_argument("folder", type=Path, help="folder of patients, as for 'run --data'")
    command.add_argument("--out", type=Path, help="file to write, my.toml")
    command.add_argument(
        "--like",
        default="study",
        help="protocol that all other numbers are taken from (default: %(default)s)",
    )
    command.add_argument("--dry-run", action="store_true", help="only show it")


def do(given, say):
    """Look, show the table and the file, and write it."""
    from helpers import atomic, protocol
    from helpers.errors import InputError
    from helpers.study import proposal

    if not given.out and not given.dry_run:
        raise InputError("There is no file to write: name one with --out, or give --dry-run.")
    if given.like not in protocol.PROTOCOLS:
        names = ", ".join(protocol.PROTOCOLS)
        raise InputError(f"There is no protocol {given.like!r} to be like: choose one of {names}.")
    name = proposal.check_place(given.out) if given.out else "proposed"
    found = proposal.propose(given.folder, protocol.PROTOCOLS[given.like], name)
    for line in found.text.rstrip().splitlines():
        say(line)
    if not given.dry_run:
        atomic.write_bytes(given.out, found.text.encode())
        say(f"{given.out}: use it with 'run --protocol {given.out} --data {given.folder}'")
