"""The command line: python -m helpers COMMAND …"""

import argparse
import sys

from helpers import __version__, commands
from helpers.errors import InputError


def main(arguments=None):
    """Run one command; returns the exit code: 0, 2 after bad input, 130 after Ctrl-C."""
    known = commands.every()
    given = parser(known).parse_args(arguments)
    try:
        known[given.command].do(given, print)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; the same command goes on where this one was.", file=sys.stderr)
        return 130
    return 0


def parser(known):
    """The parser of some commands (dict of name → module)."""
    made = argparse.ArgumentParser(
        prog="python -m helpers",
        description="Train the same network again with the same seeds, and compare.",
    )
    made.add_argument("--version", action="version", version=__version__)
    added = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in known.items():
        command = added.add_parser(
            name,
            help=module.SAYS,
            description=module.SAYS,
            epilog=f"example: python -m helpers {name} {module.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_options(command)
    return made


if __name__ == "__main__":
    sys.exit(main())
