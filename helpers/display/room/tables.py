"""The tables of a room: what its machines are, who has the same bits, and ISO 5725-2's numbers."""

import pandas as pd

from helpers.interlaboratory import machine
from helpers.interlaboratory.room import shared

_MANY = 8  # machines that are named one by one
_GROUPS = 30  # that are listed


def machines(room):
    """One row a machine: number, group and medians of each arm in %, and what not all share."""
    letters, everyone = {arm: room.letters(arm) for arm in room.arms}, common(room)
    differ = [name for name in machine.NAMES if name not in everyone]
    return pd.DataFrame(
        [
            {"machine": n}
            | {arm: _medians(line.arm(arm), letters[arm].get(n)) for arm in letters}
            | {machine.TOLD[name]: _words(line.machine[name]) for name in differ}
            for n, line in enumerate(room.lines, 1)
        ]
    )


def common(room):
    """What all machines share: dict of name → value."""
    return shared([line.machine for line in room.lines])


def told(values):
    """What some machines share (dict of name → value), as words."""
    return ", ".join(f"{machine.TOLD[n]} {_words(v)}" for n, v in values.items())


def groups(room, arm, most=_GROUPS):
    """One row a group of machines with the same bits under an arm: who they are, what they share.

    What all of the room's machines share is left out; most : groups that are listed, largest first
    """
    everyone, results = common(room), room.results(arm)
    listed = list(room.groups(arm).items())[:most]
    return pd.DataFrame(
        [
            {
                "group": letter,
                "machines": len(group.machines),
                "which": _which(group.machines),
                "first median of DSC (%)": f"{results[group.machines[0]][0]:.4f}",
                "they share": _shared(group.shared, everyone),
            }
            for letter, group in listed
        ]
    )


def precision(found):
    """One row an arm of a `room_summary`: what repeats, and ISO 5725-2's numbers, in points."""
    return pd.DataFrame(
        [
            {
                "arm": arm,
                "machines": n["machines"],
                "runs": n["runs"],
                "different results": n["distinct"],
                "mean (%)": f"{n['mean']:.2f}",
                "s_r": _number(n["s_r"], n["s_r_ci"]),
                "s_L": _number(n["s_L"], n["s_L_ci"]),
                "s_R": _number(n["s_R"], n["s_R_ci"]),
                "s_R, one machine a kind": _number(n["s_R_kinds"], n["s_R_ci_kinds"]),
                "that / SD of seeds": _ratio(n["ratio_to_seeds"], n["ratio_ci"]),
                "on one machine": n["repeatable"],
                "between machines": n["verdict"],
            }
            for arm, n in found.items()
            if "s_R" in n
        ]
    )


def apart(room):
    """One row an experiment that is another than the room's: what it was, how many machines."""
    rows = [(*key, count) for key, count in room.apart.items()]
    return pd.DataFrame(rows, columns=["protocol", "code", "data", "machines"])


def _medians(found, letter):
    if found is None:
        return "–"
    listed = ", ".join(f"{median:.2f}" for median in dict.fromkeys(found.medians))
    more = f", {found.runs} runs" if found.runs > 1 else ""
    return f"{letter}: {listed}{more}"


def _which(numbers):
    named = ", ".join(map(str, numbers[:_MANY]))
    return named if len(numbers) <= _MANY else f"{named} and {len(numbers) - _MANY} more"


def _shared(values, everyone):
    own = {name: value for name, value in values.items() if name not in everyone}
    return told(own) or "nothing but what all share"


def _words(value):
    return value.replace("+", " ")


def _number(value, bounds):
    if value is None:
        return "–"
    if value == 0:
        return "0"
    low, high = bounds
    interval = "" if low is None else f" ({low:.3f} to {high:.3f})"
    return f"{value:.3f}{interval}"


def _ratio(ratio, bounds):
    if ratio is None:
        return "–"
    low, high = bounds
    return f"{ratio:.2f}" if low is None else f"{ratio:.2f} ({low:.2f} to {high:.2f})"
