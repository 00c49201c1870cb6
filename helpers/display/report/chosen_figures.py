"""Which figures stand in a report, and how large: one more is one more entry."""

import re
from functools import partial

from helpers.display.figures.boxplots import boxplots
from helpers.display.figures.disagreement import ever, most_disputed
from helpers.display.figures.equivalence import equivalence
from helpers.display.figures.intervals import interval_strip, strip_and_chance
from helpers.display.figures.look import arm_colours
from helpers.display.figures.ranks import rank_map
from helpers.display.figures.repeatability_so_far import repeatability_so_far
from helpers.display.figures.run_medians import run_dots
from helpers.display.figures.variance import fold_run_map, variance_bars
from helpers.display.figures.verdict_power import verdict_power
from helpers.display.figures.volume_noise import volume_noise
from helpers.display.pictures import draw
from helpers.statistics import intervals
from helpers.statistics.summary import better


def of_all(found, tested, margin, published):
    """The figures of all arms of a study: dict of name → `Picture`.

    found : dict of arm → summary; tested : dict of arm → `Runs`, the reference first, of those
    that are compared; margin : points; published : DSC in %
    """
    dots = partial(run_dots, found, published=published)
    drawn = {
        "runs": draw(dots, height=1.2 + 0.6 * len(found)),
        "repetitions": draw(partial(verdict_power, _sds(found), margin, done=_runs(found))),
    }
    if len(tested) > 1:
        drawn["equivalence"] = draw(partial(equivalence, tested, next(iter(tested))))
    return drawn


def of_arms(arms, found):
    """The figures of each arm: dict of arm → dict of name → `Picture`."""
    colours, drawn, names = arm_colours(arms), {}, set()
    for arm, runs in arms.items():
        name = re.sub(r"[^\w-]+", "-", arm)[:40]  # one that a file may have
        while name.casefold() in names:
            name += "-"
        names.add(name.casefold())
        figures = _of_arm(runs, found[arm], colours[arm])
        drawn[arm] = {f"{name}_{figure}": picture for figure, picture in figures.items()}
    return drawn


def of_volumes(noise, losses):
    """The figure of volumes: dict as `of_all`; noise : dict of arm → `VolumeNoise`."""
    plot = partial(volume_noise, noise, losses=losses)
    return {"volumes": draw(plot, width=8, height=1.6 + 0.6 * len(noise))}


def of_masks(counted):
    """Where the runs of each arm disagree about one patient: dict as `of_all`.

    counted : list of `mask_votes.Counted`, one an arm; three arms a picture
    """
    parts = [counted[i : i + 3] for i in range(0, len(counted), 3)]
    plots = [[partial(ever, one, most_disputed(one)) for one in part] for part in parts]
    return {
        f"disagreement_{number}": draw(*part, width=4.2 * len(part), height=4)
        for number, part in enumerate(plots, 1)
    }


def of_published(table, found, margin):
    """The figures of a published table (repetition, median, lower, upper): dict as `of_all`."""
    return {
        "published_intervals": draw(partial(interval_strip, table)),
        "published_runs": draw(partial(run_dots, found), height=2),
        "published_repeatability": draw(partial(repeatability_so_far, table["median"], margin)),
        "published_repetitions": draw(
            partial(verdict_power, _sds(found), margin, done=_runs(found))
        ),
    }


def _of_arm(runs, numbers, colour):
    strip, margin = intervals.overlap_table(runs.dsc), numbers["margin"]
    tidy = runs.dsc.melt(ignore_index=False, value_name="dsc_percent").reset_index()
    chance = partial(strip_and_chance, runs, colour=colour)
    drawn = {
        "boxplots": draw(partial(boxplots, tidy, colour=colour), width=9),
        "intervals": draw(chance, height=max(4, 0.16 * len(strip))),
    }
    if numbers["verdict"] == "identical" or len(strip) < 2:
        return drawn
    return drawn | {
        "components": draw(partial(variance_bars, runs), partial(fold_run_map, runs), width=10),
        "ranks": draw(partial(rank_map, runs)),
        "repeatability": draw(partial(repeatability_so_far, strip["median"], margin)),
    }


def _sds(found):
    return {arm: better(numbers)["run_sd"] for arm, numbers in found.items()}


def _runs(found):
    """How many runs each SD is known from, or as well as from."""
    known = {arm: better(numbers) for arm, numbers in found.items()}
    return {arm: max(2, round(one.get("worth") or one["runs"])) for arm, one in known.items()}
