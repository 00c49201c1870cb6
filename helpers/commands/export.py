"""A study for others."""

from pathlib import Path

from helpers.errors import InputError

SAYS = "the table as CSV or Parquet, or all of a study as an RO-Crate"
EXAMPLE = "my_study --out my_crate"
_FILES = (".xlsx", ".xls", ".ods", ".tsv", ".txt", ".json", ".zip")  # endings of no folder


def add_options(command):
    """From where, to where, whose."""
    command.add_argument("folder", type=Path, help="the study's folder")
    command.add_argument("--out", type=Path, required=True, help=".csv, .parquet or a folder")
    command.add_argument("--author", help="of the crate (default: the maintainers of its software)")
    command.add_argument(
        "--licence", help="of the crate, by its SPDX name (default: MIT; with masks, give one)"
    )


def do(given, say):
    """Write a table, or a crate."""
    from helpers.study import export

    if given.out.suffix.lower() in export.TABLES:
        say(f"{given.out}: {export.write_table(given.folder, given.out)} rows")
        return
    if given.out.suffix.lower() in _FILES:
        raise InputError(
            f"{given.out}: a table ends in {' or '.join(export.TABLES)}, and a crate is a folder."
        )
    from helpers.display import crate

    count = crate.write(given.folder, given.out, given.author, given.licence)
    say(f"{given.out}: RO-Crate of {count} files")
