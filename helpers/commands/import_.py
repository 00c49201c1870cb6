"""A study from others."""

from pathlib import Path

SAYS = "a crate's records to a study"
EXAMPLE = "a --out b"


def add_options(command):
    """From where, to where."""
    command.add_argument("crate", type=Path, help="folder that 'export' wrote")
    command.add_argument("--out", type=Path, required=True, help="the study's folder")


def do(given, say):
    """Restore the records, and tell how many were refused."""
    from helpers.study import export

    found = export.restore(given.crate, given.out)
    say(f"{given.out}: {found.written} records restored, {found.there} were there")
    if found.refused:
        say(f"{found.refused} records were changed and are refused: 'run' does their cells again")
    if found.maskless:
        say(f"{found.maskless} records lack their masks: 'run' does these cells again")
