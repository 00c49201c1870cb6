"""The section of a report on volumes, where they are recorded: does it matter to a patient?"""

import numpy as np
import pandas as pd

from helpers.display.report import blocks, chosen_figures, organs
from helpers.statistics.summary import ANALYSIS_SEED
from helpers.statistics.volume_noise import HIPPOCAMPUS, bound, interval
from helpers.statistics.volumes import volume_noise

TITLE = "Does it matter to a patient? The volume that was drawn"
READ = (
    "SD of one patient's volume over trainings, in % of its mean; RC = 1.96·√2·SD is the smallest "
    "change that two trainings of the same network tell from their own noise. The same scan was "
    "drawn by a network that was trained twice: the noise of a second scan and true change are not "
    "in it. Whoever keeps one trained network for all visits does not meet this noise; whoever "
    "trains it again between two visits does."
)
INTERVALS = (
    "Interval and bound of the median patient are of a bootstrap over folds, because the patients "
    "of a fold share one trained model; it needs five, and may leave out the estimate itself. "
    "Those of a single patient are χ², for volumes that are normal over trainings, and the least "
    "repeatable one was chosen after looking at all."
)
YEARLY = (
    "On average a hippocampus loses {healthy.percent:g} % of its volume in a year of "
    "{healthy.name} (95 % CI {healthy.ci[0]:.2f} to {healthy.ci[1]:.2f}) and {ill.percent:g} % in "
    "one of {ill.name} ({ill.ci[0]:.2f} to {ill.ci[1]:.2f}; Barnes J et al. Neurobiol Aging "
    "2009;30:1711). A patient whose RC is larger cannot be followed over that year by networks of "
    "two trainings."
)


def sections(table, prints):
    """The section of a checked table, as a list: empty where no volume is recorded.

    prints : the study's fingerprint, a dict: a year's loss stands beside the hippocampi that
             ship, and beside no other patients
    """
    noise = volume_noise(table, ANALYSIS_SEED)
    if not noise:
        return []
    losses = HIPPOCAMPUS if organs.of_hippocampus(table, prints) else ()
    yearly = [YEARLY.format(healthy=losses[0], ill=losses[1])] if losses else []
    said = [f"{arm}: {one}" for arm, one in noise.items()]
    return [
        blocks.Section(
            TITLE,
            [
                blocks.Table(rows(noise, losses)),
                *map(blocks.Note, (READ, INTERVALS, *yearly)),
                blocks.Pictures(chosen_figures.of_volumes(noise, losses)),
                blocks.Bullets([*said, *_against(noise, losses)]),
            ],
        )
    ]


def rows(noise, losses=HIPPOCAMPUS):
    """A frame of texts, one row an arm; noise : dict of arm → `VolumeNoise`."""
    return pd.DataFrame([_row(arm, one, losses) for arm, one in noise.items()])


def _row(arm, noise, losses):
    worst = noise.worst
    sd, rc = _sd(noise.sd, *noise.sd_ci), _rc(noise.rc, noise.rc_upper)
    least = ("–", "–", "–")
    if worst is not None:
        numbers = worst.sd_percent, worst.sd_lower, worst.sd_upper
        least = worst.name, _sd(*numbers), _rc(worst.rc_percent, worst.rc_upper)
    if noise.identical:
        sd = rc = "identical: 0"
    columns = "least repeatable patient", "its SD (%)", "its RC (%)"
    return {
        "arm": arm,
        "patients": len(noise.known),
        "trainings": noise.trainings,
        "SD, median patient (%)": sd,
        "RC, median patient (%)": rc,
        **dict(zip(columns, least, strict=True)),
        **{f"RC above a year of {loss.name}": noise.above(loss.percent) for loss in losses},
    }


def _against(noise, losses):
    return [
        f"{arm}: the median patient's RC is {' and '.join(_year(one, loss) for loss in losses)}."
        for arm, one in noise.items()
        if losses and one.worst is not None
    ]


def _year(noise, loss):
    answer = noise.against(loss)
    apart = " from" if answer == "not told apart" else ""
    return f"{answer}{apart} a year of {loss.name} ({loss.percent:g} %)"


def _sd(value, low, high):
    if not np.isfinite(value):
        return "no limit" if value > 0 else "–"
    return f"{value:.2f} ({interval(low, high)})"


def _rc(value, upper):
    if not np.isfinite(value):
        return "no limit" if value > 0 else "–"
    return f"{value:.1f} ({bound(upper)})"
