"""Arms compared fold by fold with one reference arm: which of them, and what is said."""

from helpers.statistics import arm_comparison
from helpers.statistics.summary import ANALYSIS_SEED


def scattered(found):
    """The arms whose runs are not identical: a list. ``found`` is a dict of arm → summary."""
    return [arm for arm, numbers in found.items() if numbers["verdict"] != "identical"]


def reference_arm(found):
    """The arm that others are compared with: ``default`` or the first that scatters, or None."""
    arms = scattered(found)
    return "default" if "default" in arms else next(iter(arms), None)


def comparable(arms, found):
    """The arms that scatter and share patients and folds with the reference arm: a list."""
    reference = reference_arm(found)
    dealt = reference and _dealt(arms[reference])
    others = [arm for arm in scattered(found) if arm != reference]
    return [arm for arm in others if dealt and _dealt(arms[arm]) == dealt]


def sentences(arms, found, margin):
    """Each comparable arm against the reference, at a margin in points: a list of sentences.

    arms : dict of arm → `Runs`; found : dict of arm → summary. Identical runs are not tested.
    """
    alike = [arm for arm in found if arm not in scattered(found)]
    said, reference = [], reference_arm(found)
    for arm in comparable(arms, found):
        one, other = arms[reference], arms[arm]
        tested = arm_comparison.compare_arms(one.dsc, other.dsc, one.fold, ANALYSIS_SEED, margin)
        said.append(f"{arm} against {reference}: {tested}")
    return [f"{arm}: its runs are identical, so it is not tested." for arm in alike] + said


def _dealt(runs):
    """The patients and the fold of each, or None."""
    return None if runs.fold is None else list(zip(runs.dsc.columns, runs.fold, strict=True))
