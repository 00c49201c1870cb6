"""Box plots of the patients' DSC, a box a repetition."""

import seaborn as sns

from helpers.display.figures.look import PALETTE, described, thin


def boxplots(table, ax, colour=PALETTE[0]):
    """Box plots of the patients' DSC, one box a repetition.

    table : columns repetition and dsc_percent, one row a patient
    """
    sns.boxplot(table, x="repetition", y="dsc_percent", ax=ax, color=colour, width=0.6, fliersize=3)
    medians = table.groupby("repetition")["dsc_percent"].median()
    title = f"Medians of {len(medians)} repetitions: {medians.min():.2f} to {medians.max():.2f} %"
    ax.set(xlabel="repetition", ylabel="DSC of a patient (%)", title=title)
    ax.tick_params(axis="x", rotation=90 if len(medians) > 20 else 0)
    thin(ax.xaxis)
    lowest = table["dsc_percent"].min()
    return described(ax, f"Box plots. {title}; the lowest patient has {lowest:.1f} %.")
