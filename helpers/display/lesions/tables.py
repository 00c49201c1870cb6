"""Tables of what is found and told: an arm a row."""

import math

import pandas as pd

from helpers.plain import decimals


def arms(summary):
    """One row an arm of ``diagnoses.summarise``: found, false, AUC, flips and kappa.

    Found, false and AUC are means over runs ± their SD, then the 95 % interval of the first run
    over phantoms; shares that flip have exact 95 % intervals.
    """
    return pd.DataFrame([{"arm": arm} | _row(numbers) for arm, numbers in summary.items()])


def _row(n):
    return {
        "runs": n["runs"],
        "mean DSC of the masks (%)": f"{n['dsc_percent']:.1f}",
        "lesions found": _spread(n, "sensitivity"),
        "false candidates a phantom": _spread(n, "false"),
        "AUC": _spread(n, "auc"),
        "lesions that appear or vanish": _flips(n, "shown"),
        "lesions told otherwise": _flips(n, "lesions"),
        "breasts told otherwise": _flips(n, "breasts"),
        "phantoms told otherwise": _flips(n, "patients"),
        "kappa of lesions, Fleiss (least Cohen)": _kappa(n["lesions"]),
        "kappa of breasts": _kappa(n["breasts"]),
        "kappa of phantoms": _kappa(n["patients"]),
    }


def _spread(numbers, name):
    mean, sd = numbers[name]["mean"], numbers[name]["sd"]
    low, high = numbers["first"][f"{name}_ci"]
    scatter = "" if math.isnan(sd) else f" ± {decimals(sd)}"
    return f"{mean:.3f}{scatter} ({low:.2f} to {high:.2f})"


def _flips(numbers, what):
    agreed = numbers[what]
    if agreed is None:
        return "–"
    of = f"{agreed['flipped']} of {agreed['subjects']}"
    if numbers["alike"]:
        return f"{of} (runs alike)"
    if not agreed["flipped"]:
        return f"{of} (below {100 * agreed['upper']:.1f} %)"
    low, high = agreed["share_ci"]
    return f"{of} ({100 * low:.1f} to {100 * high:.1f} %)"


def _kappa(agreed):
    if agreed is None or math.isnan(agreed["fleiss"]):
        return "–"
    return f"{agreed['fleiss']:.3f} ({agreed['cohen'][0]:.3f})"
