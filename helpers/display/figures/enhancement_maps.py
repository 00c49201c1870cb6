"""What a study shows after the agent: subtraction, three-time-points map and candidates."""

import itertools

import numpy as np

from helpers.display.figures.look import PALETTE, described
from helpers.display.figures.phases import grey, window
from helpers.imaging import planes
from helpers.imaging.planes import upright
from helpers.lesions import three_time_points


def enhancement_maps(maps, found, mask, z, axes, plane="axial"):
    """One slice three times: early minus first phase, the colour map, the candidates on the first.

    maps : ``candidate_features.Maps``; found : list of `Candidate`; mask : (x, y, z) bool; z :
    number of the slice; axes : three
    """
    volume = maps.volume
    data = upright(volume.data, volume.affine, plane)[z]
    _, rows, columns = planes.spacing(volume.affine, plane)
    difference = data[1] - data[0]
    grey(difference, axes[0], window(difference)).set_title("early − first phase")
    described(axes[0], f"Subtraction of slice {z}.")
    colours = three_time_points.colours(volume.data, maps.relative)
    axes[1].imshow(_upright_colours(colours, volume.affine, plane)[z], origin="lower")
    axes[1].set_axis_off()
    axes[1].set_title("red washes out, green stays, blue rises")
    described(axes[1], f"Three-time-points map of slice {z}.")
    grey(data[0], axes[2], window(data[0])).set_title("candidates")
    here = _outlined(found, mask, z, volume.affine, plane, axes[2])
    described(axes[2], f"Slice {z} with the mask and {here} candidates outlined.")
    for ax in axes:
        ax.set_aspect(rows / columns)
    return axes


def _upright_colours(colours, affine, plane):
    return np.moveaxis(upright(colours, affine, plane), 1, -1)


def _outlined(found, mask, z, affine, plane, ax):
    """Outline mask and candidates of a slice; how many candidates it has."""
    drawn = upright(mask, affine, plane)[z]
    if drawn.any():
        ax.contour(drawn, [0.5], colors=[PALETTE[2]], linewidths=1)
    count = 0
    for one in found:
        region = np.zeros(mask.shape, bool)
        region[one.where] = True
        cut = upright(region, affine, plane)[z]
        if cut.any():
            ax.contour(cut, [0.5], colors=[PALETTE[3]], linewidths=1)
            count += 1
    return count


def twins(one, ax):
    """A lesion of which two runs say unlike things: their masks' outlines about it.

    one : ``display.lesions.twins.Twins``
    """
    lesion = np.argwhere(one.lesion)
    margin = 25
    low = np.maximum(lesion.min(0) - margin, 0)
    high = lesion.max(0) + margin
    part = tuple(map(slice, low, high))
    grey(one.image[part], ax, (0, 1.5)).set_aspect(one.spacing[0] / one.spacing[1])
    ax.contour(one.lesion[part], [0.5], colors=["0.95"], linewidths=1.5)
    ax.plot([], [], color="0.7", label="the lesion")
    looks = itertools.cycle([(PALETTE[1], "-"), (PALETTE[0], "--"), (PALETTE[2], ":")])
    for said, mask in one.masks.items():
        colour, line = next(looks)
        if mask[part].any():
            ax.contour(mask[part], [0.5], colors=[colour], linestyles=[line])
        ax.plot([], [], color=colour, ls=line, label=f"mask: {said}")
    ax.legend(fontsize="x-small", loc="lower right")
    named = f"{one.arm}, lesion {one.lesion_number} of {one.patient}"
    ax.set_title(f"{named}:\n{'; '.join(one.masks)}", fontsize="medium")
    covered = {said: (mask & one.lesion).sum() for said, mask in one.masks.items()}
    told = ", ".join(f"{said}: {n} of {one.lesion.sum()} pixels" for said, n in covered.items())
    return described(ax, f"One lesion and two masks, {told}.")
