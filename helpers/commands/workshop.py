"""All notebooks, run."""

from pathlib import Path

SAYS = "run the notebooks and build their pages"
EXAMPLE = "--out build"


def add_options(command):
    """Two folders, and the lines of a class."""
    command.add_argument(
        "--notebooks",
        type=Path,
        default=Path("notebooks"),
        help="folder of the notebooks (default: %(default)s)",
    )
    command.add_argument(
        "--out", type=Path, default=Path("build"), help="folder to write (default: %(default)s)"
    )
    command.add_argument(
        "--room",
        type=Path,
        nargs="+",
        metavar="LINES",
        help="put what a class handed in on the start page that is there; no notebook is run",
    )


def do(given, say):
    """Run them, telling what is being done; or add the class's room to what was run before."""
    from helpers.display import workshop

    if given.room:
        workshop.add_room(given.notebooks, given.out, given.room, say)
    else:
        workshop.build(given.notebooks, given.out, say)
