"""The files of a room: a page, its pictures' numbers as JSON, and the table of its machines."""

import json
from pathlib import Path

from helpers import ours
from helpers.display import escaping
from helpers.display.report import as_html
from helpers.display.room import sections, tables
from helpers.interlaboratory import room as rooms

KIND = "room"  # of a folder


def write(paths, folder, margin=0.5):
    """Write the page of the lines in some files as ``folder``; returns (path of it, `Room`).

    paths  : files that hold lines; the folder's earlier page must be of the first of them
    folder : an earlier room of the same files is replaced, and nothing else is
    margin : percentage points, chosen before looking
    raises : InputError naming the file and what is wrong with it; nothing is written then
    """
    paths = [Path(path) for path in paths]
    ours.check(folder, KIND, paths[0])
    room = rooms.of_files(paths)
    ours.write(folder, contents(room, margin, paths[0].name), KIND, paths[0])
    return Path(folder) / "index.html", room


def contents(room, margin=0.5, name="room"):
    """The files of a `Room`: dict of name → bytes; arguments as `write`."""
    report, found = sections.of_room(room, margin, name)
    made = {
        "index.html": as_html.page(report),
        "room.json": json.dumps(numbers(room, found), indent=1, allow_nan=False) + "\n",
        "machines.csv": tables.machines(room).map(escaping.cell).to_csv(index=False),
    }
    return {name: text.encode() for name, text in made.items()}


def numbers(room, found):
    """What stands on the page, as a dict for JSON; found : the room's summary."""
    names = ("protocol", "code", "data", "machines")
    return {
        "protocol": room.protocol,
        "machines": [_machine(n, line) for n, line in enumerate(room.lines, 1)],
        "groups": {arm: _groups(room, arm) for arm in room.arms},
        "told_apart_by": {arm: list(room.explained_by(arm)) for arm in sections.repeated(found)},
        "arms": found,
        "damaged": [vars(damaged) for damaged in room.damaged],
        "duplicates": room.duplicates,
        "apart": [dict(zip(names, (*key, n), strict=True)) for key, n in room.apart.items()],
    }


def _machine(number, line):
    runs = {arm.arm: {k: v for k, v in vars(arm).items() if k != "arm"} for arm in line.arms}
    return {"machine": number, "study": line.study} | line.machine | {"arms": runs}


def _groups(room, arm):
    return {letter: vars(group) for letter, group in room.groups(arm).items()}
