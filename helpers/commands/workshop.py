"""All notebooks, run."""

from pathlib import Path

SAYS = "run the notebooks and build their pages"
EXAMPLE = "--out build"


def add_options(command):
    """Two folders."""
    command.add_argument(
        "--notebooks",
        type=Path,
        default=Path("notebooks"),
        help="folder of the notebooks (default: %(default)s)",
    )
    command.add_argument(
        "--out", type=Path, default=Path("build"), help="folder to write (default: %(default)s)"
    )


def do(given, say):
    """Run them, telling what is being done."""
    from helpers.display import workshop

    workshop.build(given.notebooks, given.out, say)
