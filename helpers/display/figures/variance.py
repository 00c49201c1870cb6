"""Where the scatter of a DSC comes from: its variance in parts, and what each training moves."""

import numpy as np

from helpers.display.figures.look import PALETTE, titled, unable
from helpers.errors import InputError
from helpers.statistics import variance_components

PARTS = {
    "patient": (PALETTE[7], "//"),
    "run": (PALETTE[3], ""),
    "fold_run": (PALETTE[1], "\\\\"),
    "residual": (PALETTE[0], ".."),
}


def variance_bars(runs, ax):
    """The variance of the DSC of `Runs`, with and without the patients: two stacked bars.

    A negative part is left of 0.
    """
    try:
        parts = variance_components.variance_components(runs.dsc, runs.fold)
    except InputError as error:
        return unable(ax, str(error))
    variances = parts.frame().set_index("component")["variance"].dropna()
    if variances.clip(lower=0).drop("patient").sum() == 0:
        return unable(ax, "The runs are identical: all variance is between patients.")
    _stack(variances, 0, ax)
    _stack(variances.drop("patient"), 1, ax)
    ax.set_yticks([0, 1], ["all", "without\npatients"])
    ax.set(xlabel="share of the variance (%)", ylim=(1.6, -0.6))
    ax.legend(fontsize="x-small", loc="upper center", bbox_to_anchor=(0.5, -0.2), frameon=False)
    title = f"A fold's model makes {parts.fold_share:.0%} of the noise"
    if np.isnan(parts.fold_share):
        title = "How much of the noise a fold's model makes is not known"
    return titled(ax, title, "Stacked bars of variance.", str(parts))


def fold_run_map(runs, ax):
    """How far each fold is off in each of `Runs`, patient and run means taken out: a heat map."""
    if runs.fold is None or len(runs.dsc) < 2 or len(set(runs.fold)) < 2:
        return unable(ax, "A map of fold × run needs two runs and two folds.")
    effects = variance_components.fold_run_effects(runs.dsc, runs.fold)
    most = np.abs(effects).max()
    image = ax.imshow(effects, cmap="PuOr", vmin=-most or -1, vmax=most or 1, aspect="auto")
    ax.figure.colorbar(image, ax=ax, label="points of DSC")
    run, held = np.unravel_index(np.abs(effects).argmax(), effects.shape)
    folds, repetitions = np.unique(runs.fold), runs.dsc.index
    ax.set(xlabel="fold", ylabel="repetition")
    for axis, names in ((ax.xaxis, folds), (ax.yaxis, repetitions)):
        places = range(0, len(names), max(1, len(names) // 10))
        axis.set_ticks(places, [names[place] for place in places])
    title = f"One training moves its fold by up to {most:.2f} points"
    where = f"The largest is in repetition {repetitions[run]}, fold {folds[held]}"
    return titled(ax, title, "Heat map of fold × run.", where)


def _stack(variances, place, ax):
    whole = variances.clip(lower=0).sum()
    start = 0.0
    for name, variance in variances.items():
        share = 100 * variance / whole
        colour, hatch = PARTS[name]
        label = f"{name.replace('_', ' × ')} {variance:.3g} points²" if place == 0 else None
        left = start if share > 0 else 0
        ax.barh(place, share, left=left, color=colour, hatch=hatch, edgecolor="white", label=label)
        start += max(share, 0)
