"""What a room of machines says, arm by arm: how many results, how far apart, and the verdict."""

import math
from collections import Counter
from dataclasses import asdict

import numpy as np

from helpers.errors import InputError
from helpers.statistics import standing_out
from helpers.statistics.dsc_arrays import margin_points
from helpers.statistics.repeatability import sample_sd, sd_factors
from helpers.statistics.reproducibility import precision
from helpers.statistics.sd_ratio import ratio_factors

FEW = 3  # machines, and different results, below which nothing is shown
YARDSTICK = "seeds"
_VARIED = (YARDSTICK, "both", "one_bit")  # what run k changes is the same on every machine
_TIED = "have one median though results differ, so how far medians scatter is not known"
_LEVELS = (standing_out.STRAGGLER, standing_out.OUTLIER)


def summarise(results, digests, exact, margin=0.5, varied=_VARIED):
    """The summary of every arm: dict of arm → dict, DSC in % and points, ready for JSON.

    results : dict of arm → dict of machine → its run medians
    digests : dict of arm → dict of machine → digest of all bits of its runs
    exact   : dict of arm → dict of machine → whether its runs, two or more, have the same bits;
              None where there is one run
    margin  : points, chosen before looking
    varied  : arms whose runs differ on purpose, the same on each machine: they are a yardstick and
              no laboratory's scatter
    raises  : InputError if the margin is no number above 0, or there is no machine
    """
    margin = margin_points(margin)
    if not any(results.values()):
        raise InputError("There is no machine: give one or more.")
    scale = yardstick(results.get(YARDSTICK, {}))
    found = {}
    for arm, by_machine in results.items():
        numbers = _counts(by_machine, digests[arm], exact[arm])
        if arm not in varied:
            numbers |= _scatter(by_machine, digests[arm], numbers, margin) | {"margin": margin}
            numbers |= _ratio(numbers, scale)
        if arm == YARDSTICK:
            numbers["yardstick"] = scale
        found[arm] = numbers | {"sentence": _sentence(arm, numbers, margin, arm in varied, scale)}
    return found


def yardstick(by_machine):
    """How far other seeds move a run median: dict with ``sd`` and ``ci`` in points, and ``seeds``.

    by_machine : dict of machine → medians of its runs, of which run k has the same seeds everywhere
    The SD over seeds on one machine, pooled over the machines that have most runs. Its degrees of
    freedom are those of one machine: the same seeds on another are no further seeds. None for less
    than two seeds.
    """
    most = max(map(len, by_machine.values()), default=0)
    if most < 2:
        return None
    longest = [values for values in by_machine.values() if len(values) == most]
    sd = float(np.sqrt(np.mean([sample_sd(values) ** 2 for values in longest])))
    return {"sd": sd, "ci": [sd * factor for factor in sd_factors(most)], "seeds": most}


def conclusion(found):
    """What may be said of the arms that repeat the same thing, and the yardstick, as a text."""
    return " ".join(numbers["sentence"] for numbers in found.values())


def _counts(by_machine, digests, exact):
    return {
        "machines": len(by_machine),
        "runs": sum(map(len, by_machine.values())),
        "distinct": len(set(digests.values())),
        "repeat_exactly": sum(map(bool, exact.values())),
        "with_several_runs": sum(one is not None for one in exact.values()),
    }


def _scatter(by_machine, digests, counts, margin):
    """ISO 5725-2's numbers. Machines with the same bits are no independent draws: where there are
    any s_L and s_R have the interval of one machine a kind alone, and the verdict takes the larger
    of the two bounds of R."""
    values = [np.asarray(v, float) for v in by_machine.values()]
    numbers = {name: _known(value) for name, value in asdict(precision(values)).items()}
    kinds = {digests[name]: np.asarray(v, float) for name, v in reversed(by_machine.items())}
    alone = precision(list(kinds.values()))
    for name in ("s_R", "s_R_ci", "R_upper"):
        numbers[f"{name}_kinds"] = _known(getattr(alone, name))
    if counts["distinct"] < counts["machines"]:
        numbers["s_L_ci"] = numbers["s_R_ci"] = [None, None]
    p, several = counts["machines"], Counter(len(v) for v in values if len(v) > 1)
    size = several.most_common(1)[0][0] if several else 1
    return {name: numbers[name] for name in numbers if name not in ("laboratories", "results")} | {
        "valid": counts["distinct"] == p > 1,
        "verdict": _verdict(numbers, counts, margin),
        "repeatable": _repeatable(numbers, counts, margin),
        "h": [_known(v) for v in standing_out.mandel_h(values)],
        "k": [_known(v) for v in standing_out.mandel_k(values)],
        "critical_h": [_known(standing_out.critical_h(p, a)) for a in _LEVELS],
        "critical_k": [_known(standing_out.critical_k(several.total(), size, a)) for a in _LEVELS],
        "tests": _tests(by_machine, values),
    }


def _tests(by_machine, values):
    """The tests, about machines by their own names."""
    names = list(by_machine)
    return [
        asdict(test) | {"laboratories": [names[n - 1] for n in test.laboratories]}
        for test in standing_out.tests(values)
    ]


def _verdict(numbers, counts, margin):
    """Between machines: identical, reproducible within the margin, or not shown."""
    if counts["machines"] > 1 and counts["distinct"] == 1:
        return "identical"
    bounds = [numbers["R_upper"], numbers["R_upper_kinds"]]
    few = counts["distinct"] < FEW or not numbers["s_R"]
    if few or None in bounds or not max(bounds) < margin:
        return "not shown"
    return f"reproducible within ±{margin:g} points"


def _repeatable(numbers, counts, margin):
    """Within a machine, the same."""
    if not counts["with_several_runs"]:
        return "not shown"
    if counts["repeat_exactly"] == counts["with_several_runs"]:
        return "identical"
    upper = numbers["r_upper"]
    fits = numbers["s_r"] and upper is not None and upper < margin
    return f"repeatable within ±{margin:g} points" if fits else "not shown"


def _ratio(numbers, scale):
    """s_R of one machine a kind over the SD of other seeds, with its F interval; None without."""
    if not scale or not scale["sd"] or not numbers["s_R_kinds"]:
        return {"ratio_to_seeds": None, "ratio_ci": [None, None]}
    ratio = numbers["s_R_kinds"] / scale["sd"]
    factors = ratio_factors(numbers["distinct"], scale["seeds"])
    return {"ratio_to_seeds": ratio, "ratio_ci": [_known(ratio * f) for f in factors]}


def _sentence(arm, numbers, margin, is_varied, scale):
    if is_varied:
        return _scale_sentence(arm, numbers, scale)
    return f"{arm}: {_within(numbers, margin)}; {_among(numbers, margin)}"


def _scale_sentence(arm, numbers, scale):
    if arm != YARDSTICK or not scale:
        return f"{arm}: its runs differ on purpose, so nothing is said of a machine's scatter."
    low, high = scale["ci"]
    return (
        f"{arm}, the yardstick: {scale['seeds']} different seeds have an SD of {scale['sd']:.3f} "
        f"points ({low:.3f} to {high:.3f})."
    )


def _within(numbers, margin):
    several, same = numbers["with_several_runs"], numbers["repeat_exactly"]
    if not several:
        return "no machine has run it twice, so nothing is said of repeatability"
    if same == several:
        return f"repeatable to the last bit on each of the {several} machines that ran it twice"
    said = f"{same} of {several} machines repeat it to the last bit"
    if not numbers["s_r"]:
        return f"{said}; runs of one machine {_TIED}"
    said = (
        f"{said}; s_r is {numbers['s_r']:.3f} points, and two runs on one machine are estimated to "
        f"differ by less than {numbers['r']:.2f} points 95 % of the time (upper bound "
        f"{numbers['r_upper']:.2f})"
    )
    return f"{said}, {numbers['repeatable']} at a margin of {margin:g}"


def _among(numbers, margin):
    p, distinct = numbers["machines"], numbers["distinct"]
    if p == 1:
        return "one machine says nothing about reproducibility."
    if distinct == 1:
        return f"reproducible to the last bit: all {p} machines have the same."
    among = f"the {p} machines have {distinct} different results"
    if p < FEW:
        return f"{among}, and two say next to nothing about reproducibility."
    if not numbers["s_R"]:
        return f"{among}; all {_TIED}."
    return (
        f"{among}, s_R is {numbers['s_R']:.3f} points{_interval(numbers)}, and two machines "
        f"are estimated to differ by less than {numbers['R']:.2f} points 95 % of the time (upper "
        f"bound {numbers['R_upper']:.2f}{_kinds(numbers)}, margin {margin:g}): "
        f"{numbers['verdict']}.{_against(numbers)}"
    )


def _against(numbers):
    """s_R beside the yardstick, a sentence, or nothing without one."""
    ratio, (low, high) = numbers["ratio_to_seeds"], numbers["ratio_ci"]
    if ratio is None or low is None:
        return ""
    which = "s_R" if numbers["valid"] else "Counted so, s_R"
    return f" {which} is {ratio:.2f} times the SD of other seeds ({low:.2f} to {high:.2f})."


def _interval(numbers):
    """That of s_R; where machines share their bits, s_R and interval of one machine a kind."""
    low, high = numbers["s_R_ci_kinds"]
    if low is None:
        return ""
    interval = f"({low:.3f} to {high:.3f})"
    if numbers["valid"]:
        return f" {interval}"
    return f", {numbers['s_R_kinds']:.3f} {interval} where machines with the same bits count as one"


def _kinds(numbers):
    if numbers["valid"]:
        return ""
    upper = numbers["R_upper_kinds"]
    told = "unknown" if upper is None else f"{upper:.2f}"
    return f", and {told} counted so"


def _known(value):
    """A number for JSON: NaN is None."""
    if isinstance(value, tuple):
        return [_known(v) for v in value]
    if isinstance(value, float) and math.isnan(value):
        return None
    return value.item() if hasattr(value, "item") else value
