"""What a study says."""

from pathlib import Path

SAYS = "table, figures and verdict"
EXAMPLE = "my_study --out report"


def add_options(command):
    """From what, to where, at which margin."""
    command.add_argument("source", type=Path, help="study's folder, its CSV or a published table")
    command.add_argument("--out", type=Path, required=True, help="folder to write")
    command.add_argument(
        "--margin",
        type=float,
        default=0.5,
        help="points; choose it before looking (default: %(default)s)",
    )


def do(given, say):
    """Write it, and tell where its page is."""
    from helpers.display import report

    say(str(report.write(given.source, given.out, given.margin)))
