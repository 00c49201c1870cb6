"""How many real tumours are hit, by threshold, with exact intervals: the table in docs/lesions.md.

python benchmarks/tumours.py FOLDER [PICTURE.png]

FOLDER has slices.csv and images/, as BreastDCEDL's two-dimensional excerpts have them. The pictures
may not be passed on; what is counted on them may.
"""

import argparse
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from helpers.display.figures.free_response import by_threshold
from helpers.lesions import tumour_boxes

OVERLAPS = (0.1, 0.3, 0.5)
FOLDS, SEED = 10, 2018


def main():
    """Look at every tumour, print a row a threshold, and draw."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("picture", type=Path, nargs="?")
    given = parser.parse_args()
    tumours = list(tumour_boxes.read(given.folder))
    table = pd.DataFrame([row for one in tumours for row in tumour_boxes.tried(one)])
    centre = np.array(list(tumour_boxes.middle(tumours).values()))
    tables = {least: tumour_boxes.by_threshold(table, least) for least in OVERLAPS}
    middle = {least: float((centre >= least).mean()) for least in OVERLAPS}
    for least, found in tables.items():
        told = tumour_boxes.learned(table, FOLDS, SEED, least).assign(threshold="learned")
        box = pd.DataFrame(
            {"iou": centre, "candidates": np.nan, "threshold": "a box in the middle"}
        )
        rows = [found, *(tumour_boxes.by_threshold(other, least) for other in (told, box))]
        print(f"overlap {least:g}", pd.concat(rows).round(2).to_string(), sep="\n")
    if given.picture:
        _, ax = plt.subplots(figsize=(7, 4), layout="constrained")
        by_threshold(tables, middle, ax).figure.savefig(given.picture, dpi=120)


if __name__ == "__main__":
    main()
