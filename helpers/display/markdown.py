"""The report as Markdown, to be pasted into a paper: methods, results, limits, checklists."""

from helpers.display.evidence import SEED

REFERENCES = (
    "Bland JM, Altman DG. Measurement error. BMJ 1996;313:744.",
    "Conover WJ. Practical Nonparametric Statistics, 1999, section 3.2.",
    "Mongan J, Moy L, Kahn CE. CLAIM. Radiol Artif Intell 2020;2:e200029.",
    "Searle SR, Casella G, McCulloch CE. Variance Components, 1992, chapter 5.",
    "Schuirmann DJ. J Pharmacokinet Biopharm 1987;15:657.",
)


def methods(found):
    """What was done, in the words of the field: a list of sentences.

    found : dict of arm → summary
    """
    some = next(iter(found.values()))
    said = [
        "A run is a whole cross-validation; the runs of an arm are made under repeatability "
        "conditions, except for what the arm is there to vary. The endpoint is the Dice similarity "
        "coefficient (DSC) of each patient over the 3-D volume, in %, and its median over "
        "patients.",
        "The interval of a median is of order statistics (at least 95 %). The SD of the run "
        "medians has a χ² interval; the repeatability coefficient RC = 1.96·√2·SD is the "
        "difference that two runs are estimated to stay below 95 % of the time. An arm is called "
        "repeatable if the one-sided 95 % upper bound of RC is below a margin of "
        f"{some['margin']:g} points, chosen before looking, and identical if all runs give the "
        "same result.",
    ]
    if some["folds"]:
        said.append(
            "Variance components (patient, run, fold × run, residual) are those of the analysis "
            "of variance for unequal folds, negative ones shown as such. Arms are compared by "
            "the means of folds, because the patients of a fold share one trained model: a t "
            "test, an exact sign flip and two one-sided tests. Resamples are drawn with the seed "
            f"{SEED}."
        )
    return said


def design(found):
    """n, K, R and distinct results of each arm: a list of sentences."""
    return [
        f"{arm}: {_counted(n['patients'], 'n', 'patients')}, {_counted(n['folds'], 'K', 'folds')}, "
        f"R = {n['runs']} runs, {_digests(n)}."
        for arm, n in found.items()
    ]


def made_with(study):
    """Protocol, software and machine of a study's fingerprint (dict): a list of sentences."""
    protocol, packages = study.get("protocol", {}), study.get("packages", {})
    said = [f"Protocol {protocol['name']}." if "name" in protocol else ""]
    if packages:
        versions = ", ".join(f"{name} {version}" for name, version in packages.items())
        said.append(f"Python {study.get('python')}, {versions}.")
    if "cpu" in study:
        device = study.get("gpu") or study["cpu"].get("model")
        said.append(f"Device: {device}, {study.get('cores')} cores.")
    digests = [(name, study.get(f"{name}_sha256")) for name in ("data", "code")]
    said += [f"SHA-256 of the {name}: {digest}." for name, digest in digests if digest]
    return [sentence for sentence in said if sentence]


def page(name, report):
    """The Markdown text of a report; ``report`` is what the page in HTML shows, as a dict."""
    parts = [
        f"# Is the result the same when the training is repeated? {name}",
        "## What was done",
        *report["methods"],
        _list(report["design"] + report["made_with"]),
        "## Verdict",
        _list(f"**{arm}** · {said[0]}" for arm, said in report["told"].items()),
        _table(report["overview"]),
        "## Arm by arm",
        *(f"### {arm}\n\n{_list(said[1:])}" for arm, said in report["told"].items()),
        "## Arms compared",
        _list(report["compared"]) or "There are no two arms to compare.",
        "## Left out",
        _list(report["left_out"]) or "Nothing.",
        "## Limits",
        LIMITS,
        "## Checklist items answered",
        _rows(("checklist", "item", "answer"), report["checklists"]),
        "## References",
        _list(REFERENCES),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


LIMITS = (
    "Intervals that overlap do not show that runs are equal; “not shown” does not mean different; "
    "what repeats on one machine and version need not on another."
)


def _counted(value, letter, unit):
    return f"{letter} not given" if value is None else f"{letter} = {value} {unit}"


def _digests(numbers):
    distinct = numbers["distinct_digests"]
    if distinct is None:
        return "digests of the weights not recorded"
    if numbers["verdict"] == "identical":
        return "all bit-identical" if distinct == 1 else f"{distinct} digests, equal medians"
    doubt = "" if distinct == numbers["runs"] else ": χ² and F intervals are not valid"
    return f"{distinct} distinct digests of the weights{doubt}"


def _list(sentences):
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _table(frame):
    return _rows(tuple(frame.columns), frame.itertuples(index=False))


def _rows(head, rows):
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(str(cell).replace('|', '/') for cell in line)} |" for line in lines
    )
