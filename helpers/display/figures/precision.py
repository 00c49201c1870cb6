"""Scatter on one machine against scatter between machines, with other seeds as the yardstick."""

from helpers.display.figures.look import PALETTE, titled, unable
from helpers.plain import decimals
from helpers.statistics.room_summary import YARDSTICK

_KINDS = {
    "s_r": ("on one machine (s_r)", "s", PALETTE[2]),
    "s_R": ("one run on any machine (s_R)", "o", PALETTE[0]),
}


def precision(found, ax):
    """SDs of run medians in points with 95 % intervals, an arm a row.

    found : a `room_summary`: dict of arm → dict
    """
    arms = {arm: n for arm, n in found.items() if n.get("s_R") is not None}
    if not arms:
        return unable(ax, "One machine has no scatter between machines.")
    most = max(max(n["s_R"], n["s_r"] or 0) for n in arms.values())
    scale = found.get(YARDSTICK, {}).get("yardstick")
    limit = 3 * max(most, scale["sd"] if scale else 0) or 1
    for row, numbers in enumerate(arms.values()):
        for shift, (name, (label, mark, colour)) in zip((-0.14, 0.14), _KINDS.items(), strict=True):
            if numbers[name] is not None:
                place = row + shift
                _interval(numbers[name], numbers[f"{name}_ci"], place, limit, colour, ax)
                ax.plot(numbers[name], place, mark, color=colour, label=label if not row else None)
    said = _yardstick(scale, ax)
    ax.set_yticks(range(len(arms)), list(arms))
    ax.set(ylim=(len(arms) - 0.5, -0.5), xlim=(-0.03 * limit, limit))
    ax.set_xlabel("SD of run medians (points of DSC); bars: 95 %")
    ax.legend(fontsize="x-small", loc="lower right")
    told = "; ".join(f"{a} s_r {_told(n['s_r'])}, s_R {_told(n['s_R'])}" for a, n in arms.items())
    return titled(ax, f"{told}{said}", "Dots with intervals.", "Points of DSC")


def _interval(value, bounds, place, limit, colour, ax):
    low, high = bounds
    if low is None or value == 0:
        return
    ax.plot([low, min(high, limit)], [place, place], color=colour, lw=1.5)
    if high > limit:
        ax.plot(limit, place, ">", color=colour, clip_on=False)


def _yardstick(scale, ax):
    if not scale:
        return ""
    ax.axvline(scale["sd"], color=PALETTE[1], ls="--", label="other seeds")
    return f"; other seeds {decimals(scale['sd'])}"


def _told(value):
    return "unknown" if value is None else decimals(value)
