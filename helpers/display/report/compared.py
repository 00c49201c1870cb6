"""Arms compared with one reference arm, for two questions: which of them, and what is said."""

from helpers.statistics import arm_comparison, run_comparison
from helpers.statistics.summary import ANALYSIS_SEED


def comparable(arms, found):
    """The arms that scatter and share patients and folds with the first of them, the reference.

    arms : dict of arm → `Runs`, as is what comes back; found : dict of arm → summary
    The reference is ``default``, or else the first arm that scatters.
    """
    scattered = _scattered(found)
    return {arm: arms[arm] for arm in scattered if _alike(arms[arm], arms[scattered[0]])}


def left_out(arms, found):
    """Why arms that scatter are not compared with the reference: sentences; as `comparable`."""
    reference, *others = _scattered(found) or [None]
    return [
        f"{arm}: it has other patients or folds than {reference}, or changes them, so the two are "
        "not compared."
        for arm in others
        if not _alike(arms[arm], arms[reference])
    ]


def sentences(tested, found, margin):
    """Each of the `comparable` arms against their reference, at a margin in points: sentences.

    First what is asked, which names the unit.
    """
    alike = [arm for arm, numbers in found.items() if numbers["verdict"] == "identical"]
    said = [f"{arm}: its runs are identical, so it is not tested." for arm in alike]
    for other in list(tested.values())[1:]:
        one = next(iter(tested.values()))
        answer = arm_comparison.compare_arms(one.dsc, other.dsc, one.fold, ANALYSIS_SEED, margin)
        said.append(
            f"{other.arm} against {one.arm}, if each fold had another seed (unit: fold): {answer}"
        )
        answer = run_comparison.compare_runs(one.medians, other.medians, margin)
        said.append(f"{other.arm} against {one.arm}, as they stand (unit: run): {answer}")
    return said


def _scattered(found):
    arms = [arm for arm, numbers in found.items() if numbers["verdict"] != "identical"]
    return sorted(arms, key="default".__ne__)


def _alike(runs, reference):
    return runs.fold is not None and runs.same_people(reference)
