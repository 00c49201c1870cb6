"""The median DSC of each run, as dots, arm by arm."""

import numpy as np
import seaborn as sns

from helpers.display.figures.look import PALETTE, arm_colours, described, titled
from helpers.plain import decimals


def run_medians(medians, ax):
    """The run medians of each arm as dots.

    medians : columns arm and median, one row a repetition, DSC in %
    """
    order = list(dict.fromkeys(medians["arm"]))
    look = {"hue": "arm", "palette": arm_colours(order), "order": order, "legend": False}
    sns.stripplot(medians, x="median", y="arm", ax=ax, **look)
    spread = medians.groupby("arm", sort=False)["median"].agg(lambda m: m.max() - m.min())
    says = ", ".join(f"{arm} {decimals(width, 2)}" for arm, width in spread.items())
    ax.set(xlabel="median DSC of a repetition (%)", ylabel="")
    ax.set_title(f"Range in points: {says}", wrap=True)
    return described(ax, f"Dots of run medians by arm. Range in points: {says}.")


def run_dots(found, ax, published=None):
    """Run medians of each arm as dots, the interval of the next run, and a published value.

    found : dict of arm → summary; published : DSC in %, a dashed line or an arrow at the edge
    """
    sentences, colours = {}, arm_colours(found)
    for place, (arm, numbers) in enumerate(found.items()):
        medians = np.sort(numbers["medians"])
        offsets = np.resize([0, 0.12, -0.12, 0.24, -0.24], len(medians))
        ax.plot(medians, place + offsets, "o", color=colours[arm], alpha=0.8, ms=4)
        sentences[arm] = f"{arm} {_next_run(numbers, place, ax)}"
    ax.set_yticks(range(len(found)), list(found))
    ax.set_ylim(len(found) - 0.4, -0.6)
    ax.set(xlabel="median DSC of a run (%); bar: where the next run is expected (95 %)")
    scattered = [arm for arm in found if found[arm]["verdict"] != "identical"]
    title = sentences[[*scattered, *found][0]]
    if published is not None:
        sentences["published value"] = _published(published, ax)
    more = "; ".join(sentences.values())
    return titled(ax, title, "Dots of run medians.", more)


def _next_run(numbers, place, ax):
    low, high = numbers["prediction_interval"]
    if low is None:
        return "has one run" if numbers["runs"] == 1 else "has one median of unlike runs"
    if numbers["verdict"] == "identical":
        return f"is identical at {low:.2f} %"
    mark = "|-" if numbers["valid"] else "|:"
    ax.plot(np.clip([low, high], 0, 100), [place + 0.4] * 2, mark, color="0.4", ms=8)
    doubt = "" if numbers["valid"] else ", not valid: runs repeat"
    return f"expects its next run at {low:.2f} to {high:.2f} %{doubt}"


def _published(value, ax):
    low, high = ax.get_xlim()
    text = f"published {value:.2f} %"
    if low - (high - low) < value < high + (high - low):
        ax.axvline(value, color=PALETTE[3], ls="--", label=text)
        ax.legend(fontsize="x-small", loc="upper right")
    else:
        look = {"va": "top", "color": PALETTE[3], "transform": ax.transAxes}
        place = (0.99, 0.97, f"{text} →") if value > high else (0.01, 0.97, f"← {text}")
        ax.text(*place, ha="right" if value > high else "left", **look)
    return text
