"""Plots of the study: each takes a tidy table and an ``ax`` and returns the ``ax``.

A title states the finding; the label of the ``ax`` is its alternative text, with the numbers.
"""

import seaborn as sns

PALETTE = sns.color_palette("colorblind")
BAND = "#dddddd"


def arm_colour(arm):
    """One colour of the colour-blind safe palette for each arm, the same in every figure."""
    order = ("default", "seeds", "control", "order", "one_bit", "both")
    return PALETTE[order.index(arm)] if arm in order else PALETTE[-1]


def boxplots(table, ax, colour=PALETTE[0]):
    """Box plots of the patients' DSC, one box a repetition.

    table : columns repetition and dsc_percent, one row a patient
    """
    repetitions = table["repetition"].nunique()
    sns.boxplot(table, x="repetition", y="dsc_percent", ax=ax, color=colour, width=0.6, fliersize=3)
    medians = table.groupby("repetition")["dsc_percent"].median()
    title = f"Medians of {repetitions} repetitions: {medians.min():.2f} to {medians.max():.2f} %"
    ax.set(xlabel="repetition", ylabel="DSC of a patient (%)", title=title)
    ax.tick_params(axis="x", rotation=90 if repetitions > 20 else 0)
    lowest = table["dsc_percent"].min()
    return _described(ax, f"Box plots. {title}; the lowest patient has {lowest:.1f} %.")


def interval_strip(intervals, ax, colour=PALETTE[0]):
    """Median and 95 % interval of each repetition, with the band they have in common.

    intervals : columns repetition, median, lower, upper in %
    """
    low, high = intervals["lower"].max(), intervals["upper"].min()
    if low <= high:
        ax.axvspan(low, high, color=BAND, zorder=0)
    names = intervals["repetition"].astype(str)
    ax.hlines(names, intervals["lower"], intervals["upper"], color=colour)
    ax.plot(intervals["median"], names, "o", color=colour)
    ax.invert_yaxis()
    title = (
        f"All intervals share {low:.2f} to {high:.2f} %"
        if low <= high
        else f"No band in common: {low:.2f} is above {high:.2f} %"
    )
    ax.set(xlabel="DSC (%)", ylabel="repetition", title=title)
    ax.tick_params(axis="y", labelsize=7 if len(names) > 20 else None)
    return _described(ax, f"Median and 95 % interval of {len(names)} repetitions. {title}.")


def run_medians(medians, ax):
    """The run medians of each arm as dots.

    medians : columns arm and median, one row a repetition, DSC in %
    """
    order = list(dict.fromkeys(medians["arm"]))
    colours = {arm: arm_colour(arm) for arm in order}
    sns.stripplot(
        medians, x="median", y="arm", hue="arm", palette=colours, order=order, ax=ax, legend=False
    )
    spread = medians.groupby("arm", sort=False)["median"].agg(lambda m: m.max() - m.min())
    says = ", ".join(f"{arm} {width:.2f}" for arm, width in spread.items())
    ax.set(xlabel="median DSC of a repetition (%)", ylabel="", title=f"Range in points: {says}")
    return _described(ax, f"Dots of run medians by arm. Range in points: {says}.")


def parting(distances, ax):
    """How far runs with the same seeds are from the first, step by step.

    distances : columns arm, run, step and distance (relative, of all weights)
    """
    shown = distances[distances["run"] > 0]
    colours = {arm: arm_colour(arm) for arm in shown["arm"].unique()}
    sns.lineplot(
        shown,
        x="step",
        y="distance",
        hue="arm",
        style="arm",
        units="run",
        estimator=None,
        palette=colours,
        ax=ax,
    )
    ax.set_yscale("symlog", linthresh=1e-8)
    ax.set_ylim(bottom=-1e-9)
    ends = shown[shown["step"] == shown["step"].max()].groupby("arm")["distance"].max()
    says = ", ".join(f"{arm} {far:.1e}" for arm, far in ends.items())
    title = f"Distance after {shown['step'].max()} steps: {says}"
    ax.set(xlabel="step", ylabel="relative distance of the weights", title=title)
    return _described(ax, f"Lines of the distance to the first run. {title}.")


def learning_curve(losses, ax):
    """The loss 1 − DSC after each epoch; (epoch,) sequence."""
    epochs = range(1, len(losses) + 1)
    ax.plot(epochs, losses, "o-", color=PALETTE[0])
    title = f"The loss falls from {losses[0]:.2f} to {losses[-1]:.2f}"
    ax.set(xlabel="epoch", ylabel="1 − DSC of a mini-batch, mean", title=title)
    return _described(ax, f"Learning curve. {title} in {len(losses)} epochs.")


def patient_dots(dsc, ceiling, ax):
    """DSC of each patient beside the round-trip ceiling.

    dsc, ceiling : dicts of patient → DSC in %
    """
    names = sorted(dsc, key=dsc.get)
    ax.plot([dsc[n] for n in names], names, "o", color=PALETTE[0], label="network")
    ax.plot([ceiling[n] for n in names], names, "|", color=PALETTE[1], label="round-trip ceiling")
    title = f"Held-out patients: {dsc[names[0]]:.1f} to {dsc[names[-1]]:.1f} %"
    ax.set(xlabel="DSC (%)", title=title)
    ax.legend()
    return _described(ax, f"Dots of the DSC by patient. {title}; ceilings beside them.")


def _described(ax, alt):
    ax.set_label(alt)
    return ax
