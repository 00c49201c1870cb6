"""Median and 95 % interval of each repetition as a table, as the paper printed it."""

import numpy as np

from helpers.display.figures.look import titled


def interval_table(strip, ax):
    """Median and 95 % interval of each repetition as the table that was published.

    strip : columns repetition, median, lower, upper in %
    """
    rows = max(13, -(-len(strip) // 4))
    lines = [_row(one) for one in strip.itertuples()]
    blocks = [lines[start : start + rows] for start in range(0, len(lines), rows)]
    size = min(8, 2.9 * ax.figure.get_figwidth() / len(blocks))
    look = {"family": "monospace", "va": "top", "size": size, "transform": ax.transAxes}
    for number, block in enumerate(blocks):
        text = "\n".join([_line("run", "median", "95 % CI"), *block])
        ax.text(number / len(blocks), 1, text, **look)
    ax.set_axis_off()
    low, high = strip["median"].min(), strip["median"].max()
    title = f"Medians of {len(strip)} repetitions: {low:.2f} to {high:.2f} % DSC"
    return titled(ax, title, "A table of medians with 95 % intervals.")


def _line(*words):
    return f"{words[0]!s:<7.7}{words[1]:>7} {words[2]:>12}"


def _row(one):
    known = not np.isnan(one.lower)
    return _line(
        one.repetition, f"{one.median:.2f}", f"{one.lower:.2f}–{one.upper:.2f}" if known else "–"
    )
