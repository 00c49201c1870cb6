"""One real study without truth: its motion, its maps and its candidates, and no word more."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from helpers import ours
from helpers.display.figures.enhancement_maps import enhancement_maps
from helpers.display.pictures import picture
from helpers.display.report import as_html, blocks
from helpers.display.report.blocks import Paragraphs, Report, Section
from helpers.errors import InputError
from helpers.imaging import volumes
from helpers.imaging.masks import Mask, read_mask
from helpers.lesions import candidate_features, candidates, registration
from helpers.lesions.kinetics import assumed_injection

KIND = "lesions"
TITLE = "What enhances"
NO_TRUTH = (
    "No truth available: nobody has said here what is a lesion, and what a candidate is. Nothing "
    "on this page is a diagnosis."
)
_UNITS = {"to_peak": "_min", "wash_in": "_per_min", "wash_out": "_per_min"}
SLICES = 3  # that are shown: those with most candidate voxels


def write(source, folder, mask=None, times=None, threshold=0.9, sparse=False):
    """Write the page of one NIfTI as ``folder``; returns the path of it.

    mask      : file of the breast mask, everything when None; sparse : as ``masks.read_mask``
    times     : s of each phase, those of the file's own .json when None
    threshold : of mean relative enhancement
    raises    : InputError when a file cannot be used, or the times are missing
    """
    if not np.isfinite(threshold):
        raise InputError(f"The threshold is {threshold:g}: give a number, such as 0.9.")
    ours.check(folder, KIND, source)
    volume = read(source, times)
    drawn = read_mask(mask, volume, sparse=sparse) if mask else everything(volume)
    maps, found, moved = look(volume, drawn.voxels, threshold)
    report = of_volume(maps, found, drawn, moved, threshold, Path(source).name)
    made = {"index.html": as_html.page(report).encode()}
    made["candidates.csv"] = table(found, maps).to_csv(index=False).encode()
    ours.write(folder, made, KIND, source)
    return Path(folder) / "index.html"


def read(source, times=None):
    """A NIfTI as a Volume, with other times (s) where they are given, one a phase."""
    volume = volumes.read_nifti(source)
    if times is None:
        return volume
    if len(times) != volume.data.shape[3]:
        raise InputError(
            f"{source} has {volume.data.shape[3]} phases and {len(times)} times were given: give "
            "one a phase."
        )
    return replace(volume, times=np.asarray(times, float))


def everything(volume):
    """A Mask of every voxel."""
    shape = volume.data.shape[:3]
    return Mask(np.ones(shape, bool), np.ones(shape[2], bool), ())


def look(volume, mask, threshold):
    """(Maps after alignment, list of `Candidate`, shifts as ``registration.shifts``)."""
    moved = registration.shifts(volume)
    maps = candidate_features.maps(registration.aligned(volume, moved))
    return maps, candidates.find(maps.dynamic.mean, mask, volume.affine, threshold), moved


def table(found, maps):
    """One row a candidate, largest first: place in mm, volume, and the features before texture."""
    names = [f"{name}{_UNITS.get(name, '')}" for name in candidate_features.NAMES[:12]]
    features = candidate_features.table(found, maps)[:, : len(names)]
    places = ("x_mm", "y_mm", "z_mm")
    about = [dict(zip(places, one.centre, strict=True)) | {"ml": one.ml} for one in found]
    frame = pd.concat([pd.DataFrame(about), pd.DataFrame(features, columns=names)], axis=1)
    return frame.round(3)


def of_volume(maps, found, drawn, moved, threshold, name):
    """The `Report` of one volume; arguments as `look` and `write` have them."""
    farthest = np.linalg.norm(moved, axis=2).max()
    said = [
        NO_TRUTH,
        f"{len(found)} candidates: pieces of mean relative enhancement above {threshold:g} "
        f"{_where(drawn)}.",
        f"A side of a phase was moved back by {farthest:.1f} mm at most.",
        f"The agent is taken to be given at {assumed_injection(maps.volume.times):g} s, from which "
        "the time to the peak counts.",
    ]
    shown = {
        f"slice_{z}": _picture(maps, found, drawn.voxels, z) for z in chosen(found, drawn.labelled)
    }
    blocks_ = [Paragraphs(said), blocks.Pictures(shown), blocks.Table(table(found, maps))]
    return Report(name, {}, [Section("", blocks_)], TITLE)


def _where(drawn):
    if drawn.voxels.all():
        return "anywhere in the picture: without a breast mask heart, vessels and skin count, too"
    return f"within the mask, known in {int(drawn.labelled.sum())} of {len(drawn.labelled)} slices"


def chosen(found, labelled):
    """The slices with most voxels of candidates, at most ``SLICES``; of none, a labelled one."""
    counts = np.zeros(len(labelled), int)
    for one in found:
        counts += np.bincount(one.voxels[:, 2], minlength=len(labelled))
    most = [int(z) for z in np.argsort(-counts, kind="stable")[:SLICES] if counts[z]]
    return most or [int(np.flatnonzero(labelled)[labelled.sum() // 2])]


def _picture(maps, found, mask, z):
    _, axes = plt.subplots(1, 3, figsize=(13, 4.5), layout="constrained")
    return picture(partial(enhancement_maps, maps, found, mask, z)(axes))
