"""How far a study is."""

from pathlib import Path

SAYS = "how far a study is"
EXAMPLE = "my_study"


def add_options(command):
    """The folder."""
    command.add_argument("folder", type=Path, help="the study's folder")


def do(given, say):
    """Tell it in sentences."""
    from helpers.study import status

    for line in status.lines(given.folder):
        say(line)
