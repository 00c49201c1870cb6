"""The story of a study for a stranger: what was asked, what was seen, and what it holds for.

Every sentence is computed from a summary, so that none outlives the numbers it was written about.
"""

from dataclasses import dataclass

from helpers.display.figures.look import arm_colours
from helpers.display.figures.plain_dots import plain_dots
from helpers.display.pictures import draw
from helpers.errors import InputError
from helpers.statistics import summary
from helpers.statistics.both_estimates import RECOMBINED
from helpers.statistics.runs import by_arm
from helpers.study import shipped

QUESTION = (
    "If I train the same network again with the same seeds, do I get the same result? And if not, "
    "does it matter?"
)
FIRST = ("hippocampus", "study")  # real persons go before phantoms
BESIDE = {"hippocampus": "hippocampus_gpu"}  # the same on a GPU, of which `default` is shown
ON_A_GPU = "default on a GPU"
WAYS = {
    "control": "Same seeds, every switch on",
    "default": "Same seeds, as a user runs it",
    ON_A_GPU: "Same seeds, no switch on, on a GPU",
    "order": "Same seeds, sums in another order",
    "one_bit": "Same seeds, one bit flipped",
    "seeds": "Other seeds",
    "both": "Other seeds, as a user runs it",
}
_PEOPLE = {
    "hippocampus": "the hippocampus in MR pictures of the brains of {n} real persons",
    "phantom": "the breast in computed MR pictures of {n} phantom patients",
}
_SCORE = (
    "The score is the overlap with the true outline (DSC, 100 % is the same outline): its median "
    "over all {n}."
)


@dataclass(frozen=True)
class Story:
    """A lead, a `Picture`, what was found as pairs, and sentences on what that holds for."""

    lead: str
    picture: object
    found: list
    holds: list


def shipped_story():
    """The `Story` of the first study that ships, real persons before phantoms."""
    for name in FIRST:
        try:
            about, found = shipped.about(name), shipped_arms(name)
        except InputError:
            continue
        told = of_study(found, about["fingerprint"]["protocol"])
        return Story(*told, [*_holds(about), shipped.provenance(name), *_made_beside(name)])
    raise InputError("No finished study ships with this version: see helpers/reference.")


def shipped_arms(name):
    """The arms of a study that ships, and what its network did by itself on a GPU.

    returns : dict of arm → summary, in the order of ``WAYS``
    raises  : InputError as ``shipped.table``
    """
    found = summary.summarise(by_arm(shipped.table(name)))
    if name in BESIDE:
        found[ON_A_GPU] = summary.summarise(by_arm(shipped.table(BESIDE[name])))["default"]
    return {arm: found[arm] for arm in WAYS if arm in found}


def _made_beside(name):
    """What the trainings on a GPU were made with: a list of sentences."""
    if name not in BESIDE:
        return []
    own = "Other seeds and emulated rounding of the GPU are its own, and not shown here."
    return [own, shipped.provenance(BESIDE[name])]


def of_study(found, protocol):
    """Lead, picture and sentences of a study.

    found : dict of arm → summary; protocol : dict, as a fingerprint has it
    """
    people = _PEOPLE[protocol.get("cohort", "phantom")].format(n=protocol["patients"])
    lead = (
        f"A network learned to outline {people}. One repetition, a dot, is {protocol['folds']} "
        "trainings, each judged on those that it had not seen. Then the whole was done again. "
        + _SCORE.format(n=protocol["patients"])
    )
    return lead, dots(found), sentences(found)


def dots(found, width=5):
    """The `Picture` of a study: a dot a repetition; found : dict of arm → summary; inches."""
    ways = {way(arm): n for arm, n in found.items()}
    return draw(
        lambda ax: plain_dots(ways, colours(found), ax), width=width, height=1.2 + 0.6 * len(found)
    )


def colours(arms):
    """The colour of each way of repeating, its arm's as in every figure: dict by way."""
    kinds = {arm: "default" if arm == ON_A_GPU else arm for arm in arms}
    shades = arm_colours(kinds.values())
    return {way(arm): shades[kind] for arm, kind in kinds.items()}


def sentences(found):
    """What was seen of each arm, and whether it matters: a list of (of what, sentence).

    found : dict of arm → summary
    """
    return [_seen(arm, n) for arm, n in found.items()] + [_matters(found)]


def of_room(found):
    """What a class's machines found, arm by arm: a list of (of what, sentence).

    found : dict of arm → dict, the numbers of a room; the yardstick, other seeds, is left out
    """
    return [(way(arm), _machines(n)) for arm, n in found.items() if "verdict" in n]


def _machines(numbers):
    """How many machines repeat themselves, how many results they have, and whether it matters."""
    again = f"{numbers['repeat_exactly']} of {numbers['with_several_runs']} repeat themselves"
    said = f"{numbers['machines']} machines, {numbers['distinct']} different results"
    what = "differ by less than {margin:g} points: {verdict}".format(**numbers)
    return f"{said}; {again} to the last bit. That any two machines {what}."


def way(arm):
    """An arm in a stranger's words; one of somebody's own keeps its name."""
    return WAYS.get(arm, arm)


def _seen(arm, numbers):
    runs, distinct = numbers["runs"], numbers["distinct_digests"]
    if runs == 1:
        return way(arm), f"1 repetition, {numbers['medians'][0]:.2f} %: nothing to compare it with."
    if numbers["verdict"] == "identical":
        what = "to the last bit" if distinct == 1 else "in every median"
        return way(arm), f"{runs} repetitions, the same result {what}."
    low, high = min(numbers["medians"]), max(numbers["medians"])
    count = f"{distinct} different results" if distinct else "unlike results"
    return way(arm), f"{runs} repetitions, {count}, {low:.2f} to {high:.2f} %{_ratio(numbers)}."


def _ratio(numbers):
    """How an arm scatters against other seeds, by the estimate that its verdict rests on."""
    name = "recombined_ratio" if numbers["rests_on"] == RECOMBINED else "sd_ratio"
    ratio, bounds = numbers.get(f"{name}_to_seeds"), numbers.get(f"{name}_ci")
    if ratio is None or not bounds or None in bounds or bounds[0] == bounds[1]:
        return ""
    return (
        f"; they scatter {ratio:.2f} times as much as those of other seeds (95 % interval "
        f"{bounds[0]:.2f} to {bounds[1]:.2f})"
    )


def _matters(found):
    """One sentence on the verdicts of all arms that scatter."""
    scattered = {arm: n for arm, n in found.items() if n["verdict"] != "identical"}
    if not scattered:
        return "Does it matter?", "Nothing scatters here, so there is nothing to weigh."
    margin = next(iter(scattered.values()))["margin"]
    shown = [way(arm) for arm, n in scattered.items() if n["verdict"].startswith("repeatable")]
    rest = [way(arm) for arm in scattered if way(arm) not in shown]
    said = [f"shown for {_listed(shown)}"] if shown else []
    said += [f"not shown for {_listed(rest)}, which does not mean that they differ"] if rest else []
    what = f"That two repetitions differ by less than {margin:g} points is {'; '.join(said)}."
    return "Does it matter?", what


def _listed(names):
    return ", ".join(f"“{name[0].lower()}{name[1:]}”" for name in names)


def _holds(about):
    protocol = about["fingerprint"]["protocol"]
    return [
        f"For these {protocol['patients']}, this network, trained for {protocol['epochs']} epochs, "
        "and the machines below; with others it may be otherwise."
    ]
