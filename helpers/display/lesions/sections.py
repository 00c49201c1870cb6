"""Which sections stand on the page from mask to diagnosis."""

from functools import partial

from helpers.display.figures.diagnosis_spread import NAMES, diagnosis_spread
from helpers.display.figures.enhancement_maps import twins as twins_figure
from helpers.display.figures.free_response import free_response
from helpers.display.lesions import tables
from helpers.display.pictures import draw
from helpers.display.report import blocks
from helpers.display.report.blocks import Bullets, Paragraphs, Report, Section
from helpers.statistics import diagnoses, roc

TITLE = "Does the noise change what a patient is told?"
PHANTOMS = (
    "These are phantoms, computed, and no patients: their lesions are masses in an anatomy of "
    "formulas. What is found here holds for them, and says of real patients only what to look for."
)
HOW = (
    "Within each run's breast mask pieces of high enhancement are candidates. A logistic "
    "regression gives each the probabilities of nothing, benign and malignant; the threshold and "
    "the regression are learned from the phantoms of the other folds, under masks drawn by hand, "
    "so that from run to run only the mask differs. A candidate is shown where a lesion is "
    "likelier than not; a breast, and its phantom, is told malignant where any shown candidate is "
    "likelier malignant than benign. A lesion without a candidate counts as probability 0."
)
READ = (
    "Mean over runs ± SD over runs, and the 95 % interval over phantoms of the arm's first run "
    "(phantoms drawn with replacement). Shares that flip: not all runs say the same; exact 95 % "
    "interval, or, where nothing flips, the one-sided 95 % bound of what that still allows. Runs "
    "alike have masks of the same DSC and the same candidates, as one run made again. Lesions "
    "share phantoms, which the interval of lesions does not know."
)
REFERENCES = (
    "Kuhl CK et al. Radiology 1999;211:101 (curve types).",
    "Degani H et al. Nat Med 1997;3:780 (three time points).",
    "Zhao G, Pietikäinen M. IEEE Trans Pattern Anal 2007;29:915; Piantadosi G et al. ICIAP 2015 "
    "(local binary patterns over space and time).",
    "Bunch PC et al. Proc SPIE 1977;127:124 (free response).",
    "Fleiss JL. Psychol Bull 1971;76:378. Cohen J. Educ Psychol Meas 1960;20:37 (kappa).",
)


def of_study(found, twins, protocol, name):
    """The (`Report`, summary) of `findings.Findings`.

    twins : `Twins` or None; protocol : of the study; name : what the page is of
    """
    summary = diagnoses.summarise(found.candidates, found.lesions, found.masks)
    listed = [
        Section("", [Paragraphs([PHANTOMS, trained(protocol, found)]), _verdicts(summary)]),
        Section("What is told", [blocks.Table(tables.arms(summary)), blocks.Note(READ)]),
        Section("The figures", [blocks.Pictures(_pictures(found, summary, twins))]),
        Section("How it is found", [Paragraphs([HOW, calibrated(found)])]),
        Section("References", [Bullets(REFERENCES)]),
    ]
    return Report(name, summary, listed, TITLE), summary


def trained(protocol, found):
    """Of whom and of what network the findings are, a sentence."""
    lesions = found.lesions
    malignant = int((lesions["kind"] == "malignant").sum())
    return (
        f"{lesions['patient'].nunique()} phantom patients with {len(lesions)} lesions, {malignant} "
        f"malignant; masks of a network of {protocol.base_filters} filters and depth "
        f"{protocol.depth}, trained for {protocol.epochs} epochs at {protocol.spacing:g} mm."
    )


def verdict(numbers):
    """What an arm's repetitions do to lesions and phantom patients, a sentence."""
    if numbers["runs"] < 2:
        return "one run: nothing to compare."
    patients, breasts, shown = (numbers[name] for name in ("patients", "breasts", "shown"))
    if numbers["alike"]:
        return (
            f"the {numbers['runs']} runs have masks of the same DSC and the same candidates, as "
            f"one run made again: nothing flips in {patients['subjects']} phantoms and "
            f"{shown['subjects']} lesions."
        )
    if not any(numbers[name]["flipped"] for name in ("patients", "breasts", "lesions")):
        return (
            f"nothing flips in {numbers['runs']} runs: no phantom of {patients['subjects']} and no "
            f"lesion of {shown['subjects']}; up to {100 * patients['upper']:.1f} % of phantoms "
            "could, with 95 % confidence."
        )
    low, high = (100 * bound for bound in patients["share_ci"])
    return (
        f"{patients['flipped']} of {patients['subjects']} phantoms ({low:.1f} to {high:.1f} %) are "
        f"not told the same by all {numbers['runs']} runs, {100 * patients['by_pair']:.1f} % by "
        f"two of them; {breasts['flipped']} of {breasts['subjects']} breasts; {shown['flipped']} "
        f"of {shown['subjects']} lesions appear or vanish."
    )


def calibrated(found):
    """How true the classifier's probabilities are, under masks drawn by hand, a sentence."""
    own = found.candidates[found.candidates["arm"] == "by hand"]
    kinds = found.lesions.set_index(["patient", "lesion"])["kind"]
    keys = own[["patient", "lesion"]].itertuples(index=False, name=None)
    malignant = [kinds.get(key) == "malignant" for key in keys]
    if own.empty:
        return "Calibration: there is no candidate under masks drawn by hand."
    n = roc.calibration(own["p_malignant"], malignant)
    low, high = roc.slope_interval(own["p_malignant"], malignant, own["patient"], diagnoses.SEED)
    return (
        f"Calibration under masks drawn by hand, {len(own)} candidates: malignant is said with "
        f"{n['said']:.2f} on average and seen in {n['seen']:.2f}; slope {n['slope']:.2f} "
        f"(95 % over phantoms {low:.2f} to {high:.2f}), where 1 is right and less is too sure; "
        f"Brier score {n['brier']:.3f}."
    )


def _verdicts(summary):
    return blocks.Verdicts({arm: verdict(n) for arm, n in summary.items() if n["runs"] > 1})


def _pictures(found, summary, twins):
    height = 1.4 + 0.5 * len(summary)
    drawn = {"free_response": draw(partial(free_response, found))}
    for name in NAMES:
        drawn[name] = draw(partial(diagnosis_spread, found, summary, name), height=height)
    if twins:
        drawn["twins"] = draw(partial(twins_figure, twins), width=5, height=5)
    return drawn
