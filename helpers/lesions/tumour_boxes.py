"""Real tumours that are known by a box in each slice: which are hit, at what threshold.

Reads slices as two-dimensional excerpts of BreastDCEDL (Fridman et al., Sci Data 2026;13:264) have
them: PNG files, red before, green early and blue late after the agent, and a table of boxes.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import InputError
from helpers.imaging import folds
from helpers.imaging.volumes import Volume
from helpers.lesions import candidates, kinetics
from helpers.reading import MOST, content

TABLE = "slices.csv"
BOX = ["bbox_x", "bbox_y", "bbox_w", "bbox_h"]
NEEDED = ("filename", "pid", "slice_order", "slice_thick", "mm_per_px", *BOX)
THRESHOLDS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0)
OVERLAP = 0.3  # least intersection over union of a candidate's boxes and the tumour's, all slices
LEVEL = 0.95
MOST_OTHERS = 4.0  # candidates a patient beside the one that hits


@dataclass(frozen=True)
class Tumour:
    """One patient's slices and boxes.

    data    : (x, y, slice, 3) float32: before, early, late
    boxes   : (slice, 4) int, x, y, width and height in pixels
    spacing : (3,) mm, in a slice and its thickness
    """

    patient: str
    data: np.ndarray
    boxes: np.ndarray
    spacing: tuple[float, float, float]

    @property
    def inside(self):
        """Which voxels lie in the boxes: (x, y, slice) bool."""
        found = np.zeros(self.data.shape[:3], bool)
        for k, (x, y, width, height) in enumerate(self.boxes):
            found[x : x + width, y : y + height, k] = True
        return found


def read(folder):
    """The patients of a folder with ``slices.csv`` and ``images/``: a generator of `Tumour`.

    raises : InputError naming what is missing
    """
    table = _table(Path(folder) / TABLE)
    for patient, rows in table.groupby("pid"):
        rows = rows.sort_values("slice_order")
        pixels = [_pixels(Path(folder) / "images" / name) for name in rows["filename"]]
        boxes = rows[BOX].to_numpy(int)
        first = rows.iloc[0]
        spacing = first["mm_per_px"], first["mm_per_px"], first["slice_thick"]
        yield Tumour(str(patient), np.stack(pixels, axis=2), boxes, tuple(map(float, spacing)))


def tried(tumour, thresholds=THRESHOLDS):
    """What each threshold of early enhancement finds: a list of dicts.

    Each has patient, threshold, candidates (how many) and iou, the largest intersection over union
    of one with the tumour's boxes. There is no breast mask: all that is seen counts. The slices
    are some of the tumour's and lie apart; they are taken for neighbours, so that a volume is of
    what was seen.
    """
    early = _early(tumour)
    everywhere, inside = np.ones(early.shape, bool), tumour.inside
    affine = np.diag([*tumour.spacing, 1.0])
    rows = []
    for threshold in thresholds:
        found = candidates.find(early, everywhere, affine, threshold)
        iou = max((overlap(one, inside) for one in found), default=0.0)
        about = {"patient": tumour.patient, "threshold": threshold}
        rows.append(about | {"candidates": len(found), "iou": iou})
    return rows


def overlap(candidate, inside):
    """Intersection over union of the boxes of a candidate in each slice and the tumour's."""
    box = np.zeros(inside.shape, bool)
    for k in np.unique(candidate.voxels[:, 2]):
        x, y = candidate.voxels[candidate.voxels[:, 2] == k, :2].T
        box[x.min() : x.max() + 1, y.min() : y.max() + 1, k] = True
    return (box & inside).sum() / (box | inside).sum()


def middle(tumours):
    """The iou of each tumour with a box in the middle of its picture: dict by patient.

    The box has the median size of all tumours' boxes. Pictures that were cut around the tumour are
    hit by it without looking: it is what any detector must beat.
    """
    size = np.median(np.concatenate([one.boxes[:, 2:] for one in tumours]), axis=0)
    return {one.patient: _middle(one, size.astype(int)) for one in tumours}


def by_threshold(table, least=OVERLAP):
    """Tumours that are hit, and other candidates a patient, by threshold: a frame.

    table   : rows of `tried`; least : intersection over union that is a hit
    returns : hits, patients, others, sensitivity, and low and high of its exact 95 % interval
              (Clopper and Pearson, Biometrika 1934;26:404)
    """
    hit = table["iou"] >= least
    found = table.assign(hit=hit, others=table["candidates"] - hit).groupby("threshold")
    found = found.agg(hits=("hit", "sum"), patients=("hit", "size"), others=("others", "mean"))
    pairs = found[["hits", "patients"]].itertuples(index=False)
    ends = [stats.binomtest(*pair).proportion_ci(LEVEL, "exact") for pair in pairs]
    shares = {"low": [e.low for e in ends], "high": [e.high for e in ends]}
    return found.assign(sensitivity=found["hits"] / found["patients"], **shares)


def learned(table, count, seed, least=OVERLAP, most_others=MOST_OTHERS):
    """Each patient judged at the threshold that the other folds' patients teach: a frame.

    table : rows of `tried`; count : folds, dealt by ``seed``; the threshold is the one with most
            hits among those with few other candidates a patient, the highest of several
    """
    parts = []
    for held_out in folds.patient_folds(list(table["patient"].unique()), count, seed):
        own = table["patient"].isin(held_out)
        taught = by_threshold(table[~own], least)
        allowed = taught[taught["others"] <= max(most_others, taught["others"].min())]
        best = allowed.index[allowed["hits"] == allowed["hits"].max()].max()
        parts.append(table[own & (table["threshold"] == best)])
    return pd.concat(parts)


def _middle(tumour, size):
    box = np.zeros(tumour.inside.shape, bool)
    corner = (np.array(box.shape[:2]) - size) // 2
    box[corner[0] : corner[0] + size[0], corner[1] : corner[1] + size[1]] = True
    return (box & tumour.inside).sum() / (box | tumour.inside).sum()


def _early(tumour):
    times = np.array([0.0, 1.0, 2.0])
    volume = Volume(tumour.data, np.eye(4), times)
    return kinetics.enhancement(volume)[..., 1]


def _table(path):
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as a table of slices: {error}.") from None
    missing = [name for name in NEEDED if name not in table]
    if missing:
        raise InputError(f"{path} has no column {missing[0]}: give the table as it was published.")
    return table


def _pixels(path):
    """One slice, (x, y, 3) float32."""
    import io

    from PIL import Image

    try:
        image = Image.open(io.BytesIO(content(path, MOST)))
        pixels = np.asarray(image.convert("RGB"), "float32")
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as a picture: {error}.") from None
    return pixels.transpose(1, 0, 2)
