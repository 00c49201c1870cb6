"""Where runs drew otherwise, in one slice: two of them, and all of an arm."""

import numpy as np
from matplotlib.colors import to_rgba

from helpers.display.figures.look import PALETTE, titled
from helpers.imaging import resampling
from helpers.plain import plain

BOTH, ONE, OTHER = "0.75", PALETTE[0], PALETTE[1]
_MAP = "plasma"


def two_runs(drawn, names, truth, z, ax, prepared=None, protocol=None):
    """Where two runs disagree in one slice, with the outline of the truth.

    drawn, names : of each of the two, (slice, row, column) bool, and what it is called
    truth : (slice, row, column) bool; z : number of the slice
    prepared, protocol : the patient and its protocol, for the image behind; none when None
    """
    (one, other), (name, other_name) = (mask[z] for mask in drawn), names
    _behind(prepared, z, protocol, ax)
    _layers({BOTH: one & other, ONE: one & ~other, OTHER: other & ~one}, ax)
    _truth(truth[z], ax)
    for label, colour in (("both", BOTH), (f"{name} alone", ONE), (f"{other_name} alone", OTHER)):
        ax.plot([], [], "s", color=colour, label=plain(label))
    _finish(ax)
    apart, every = int((one ^ other).sum()), int((one | other).sum())
    title = (
        f"Slice {z}: {name} and {other_name} differ\nin {apart} of the {every} voxels that one drew"
    )
    return titled(ax, title, "Two masks over one another.")


def ever(counted, z, ax, prepared=None, protocol=None):
    """Where the runs of an arm ever disagree in one slice: how many of them drew each voxel.

    counted : `mask_votes.Counted`; z : number of the slice; the others as in ``two_runs``
    """
    runs, counts, disputed = len(counted.runs), counted.counts[z], counted.disputed[z]
    _behind(prepared, z, protocol, ax)
    _layers({BOTH: counts == runs}, ax)
    shown = np.ma.masked_where(~disputed, 100 * counts / runs)
    drawn = ax.imshow(shown, cmap=_MAP, origin="lower", vmin=0, vmax=100, interpolation="nearest")
    ax.figure.colorbar(drawn, ax=ax, shrink=0.7, label="of the runs drew it (%)")
    _truth(counted.truth[z], ax)
    ax.plot([], [], "s", color=BOTH, label=f"all {runs} runs")
    _finish(ax)
    found, every = int(disputed.sum()), int((counts > 0).sum())
    title = f"{counted.arm}, slice {z}: {runs} runs dispute\n{found} of the {every} voxels"
    return titled(ax, f"{title} that any drew", f"Map of {plain(counted.patient)} over all runs.")


def most_disputed(counted):
    """The number of the slice in which most voxels are disputed."""
    return int(counted.disputed.sum(axis=(1, 2)).argmax())


def _behind(prepared, z, protocol, ax):
    """The network's input in grey, where it lies on the patient's grid."""
    if prepared is None:
        ax.set_aspect("equal")
        return
    sides = zip(prepared.truth.shape[:0:-1], prepared.spacing[:0:-1], strict=True)
    edges = [resampling.field(n, spacing, protocol) for n, spacing in sides]
    extent = np.ravel(edges) - 0.5
    ax.imshow(prepared.images[z, ..., 0], cmap="gray", origin="lower", extent=extent, vmax=4)


def _layers(masks, ax):
    """Masks, (row, column) bool, in a colour each: dict of colour → mask."""
    for colour, mask in masks.items():
        layer = np.zeros((*mask.shape, 4))
        layer[mask] = to_rgba(colour, 0.8)
        ax.imshow(layer, origin="lower", interpolation="nearest")


def _truth(truth, ax):
    if truth.any():
        ax.contour(truth, [0.5], colors="black", linewidths=1)
    ax.plot([], [], "-", color="black", lw=1, label="truth")


def _finish(ax):
    ax.set_xticks([])
    ax.set_yticks([])
    ax.legend(fontsize="x-small", loc="upper left", bbox_to_anchor=(0, 0), ncols=2, frameon=False)
