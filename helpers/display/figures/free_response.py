"""Lesions found against false candidates a phantom: a line a run, in the colour of its arm."""

from helpers.display.figures.look import PALETTE, arm_colours, titled
from helpers.statistics import diagnoses
from helpers.statistics import free_response as froc


def free_response(found, ax):
    """Free-response curves of all runs of `findings.Findings`; dots where a lesion is likelier
    than not."""
    scored = diagnoses.scored(found.candidates)
    runs, patients = diagnoses.runs(found.masks), diagnoses.looked_at(found.masks)
    colours, told, shown = arm_colours(runs) | {"by hand": "0.1"}, [], []
    for arm, repetitions in runs.items():
        for n, repetition in enumerate(repetitions):
            own = scored[(scored["arm"] == arm) & (scored["repetition"] == repetition)]
            line = froc.curve(own, found.lesions, patients)
            style = {"color": colours[arm], "lw": 1, "alpha": 0.7}
            ax.step(*line.T, where="post", label=None if n else arm, **style)
            dot = froc.point(own, found.lesions, patients, diagnoses.SHOWN)
            ax.plot(dot["false"], dot["sensitivity"], "o", ms=4, color=colours[arm])
            shown.append(dot)
            if not n:
                told.append(f"{arm} {dot['sensitivity']:.2f} at {dot['false']:.2f}")
    ax.set(xlabel="false candidates a phantom", ylabel="share of lesions found")
    ax.set_ylim(0, 1.02)
    ax.set_xlim(left=0)
    ax.legend(fontsize="small", loc="lower right")
    return titled(ax, _shown(shown), "Free-response curves.", "; ".join(told))


def _shown(dots):
    found, false = ([dot[name] for dot in dots] for name in ("sensitivity", "false"))
    return (
        f"Shown: {_span([f'{100 * share:.0f}' for share in found])} % of the lesions, "
        f"{_span([f'{number:.2f}' for number in false])} false candidates a phantom"
    )


def _span(numbers):
    """The least and the most of some numbers as they are told, or the one."""
    low, high = min(numbers, key=float), max(numbers, key=float)
    return low if low == high else f"{low} to {high}"


def by_threshold(tables, middle, ax):
    """Share of real tumours that are hit, by threshold, a line for each least overlap.

    tables : dict of least intersection over union → frame as ``tumour_boxes.by_threshold`` has it
    middle : dict of the same → share hit by a box in the middle of every picture
    Bands are the exact 95 % intervals.
    """
    for place, (least, table) in enumerate(tables.items()):
        colour = PALETTE[place % len(PALETTE)]
        ax.plot(table["sensitivity"], "o-", color=colour, label=f"overlap {least:g}")
        ax.fill_between(table.index, table["low"], table["high"], color=colour, alpha=0.15, lw=0)
        ax.axhline(middle[least], color=colour, ls=":", lw=1)
    ax.plot([], [], ls=":", color="0.4", label="a box in the middle")
    ax.set(xlabel="threshold of early relative enhancement", ylabel="share of tumours hit")
    ax.set_ylim(0, 1.02)
    ax.legend(fontsize="small")
    best = {least: t["sensitivity"].max() for least, t in tables.items()}
    told = ", ".join(f"{share:.2f} at overlap {least:g}" for least, share in best.items())
    return titled(ax, f"Real tumours hit at most: {told}", "Lines by threshold.")
