"""The command line: python -m helpers COMMAND …"""

import argparse
import contextlib
import os
import signal
import sys

from helpers import __version__, commands
from helpers.errors import InputError
from helpers.plain import plain


class _Stopped(KeyboardInterrupt):
    """A signal that ends a process; its handling is that of Ctrl-C."""

    def __init__(self, number):
        super().__init__()
        self.number = number


def main(arguments=None):
    """Run one command; returns the exit code.

    0, 2 after bad input, and 128 and the signal's number after one: 130 after Ctrl-C.
    """
    os.environ["MPLBACKEND"] = "agg"  # a command draws into files, whatever a notebook has set
    _show_any_name()
    known = commands.every()
    given = parser(known).parse_args(arguments)
    try:
        with _signals_are_heard():
            known[given.command].do(given, _say)
    except InputError as error:
        print(f"error: {plain(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as stop:
        print(_stopped(known[given.command]), file=sys.stderr)
        return 128 + getattr(stop, "number", signal.SIGINT)
    return 0


class _Parser(argparse.ArgumentParser):
    """One whose errors only show: what is wrong may be the name of somebody's file."""

    def error(self, message):
        """Say what is wrong, and end."""
        super().error(plain(message))


def parser(known):
    """The parser of some commands (dict of name → module)."""
    made = _Parser(
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


def _stopped(command):
    """What to tell who has stopped a command; its module has ``GOES_ON`` where it keeps its way."""
    then = "goes on where this one was" if getattr(command, "GOES_ON", False) else "begins anew"
    return f"Stopped; the same command {then}."


def _say(sentence):
    print(plain(sentence))


def _show_any_name():
    """Escape what a terminal cannot show, such as a file name in another encoding."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")


@contextlib.contextmanager
def _signals_are_heard():
    """Let SIGTERM, and SIGHUP unless it is ignored (nohup), stop a command as Ctrl-C does."""
    names = ("SIGTERM", "SIGHUP")
    heard = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {}
    with contextlib.suppress(ValueError):  # not the main thread: nothing to set
        for number in heard:
            if signal.getsignal(number) != signal.SIG_IGN:
                before[number] = signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number, frame):
    raise _Stopped(number)


if __name__ == "__main__":
    sys.exit(main())
