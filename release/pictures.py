"""The pictures in docs/ of results that ship, drawn from them, so that none outlives its numbers.

Run: python -m release.pictures [FOLDER]     writes them into docs/ unless FOLDER is named

The others are drawn by the benchmarks that measure what they show.
"""

import sys
from functools import partial
from pathlib import Path

import matplotlib.pyplot as plt

from helpers.display import story
from helpers.display.figures.enhancement_maps import twins
from helpers.display.figures.intervals import interval_strip
from helpers.display.figures.training_length import training_length
from helpers.display.lesions import shipping
from helpers.display.pictures import draw, picture
from helpers.display.report.sections import PUBLISHED
from helpers.statistics import csv_tables
from helpers.statistics.training_length import by_length
from helpers.study import shipped

DOCS = Path(__file__).parent.parent / "docs"
WIDE = "wide network, CPU (TensorFlow)"
LENGTHS = {  # study → what its column is called
    "hippocampus": "42 real persons, CPU (TensorFlow)",
    "hippocampus_gpu": "42 real persons, GPU (JAX)",
    "parting_long": f"40 phantoms, {WIDE}",
}
WIDE_LENGTHS = {
    "hippocampus_wide": f"42 real persons, {WIDE}",
    "parting_long": LENGTHS["parting_long"],
}


def repetitions():
    """Each repetition's median, real persons first."""
    return story.dots(story.shipped_arms(story.FIRST[0]), width=8)


def published_intervals():
    """The ten intervals that were published."""
    return draw(partial(interval_strip, csv_tables.read_published(PUBLISHED)))


def training_lengths(studies):
    """SD of the run medians, and its ratio to other seeds, against the epoch: a column a study.

    studies : dict of a shipped study's name → what its column is called
    """
    size = (5.3 * len(studies), 7)
    _, axes = plt.subplots(2, len(studies), figsize=size, sharey="row", layout="constrained")
    for (name, people), column in zip(studies.items(), axes.T, strict=True):
        lengths = by_length(shipped.epochs(name))
        for what, ax in zip(("sd", "ratio"), column, strict=True):
            training_length(lengths, ax, what)
            ax.set_title(f"{people}\n{ax.get_title()}", fontsize="medium")
    return picture(axes)


def parted_twins():
    """A lesion that one run shows and its twin hides."""
    return draw(partial(twins, shipping.shipped().twins), width=5, height=5)


PICTURES = {
    "repetitions.png": repetitions,
    "published_intervals.png": published_intervals,
    "training_length.png": partial(training_lengths, LENGTHS),
    "training_length_wide.png": partial(training_lengths, WIDE_LENGTHS),
    "twins.png": parted_twins,
}


def main(folder=DOCS):
    """Draw every picture into a folder."""
    for name, made in PICTURES.items():
        (Path(folder) / name).write_bytes(made().png)
        print(f"{name} is drawn.")


if __name__ == "__main__":
    main(*sys.argv[1:])
