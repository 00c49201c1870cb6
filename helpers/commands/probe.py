"""Operations that may differ from run to run."""

from pathlib import Path

from helpers.commands.option_types import count

SAYS = "find operations whose results differ from run to run"
EXAMPLE = "--runs 20 --busy"


def add_options(command):
    """Which operations, how often, under what."""
    command.add_argument(
        "--runs", type=count, default=20, help="computations of each probe (default: %(default)s)"
    )
    command.add_argument("--busy", action="store_true", help="keep every core busy meanwhile")
    command.add_argument(
        "--protocol",
        default="parting",
        help="gives the shapes; a file of your own, my.toml, may, too (default: %(default)s)",
    )
    command.add_argument(
        "--switches",
        choices=["control", "default"],
        default="default",
        help="control has every switch on, default none (default: %(default)s)",
    )
    command.add_argument(
        "--only", default="", help="text that a probe's name contains (default: every probe)"
    )
    command.add_argument("--out", type=Path, help="CSV to write, its fingerprint beside it")


def do(given, say):
    """Compute, tell, and write."""
    from helpers import protocols
    from helpers.nondeterminism import probing

    chosen = protocols.named(given.protocol)
    if given.out:
        probing.refuse_others(probing.COLUMNS, given.out)
    found = probing.table(chosen, given.runs, given.busy, given.switches, only=given.only)
    here = probing.prints(chosen)
    shown = found.drop(columns=["framework", "device", "switches", "loaded", "runs"])
    for line in shown.to_string(index=False, na_rep="–", float_format="{:.2g}".format).splitlines():
        say(line)
    say(probing.sentence(found, here))
    if given.out:
        probing.write(found, here, given.out)
