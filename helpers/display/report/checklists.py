"""Which items of two checklists a report answers, and with what.

CLAIM: Mongan, Moy and Kahn, Radiol Artif Intell 2020;2:e200029 (its item numbers). MICCAI: the
reproducibility checklist that authors of the conference fill in, its part on experimental results;
it follows Pineau's Machine Learning Reproducibility Checklist.
"""

import statistics

CLAIM, MICCAI = "CLAIM 2020", "MICCAI"


def of_study(found, told, left_out, made_with, compared_arms=(), records=()):
    """The items that the report of a study answers: list of (checklist, item, answer).

    found : dict of arm → summary; told : dict of arm → sentences
    left_out, made_with : sentences; compared_arms : arms that were tested against another
    records : those of the ledger, if there is one
    """
    folds, made = _folds(found), " ".join(made_with)
    stated = "" if records else ", as stated by the user"
    missing = " ".join(left_out) or "nothing is left out"
    failures = _failures(found, told)
    differences = f"{', '.join(compared_arms)}: compared at the margin, above"
    rows = [
        (CLAIM, "13 missing data", f"a missed organ counts as a DSC of 0; {missing}"),
        (CLAIM, "20, 21 partitions", f"{folds}, disjoint at the level of patients{stated}"),
        *_of_runs(found, stated),
        (CLAIM, "30 robustness", f"the arms {', '.join(found)}, each against its own repetitions"),
        (CLAIM, "37 failures", failures),
        (MICCAI, "train and test splits", f"patient-based cross-validation, {folds}{stated}"),
        (MICCAI, "exact number of runs", _runs(found, "runs")),
        (MICCAI, "central tendency and variation", "median, interval and SD of each arm, above"),
        (MICCAI, "situations of failure", failures),
        (MICCAI, "statistical significance of differences", compared_arms and differences),
        *_of_costs(records),
        (CLAIM, "23 software", made),
        (MICCAI, "computing infrastructure", made),
    ]
    return sorted((row for row in rows if row[2]), key=lambda row: row[0])


def of_published(found):
    """The items that the report of a published table answers: list as `of_study`."""
    return [
        *_of_runs(found, ", as stated by the user"),
        (MICCAI, "exact number of runs", _runs(found, "runs")),
    ]


def _of_runs(found, stated):
    some = [n["runs"] * n["folds"] for n in found.values() if n["folds"]]
    total = f"; {sum(some)} trainings in all" if some else ""
    models = f"{_runs(found, 'whole repetitions')}{total}"
    return [
        (CLAIM, "25 number of models trained", f"{models}{stated}"),
        (CLAIM, "28 metric", f"{_metric(stated)}; its median over patients{stated}"),
        (CLAIM, "29 uncertainty", "95 % intervals of each median, of SD and next run, bound of RC"),
        (MICCAI, "definition of the metrics", "see the methods above"),
    ]


def _folds(found):
    """How many folds there are, by arm where they are not the same number."""
    counts = {arm: n["folds"] for arm, n in found.items()}
    if len(set(counts.values())) == 1:
        return f"{next(iter(counts.values()))} folds"
    return ", ".join(f"{arm} {count}" for arm, count in counts.items()) + " folds"


def _failures(found, told):
    named = any("least repeatable" in sentence for said in told.values() for sentence in said)
    said = "the least repeatable patients of each arm are named"
    failed = ", ".join(_failed(arm, n["failures"]) for arm, n in found.items() if "failures" in n)
    trainings = f"; trainings that failed: {failed}" if failed else ""
    return f"{said if named else 'no scatter of a patient is known'}{trainings}"


def _failed(arm, numbers):
    return f"{arm} {numbers['failed']} of {numbers['distinct']}"


def _metric(stated):
    return "DSC of each patient" if stated else "DSC of each patient over the 3-D volume"


def _of_costs(records):
    """Runtime and memory of the trainings, where the records tell."""
    seconds = [r["seconds"] for r in records if "seconds" in r]
    peaks = [r["peak_memory_mb"]["process"] for r in records if "peak_memory_mb" in r]
    median = seconds and f"{statistics.median(seconds):.1f} s a training (median)"
    most = peaks and f"at most {max(peaks):,.0f} MB a process"
    return [(MICCAI, "runtime", median), (MICCAI, "memory footprint", most)]


def _runs(found, unit):
    return ", ".join(f"{arm} {n['runs']} {unit}" for arm, n in found.items())
