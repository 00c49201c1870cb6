"""A page of many machines."""

from pathlib import Path

SAYS = "a page of the lines that many machines handed in"
EXAMPLE = "lines.txt form.csv --out room"


def add_options(command):
    """From what, to where, at which margin."""
    command.add_argument(
        "lines", type=Path, nargs="+", help="files that hold lines: text, CSV, XLSX, packed or not"
    )
    command.add_argument("--out", type=Path, required=True, help="folder to write")
    command.add_argument(
        "--margin", type=float, default=0.5, help="percentage points (default: %(default)s)"
    )


def do(given, say):
    """Write it, tell what was left out, and where its page is."""
    from helpers.display import room
    from helpers.display.room import sections

    page, found = room.write(given.lines, given.out, given.margin)
    for damaged in found.damaged:
        say(f"Left out: {damaged.file}, row {damaged.row}: {damaged.reason}")
    if found.duplicates:
        say(sections.again(found))
    others = sum(found.apart.values())
    if others:
        say(f"{others} machines did another experiment and are kept apart.")
    say(f"{page}: {len(found.lines)} machines")
