"""How far two trainings differ in a patient's volume, beside what a year takes of it."""

import numpy as np

from helpers.display.figures.look import arm_colours, each, titled, unable
from helpers.plain import plain
from helpers.statistics.repeatability import TWO_RUNS
from helpers.statistics.volume_noise import HIPPOCAMPUS

LOSSES = (("0.88", "", "--"), ("0.78", "//", ":"))  # colour and hatch of a band, line of its middle
_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
_LONGEST = 30  # characters of a name


def volume_noise(found, ax, losses=HIPPOCAMPUS):
    """The repeatability coefficient RC of each patient's volume, %, arm by arm, as dots.

    found  : dict of arm → `VolumeNoise`; of the median patient there is a diamond with its 95 %
             interval, and the least repeatable is named
    losses : `YearlyLoss` of what was drawn, as bands; () for anything but a hippocampus
    """
    scattered = {arm: noise for arm, noise in found.items() if noise.worst is not None}
    if not scattered:
        return unable(ax, "No volume scatters over trainings, or each patient has one training.")
    _bands(losses, ax)
    _axes(list(found), _limits(scattered.values(), losses), ax)
    colours = arm_colours(found)
    for place, (arm, noise) in enumerate(found.items()):
        if arm in scattered:
            _patients(noise, place, colours[arm], ax)
            _median(noise, place, ax)
        else:
            _unscattered(noise, place, ax)
    ax.plot([], [], "D-", color="black", ms=5, label="median patient, 95 % interval")
    look = {"fontsize": "x-small", "loc": "upper center", "frameon": False}
    ax.legend(bbox_to_anchor=(0.5, -0.14), **look)
    more = " ".join(f"{arm}: {noise}" for arm, noise in found.items())
    return titled(ax, _title(scattered, losses), "Dots of RC by patient, arm by arm.", more)


def _bands(losses, ax):
    looks = each((loss.name for loss in losses), LOSSES)
    for loss in losses:
        (colour, hatch, line), (low, high) = looks[loss.name], loss.ci
        label = f"a year of {loss.name}: {loss.percent:.2f} % ({low:.2f} to {high:.2f})"
        look = {"facecolor": colour, "hatch": hatch, "edgecolor": "white", "lw": 0, "zorder": 0}
        ax.axvspan(low, high, label=label, **look)
        ax.axvline(loss.percent, color="0.4", ls=line, lw=1, zorder=0)


def _limits(noises, losses):
    """Lower and upper end of the axis: what holds each RC that has a limit, and the losses."""
    every = np.concatenate([noise.known["rc_percent"] for noise in noises])
    ends = [*every[np.isfinite(every) & (every > 0)], *(end for loss in losses for end in loss.ci)]
    return min(ends, default=1) / 1.3, max(ends, default=1) * 2.5


def _axes(arms, limits, ax):
    ax.set(xscale="log", xlim=limits, ylim=(len(arms) - 0.4, -0.7))
    ax.set_yticks(range(len(arms)), arms)
    ax.set_xticks([tick for tick in _TICKS if limits[0] <= tick <= limits[1]])
    ax.minorticks_off()
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set_xlabel(
        "RC: two trainings differ by less, on the same scan, 95 % of the time (% of volume)"
    )


def _patients(noise, place, colour, ax):
    """A dot a patient; an RC of 0 or without limit is an arrow at the edge."""
    (low, high), rc = ax.get_xlim(), noise.known["rc_percent"]
    heights = place + np.resize([0, 0.1, -0.1, 0.2, -0.2], len(rc))
    shown = np.clip(rc, low * 1.03, high / 1.03)
    for mark, those in (("o", (rc > 0) & np.isfinite(rc)), ("<", rc == 0), (">", np.isinf(rc))):
        ax.plot(shown[those], heights[those], mark, color=colour, alpha=0.6, ms=4)
    name, unlimited = plain(noise.worst.name), np.isinf(rc.iloc[0])
    look = {"ha": "right" if unlimited else "left", "va": "center", "fontsize": "x-small"}
    aside = (-6 if unlimited else 6, 0)
    at = (shown.iloc[0], place)
    ax.annotate(name[:_LONGEST], at, aside, textcoords="offset points", **look)


def _median(noise, place, ax):
    (low, high), limits = np.multiply(noise.sd_ci, TWO_RUNS), ax.get_xlim()
    ax.plot(np.clip(noise.rc, *limits), place + 0.33, "D", color="black", ms=5)
    ax.plot(np.clip([low, high], *limits), [place + 0.33] * 2, "-", color="black")


def _unscattered(noise, place, ax):
    said = "identical: 0" if noise.identical else "no SD: one training"
    ax.text(ax.get_xlim()[0] * 1.1, place, said, va="center", fontsize="small")


def _title(scattered, losses):
    if not losses:
        medians = ", ".join(f"{arm} {noise.rc:.1f} %" for arm, noise in scattered.items())
        return f"Two trainings, the median patient's volume: RC {medians}"
    return "\n".join(
        f"{'Patients with an RC above' if loss is losses[0] else 'above'} a year of {loss.name}: "
        f"{_counts(scattered, loss)}"
        for loss in losses
    )


def _counts(scattered, loss):
    return ", ".join(
        f"{arm} {noise.above(loss.percent)} of {len(noise.known)}"
        for arm, noise in scattered.items()
    )
