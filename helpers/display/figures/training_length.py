"""The scatter of repetitions against how long the network was trained."""

from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from helpers.display.figures.look import MARKS, arm_colours, each, titled, unable
from helpers.plain import decimals

_SAYS = {
    "sd": ("SD of the run medians (points of DSC)", "SD"),
    "ratio": ("SD over that of other seeds", "ratio to other seeds"),
}


def training_length(found, ax, what="sd"):
    """SD of the run medians, or its ratio to other seeds, after each epoch, with 95 % intervals.

    found : frame of ``statistics.training_length.by_length``
    what  : "sd" or "ratio"
    """
    label, name = _SAYS[what]
    rows = found[found[what] > 0]
    if rows["epoch"].nunique() < 2:
        return unable(ax, "Fewer than two lengths at which repetitions differ: nothing to follow.")
    arms = list(dict.fromkeys(rows["arm"]))
    colours, marks = arm_colours(arms), each(arms, MARKS)
    for arm in arms:
        own = rows[rows["arm"] == arm]
        look = {"color": colours[arm], "marker": marks[arm], "ms": 4}
        ax.plot(own["epoch"], own[what], label=arm, **look)
        ax.fill_between(
            own["epoch"], own[f"{what}_low"], own[f"{what}_high"], color=colours[arm], alpha=0.12
        )
    ax.set(xlabel="epoch", ylabel=label, yscale="log")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5)))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter("{x:g}")
    ax.legend(fontsize="x-small")
    last = rows[rows["epoch"] == rows["epoch"].max()]
    says = ", ".join(
        f"{arm} {decimals(value, 2)}" for arm, value in zip(last["arm"], last[what], strict=True)
    )
    title = f"After epoch {rows['epoch'].max()} the {name} is: {says}"
    return titled(ax, title, "Scatter of repetitions against training length.")
