"""The sentences of a report: what was done, with what, and what each arm's runs say."""

from helpers.learning.arms import ARMS
from helpers.plain import decimals
from helpers.statistics import best_run, icc, planning, variance_components, within_patient
from helpers.statistics.both_estimates import RECOMBINED as FROM_TRAININGS
from helpers.statistics.summary import ANALYSIS_SEED
from helpers.study import fingerprint

READ = (
    "RC: two runs are estimated to differ by less than this "
    "95 % of the time; the verdict compares its upper bound with the margin, and SD and RC are of "
    "the runs that it rests on. The ceiling is the "
    "DSC that a perfect network would have, because the protocol's grid is another than the "
    "patient's: read no DSC without it. Intervals that overlap do not show that runs are equal; "
    "“not shown” does not mean different; a verdict holds for the network, the length of training "
    "and the conditions named below, and for no others."
)
AS_STATED = (
    "The table came from elsewhere: that its repetitions are whole cross-validations, that no "
    "patient is on both sides of one, and over what its DSC was computed, is as stated by the user."
)
SCATTER = (
    "Variances in points², SDs in points. A negative variance is an estimate near 0. ICC(A,1) is "
    "high where patients differ much: read it beside the SD within a patient."
)
ESTIMATES = (
    "SD and RC in points, with 95 % intervals and the one-sided 95 % bound. Recombined: the mean "
    "of s² over runs whose trainings changed places at random within their folds; as well known "
    "as from the number of runs that it is worth. It takes the trainings of a run to share nothing "
    "but the arm: a small p says that they share something, a large one does not show that they "
    "share nothing, least of all with few runs. A mean feels every failed training, a median may "
    "feel none; where trainings failed, intervals of the means hold less often than they say."
)
FAILURES = (
    "A training lost if the mean DSC of its held-out patients is more than five points below the "
    "median training of the same fold and arm, which lies between the two where there are two; it "
    "did not learn if that mean is 0 or below half of the median training of all arms. Trainings "
    "of a fold with the same result count once. The interval is Clopper and Pearson's: that none "
    "of 40 failed does not show that none would."
)
_DONE = (
    "A run is a whole cross-validation; the runs of an arm are made under repeatability "
    "conditions, except for what the arm is there to vary. The endpoint is the Dice similarity "
    "coefficient (DSC) of each patient over the 3-D volume, in %, and its median over patients."
)
RECOMBINED = (
    "The trainings of a run are taken to share nothing but the arm, so that the SD is also "
    "estimated from runs recombined within folds: the mean of s² over exchanges, with a χ² "
    "interval of the degrees of freedom that the larger of a jackknife over trainings and "
    "normal theory leaves. The verdict rests on recombined runs unless an exact test "
    "(two-sided, 5 %) finds that a run's trainings share something and the runs as they were "
    "scatter more, results repeat in every fold, or a fold has fewer than three trainings."
)
SUBJECTS = (
    "Subjects have several images: a patient is a subject here, in every count, median, interval "
    "and test, its DSC the mean of those of its images, which are all in one fold."
)
REFERENCES = (
    "Arvesen JN. Jackknifing U-statistics. Ann Math Stat 1969;40:2076.",
    "Bland JM, Altman DG. Measurement error. BMJ 1996;313:744.",
    "Clopper CJ, Pearson ES. Biometrika 1934;26:404.",
    "Conover WJ. Practical Nonparametric Statistics, 1999, section 3.2.",
    "Mongan J, Moy L, Kahn CE. CLAIM. Radiol Artif Intell 2020;2:e200029.",
    "Searle SR, Casella G, McCulloch CE. Variance Components, 1992, chapter 5.",
    "Schuirmann DJ. J Pharmacokinet Biopharm 1987;15:657.",
    "Satterthwaite FE. Biometrics 1946;2:110.",
    "Welch BL. Biometrika 1947;34:28.",
)


def methods(found, recorded=True):
    """What was done, in the words of the field: a list of sentences.

    found : dict of arm → summary; recorded : whether a ledger knows it, or somebody states it
    """
    some = next(iter(found.values()))
    said = [
        _DONE if recorded else AS_STATED,
        "The interval of a median is of order statistics (at least 95 %). The SD of the run "
        "medians has a χ² interval; the repeatability coefficient RC = 1.96·√2·SD is the "
        "difference that two runs are estimated to stay below 95 % of the time. An arm is called "
        "repeatable if the one-sided 95 % upper bound of RC is below a margin of "
        f"{some['margin']:g} points, and identical if all runs give the same result. The margin "
        "was given to the program, which cannot know whether it was chosen before looking.",
        RECOMBINED,
        "Variance components (patient, run, fold × run, residual) are those of the analysis "
        "of variance for unequal folds, negative ones shown as such. The patients of a fold share "
        "one trained model, so that none of them is a unit. Arms are compared for two questions. "
        "With another seed in each fold: the fold is the unit (its mean; a t test, an exact sign "
        "flip and two one-sided tests). With these seeds, patients and folds: the run is the unit "
        "(its median; Welch's t test and two one-sided tests). The interval of RC within a patient "
        "takes trainings as the unit; a few failed trainings make it too low. Resamples are drawn "
        f"with the seed {ANALYSIS_SEED}.",
    ]
    said += [SUBJECTS] if _several_images(some) else []
    return said if some["folds"] else said[:2]  # a published table has medians only


def conditions(found):
    """What each known arm's result is conditional on: a list of sentences."""
    return [f"{name} holds for {ARMS[name].holds_for}." for name in found if name in ARMS]


def design(found):
    """n, K, R and distinct results of each arm: a list of sentences."""
    return [
        f"{arm}: {_counted(n['patients'], 'n', 'patients')}{_images(n)}, "
        f"{_counted(n['folds'], 'K', 'folds')}, R = {n['runs']} runs, {_digests(n)}."
        for arm, n in found.items()
    ]


def made_with(study, found):
    """What the fingerprint of a study (dict) says: protocol, software, machine, folds not done."""
    protocol, packages = study.get("protocol", {}), study.get("packages", {})
    planned = protocol.get("folds", 0)
    yours = protocol.get("own")
    replaced = f", of the user's own: {', '.join(yours)}" if yours else ""
    said = [f"Protocol {protocol['name']}{replaced}."] if "name" in protocol else []
    said += _length(protocol)
    if packages:
        versions = ", ".join(f"{name} {version}" for name, version in packages.items())
        said.append(f"Python {study.get('python')}, {versions}.")
    if "cpu" in study:
        said.append(f"Device: {fingerprint.device(study)}, {study.get('cores')} cores.")
    digests = {name: study.get(f"{name}_sha256") for name in ("data", "code")}
    said += [f"SHA-256 of the {name}: {digest}." for name, digest in digests.items() if digest]
    return said + [
        f"{arm} has {n['folds']} of the protocol's {planned} folds."
        for arm, n in found.items()
        if n["folds"] < planned
    ]


def of_arm(runs, numbers):
    """What is said of one arm, the verdict first: a list of sentences.

    runs : `Runs`; numbers : its summary
    """
    said = [numbers["sentence"], *chance(numbers), numbers["overlap_sentence"], *_spread(numbers)]
    said += [numbers["failures"]["sentence"]] if "failures" in numbers else []
    if numbers["verdict"] == "identical" or min(runs.dsc.shape) < 2:
        return said
    scatter = (
        variance_components.variance_components(runs.dsc, runs.fold),
        within_patient.patient_level(runs.dsc, runs.fold),
        icc.icc(runs.dsc),
        best_run.best_of(runs.dsc, runs.fold, ANALYSIS_SEED),
    )
    return said + [str(part) for part in scatter]


def chance(numbers):
    """How likely the verdict was beforehand, and which margin would have passed: a list.

    Of the estimate that the verdict rests on: runs, or trainings worth as many.
    """
    likely = numbers["verdict_chance"]
    if likely is None:
        return []
    recombined = numbers["rests_on"] == FROM_TRAININGS
    one = numbers["recombined"] if recombined else numbers
    sd, least, runs = one["run_sd"], one["rc_upper"], one["worth" if recombined else "runs"]
    made = f"trainings worth {runs:.0f} runs" if recombined else f"{runs} runs"
    wide = planning.margin_with_power(sd, runs)
    return [
        f"If {decimals(sd)} points are the true SD, {made} are found repeatable within "
        f"±{numbers['margin']:g} points in {likely:.0%} of cases. The smallest margin that passes "
        f"is {decimals(least, 2)} points, which would have passed in "
        f"{planning.verdict_power(sd, runs, least):.0%}; {wide:.2f} would in 80 %."
    ]


def _length(protocol):
    """How far each network was trained, as the protocol says: a list."""
    if not protocol.keys() >= {"epochs", "batch", "learning_rate"}:
        return []
    return [
        f"Trained for {protocol['epochs']} epochs in mini-batches of {protocol['batch']}, from a "
        f"learning rate of {protocol['learning_rate']:g}: what is found holds for networks trained "
        "so far, and may not for others."
    ]


def _counted(value, letter, unit):
    return f"{letter} not given" if value is None else f"{letter} = {value} {unit}"


def _several_images(numbers):
    return numbers["images"] is not None and numbers["images"] > numbers["patients"]


def _images(numbers):
    return f" with {numbers['images']} images" if _several_images(numbers) else ""


def _digests(numbers):
    distinct = numbers["distinct_digests"]
    if distinct is None:
        return "digests of the weights not recorded"
    if numbers["verdict"] == "identical":
        return "all bit-identical" if distinct == 1 else f"{distinct} digests, equal medians"
    doubt = "" if distinct == numbers["runs"] else ": χ² and F intervals are not valid"
    return f"{distinct} distinct digests of the weights{doubt}"


def _spread(numbers):
    """How the scatter compares with that of other seeds, if it can be compared: a list."""
    return [*_spread_of_runs(numbers), *_spread_recombined(numbers)]


def _spread_recombined(numbers):
    low, high = numbers.get("recombined_ratio_ci", (None, None))
    if low is None or low == high:
        return []
    return [
        f"Recombined runs have {numbers['recombined_ratio_to_seeds']:.2f} times the SD of those "
        f"with other seeds ({low:.2f} to {high:.2f})."
    ]


def _spread_of_runs(numbers):
    low, high = numbers.get("sd_ratio_ci", (None, None))
    if low is None or low == high:
        return []
    said = (
        f"Its run medians have {numbers['sd_ratio_to_seeds']:.2f} times the SD of those with other "
        f"seeds ({low:.2f} to {high:.2f})."
    )
    (low, high), p = numbers["sd_ratio_bootstrap_ci"], numbers["sd_ratio_brown_forsythe_p"]
    if not numbers["sd_ratio_valid"]:
        return [f"{said} The interval is not valid: runs repeat."]
    if low is None or p is None:
        return [said]
    return [
        f"{said} That interval takes the medians to be normal; a bootstrap over runs gives "
        f"{low:.2f} to {high:.2f}, and Brown and Forsythe's test of equal spread "
        f"{f'p = {p:.3f}' if p >= 0.001 else 'p < 0.001'}."
    ]
