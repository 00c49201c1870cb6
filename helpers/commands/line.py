"""A line to hand in."""

from pathlib import Path

SAYS = "one line of text about a study, for a room of many machines"
EXAMPLE = "my_study"


def add_options(command):
    """The folder."""
    command.add_argument("folder", type=Path, help="the study's folder")


def do(given, say):
    """Print it, alone on the last line."""
    from helpers.interlaboratory import of_study

    say(of_study.line(given.folder))
