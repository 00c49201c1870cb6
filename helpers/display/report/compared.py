"""Arms compared with one reference arm, for two questions: which of them, and what is said."""

from helpers.statistics import arm_comparison, run_comparison
from helpers.statistics.summary import ANALYSIS_SEED


def comparable(arms, found):
    """The arms that scatter and share patients and folds with the first of them, the reference.

    arms : dict of arm → `Runs`, as is what comes back; found : dict of arm → summary
    The reference is ``default``, or else the first arm that scatters.
    """
    scattered = [arm for arm, numbers in found.items() if numbers["verdict"] != "identical"]
    scattered.sort(key="default".__ne__)
    dealt = [_dealt(arms[arm]) for arm in scattered]
    pairs = zip(scattered, dealt, strict=True)
    return {arm: arms[arm] for arm, of_arm in pairs if of_arm and of_arm == dealt[0]}


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


def _dealt(runs):
    return runs.fold is not None and list(zip(runs.dsc.columns, runs.fold, strict=True))
