"""Which sections stand on a room's page."""

from functools import partial

from helpers.display.figures.mandel import mandel
from helpers.display.figures.precision import precision
from helpers.display.figures.room_medians import room_medians
from helpers.display.pictures import draw
from helpers.display.report import blocks
from helpers.display.report.blocks import Bullets, Paragraphs, Report, Section
from helpers.display.room import tables
from helpers.interlaboratory import machine
from helpers.statistics import room_summary

TITLE = "The room is the experiment:"
WORDS = (
    "The words are those of metrology (VIM, ISO 5725): repeatability is the same machine, "
    "reproducibility is other machines. Machine learning often calls reproducible what repeats on "
    "one machine, and the ACM's badges swapped reproducibility and replicability in 2020."
)
READ = (
    "SDs of run medians in percentage points of DSC with 95 % intervals: s_r within a machine, s_L "
    "between machines, s_R one run on any machine. s_r = 0: the runs of each machine have one "
    "median, so nothing is tested of it, each machine counts once and all scatter is between them. "
    "The verdict compares the upper bound of the reproducibility limit 1.96·√2·s_R with the "
    "margin; where machines share their bits it asks the same of one machine a kind. Intervals "
    "take machines for independent normal draws. “Not shown” does not mean different."
)
GROUPS = (
    "Machines are in one group if what their runs came to, every weight and every DSC, is the same "
    "to the last bit. "
    "What goes with the groups need not be what made them."
)
STANDS_OUT = (
    "Mandel's h: how far a machine's mean is from the others', in their SDs; k: its own scatter "
    "over that of all. Beyond 5 % is a straggler, beyond 1 % an outlier: somewhere to look, and "
    "nothing to leave out."
)
ROUNDING = (
    "By arm: its group, its medians of DSC in % (equal ones once), its runs. A line rounds medians "
    "to 0.0001 points; that of a study of many runs lists the first."
)
REFERENCES = (
    "ISO 5725-2:1994. Basic method for the determination of repeatability and reproducibility of "
    "a standard measurement method.",
    "JCGM 200:2012. International vocabulary of metrology (VIM), 2.20 to 2.25.",
    "Graybill FA, Wang CM. J Am Stat Assoc 1980;75:869.",
    "Ting N, Burdick RK, Graybill FA, Jeyaratnam S, Lu TFC. J Stat Comput Simul 1990;35:135.",
    "Wilrich PT. AStA Adv Stat Anal 2013;97:1.",
)


def of_room(room, margin, name):
    """The (`Report`, summary) of a `Room`; margin : points; name : of what it was read from."""
    found = room_summary.summarise(**room.numbers, margin=margin)
    listed = [
        _verdict(room, found),
        _bits(room, found),
        Section("The machines", _machines(room)),
        *_stands_out(room, found),
        Section("Left out", [Bullets(left_out(room))]),
        Section("References", [Bullets(REFERENCES)]),
    ]
    return Report(name, found, listed, TITLE), found


def repeated(found):
    """The arms that repeat the same thing, and are a room's question: list of names."""
    return [arm for arm, numbers in found.items() if "s_R" in numbers]


def left_out(room):
    """What does not count, and why: a list of sentences."""
    said = [
        f"{d.file}, row {d.row}: the line that begins with “{d.begins}” is left out: {d.reason}"
        for d in room.damaged
    ]
    if room.duplicates:
        said.append(again(room))
    said += [
        f"Kept apart: {count} machines with protocol {protocol}, code {code}, data {data}; the "
        f"room's own are {room.lines[0].protocol}, {room.lines[0].code}, {room.lines[0].data}."
        for (protocol, code, data), count in room.apart.items()
    ]
    return said or ["Nothing."]


def again(room):
    """How many lines came again, a sentence."""
    one = room.duplicates == 1
    return (
        "1 line came again and counts once."
        if one
        else (f"{room.duplicates} lines came again and count once.")
    )


def _verdict(room, found):
    said = {arm: n["sentence"].partition(": ")[2] for arm, n in found.items()}
    drawn = {
        f"{arm}_medians": draw(partial(room_medians, room, found, arm), height=_height(room))
        for arm in repeated(found)
    }
    if drawn:
        drawn["precision"] = draw(partial(precision, found), height=1.4 + 0.6 * len(found))
    counted = f"{len(room.lines)} machines, protocol {room.protocol}."
    table = tables.precision(found)
    shown = [blocks.Table(table), blocks.Note(READ)] if len(table) else []
    return Section(
        "",
        [Paragraphs([counted, WORDS]), blocks.Verdicts(said), *shown, blocks.Pictures(drawn)],
    )


def _bits(room, found):
    parts = [blocks.Note(GROUPS)]
    for arm in repeated(found):
        parts += [blocks.Heading(arm), Paragraphs([explained(room, arm)])]
        if 1 < found[arm]["distinct"] < found[arm]["machines"]:
            parts.append(blocks.Answers(tables.groups(room, arm)))
    return Section("Who has the same bits", parts)


def explained(room, arm):
    """What goes with the groups of an arm, a sentence."""
    groups, names = room.groups(arm), room.explained_by(arm)
    if len(room.runs(arm)) == 1:
        return f"{arm}: one machine."
    if len(groups) == 1:
        return f"{arm}: one group, all {len(room.runs(arm))} machines have the same bits."
    if max(len(group.machines) for group in groups.values()) == 1:
        return f"{arm}: {len(groups)} groups: no two machines have the same bits."
    if not names:
        return f"{arm}: {len(groups)} groups, and no three of the machines' properties tell why."
    alike = " and ".join(machine.TOLD[name] for name in names)
    return f"{arm}: {len(groups)} groups; machines that are alike in {alike} have the same bits."


def _stands_out(room, found):
    parts = []
    for arm in repeated(found):
        tested = [_test(room.names, test) for test in found[arm]["tests"]]
        if not tested:
            continue
        drawn = {f"{arm}_mandel": draw(partial(mandel, room, found, arm), height=3.2, width=9)}
        parts += [blocks.Heading(arm), Bullets(tested), blocks.Pictures(drawn)]
    return [Section("Machines that stand out", [blocks.Note(STANDS_OUT), *parts])] if parts else []


def _test(names, test):
    """A test's result, about machines by their names."""
    named = " and ".join(names[n] for n in test["laboratories"])
    judged = {
        "nothing": "within what chance does",
        "straggler": "straggler (5 %)",
        "outlier": "outlier (1 %)",
    }[test["says"]]
    return (
        f"{test['name']}: machine {named}: {judged}; {test['statistic']:.3f} against "
        f"{test['at_5']:.3f} at 5 % and {test['at_1']:.3f} at 1 %."
    )


def _machines(room):
    everyone = f"All share {tables.told(tables.common(room)) or 'nothing'}."
    return [Paragraphs([everyone]), blocks.Table(tables.machines(room)), blocks.Note(ROUNDING)]


def _height(room):
    return min(1.5 + 0.28 * len(room.lines), 9)
