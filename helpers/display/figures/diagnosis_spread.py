"""A figure of merit by arm: each run a dot, beside the interval over phantoms of the first."""

import numpy as np

from helpers.display.figures.look import arm_colours, titled, unable
from helpers.statistics import diagnoses

NAMES = {
    "sensitivity": "share of lesions found",
    "false": "false candidates a phantom",
    "auc": "AUC",
}


def diagnosis_spread(found, summary, name, ax):
    """Dots of all runs of `findings.Findings`, and bars of the patient interval.

    summary : as ``diagnoses.summarise`` gives it; name : one of ``NAMES``
    """
    if name == "auc" and found.lesions["kind"].nunique() < 2:
        return unable(ax, "An AUC needs malignant and benign lesions: here all are of one kind.")
    scored = diagnoses.scored(found.candidates)
    runs, patients = diagnoses.runs(found.masks), diagnoses.looked_at(found.masks)
    colours, told = arm_colours(runs) | {"by hand": "0.1"}, {}
    for place, (arm, repetitions) in enumerate(runs.items()):
        own = scored[scored["arm"] == arm]
        each = [
            diagnoses.of_run(own[own["repetition"] == r], found.lesions, patients)[name]
            for r in repetitions
        ]
        low, high = summary[arm]["first"][f"{name}_ci"]
        ax.plot([low, high], [place - 0.2] * 2, color="0.6", lw=4, solid_capstyle="butt")
        scatter = place + np.linspace(0, 0.25, len(each))
        ax.plot(each, scatter, "o", ms=4, color=colours[arm])
        reach = f"{min(each):.3f} to {max(each):.3f}" if len(each) > 1 else f"{each[0]:.3f}"
        told[f"{arm} {reach}, phantoms {low:.3f} to {high:.3f}"] = max(each) - min(each)
    ax.set_yticks(range(len(runs)), list(runs))
    ax.invert_yaxis()
    ax.set_xlabel(f"{NAMES[name]} (grey: 95 % over phantoms)")
    most = max(told, key=told.get)
    widest = f"furthest apart {most}" if told[most] else "no two runs are apart"
    return titled(ax, f"{NAMES[name]}: {widest}", "Dots of runs by arm.", "; ".join(told))
