"""All that can be asked of a machine with a GPU."""

from pathlib import Path

from helpers.commands.option_types import minutes

SAYS = "ask a machine, with a GPU or without, all at once: what parts, what ends it, how fast"
EXAMPLE = "--out my_gpu --minutes 10"
GOES_ON = True


def add_options(command):
    """Where to, and how long."""
    command.add_argument("--out", type=Path, required=True, help="folder to write, or to go on in")
    command.add_argument(
        "--minutes",
        type=minutes,
        default=10.0,
        help="after which nothing more is begun; the same command goes on (default: %(default)g)",
    )
    command.add_argument(
        "--protocol",
        default="parting",
        help="gives network and patients; a file of your own, my.toml, may, too "
        "(default: %(default)s)",
    )


def do(given, say):
    """Ask, tell, and end with a line for the room."""
    from helpers import protocols
    from helpers.nondeterminism.survey import framework, survey

    framework.choose()
    survey.run(given.out, protocols.named(given.protocol), given.minutes, say)
