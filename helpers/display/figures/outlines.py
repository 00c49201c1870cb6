"""Outlines of masks over a slice: breast mask, truth, what the network drew."""

import numpy as np

from helpers.display.figures.look import LINES, PALETTE, described, each
from helpers.display.figures.phases import grey, window
from helpers.imaging import resampling


def outline(image, masks, ax):
    """An image with the outlines of masks.

    image : (rows, columns); masks : dict of name → (rows, columns) bool
    """
    grey(image, ax, window(image))
    return outlines(masks, ax)


def outlines(masks, ax):
    """Outlines of masks over what is there; dict of name → (rows, columns) bool."""
    colours, lines = each(masks, PALETTE[1:]), each(masks, LINES)
    for name, mask in masks.items():
        if mask.any():
            ax.contour(mask, [0.5], colors=[colours[name]], linestyles=[lines[name]])
        ax.plot([], [], ls=lines[name], color=colours[name], label=name)
    ax.legend(loc="lower right", fontsize="small")
    areas = ", ".join(f"{name} {mask.sum()} pixels" for name, mask in masks.items())
    return described(ax, f"A slice with outlines: {areas}.")


def prediction(prepared, drawn, z, protocol, ax):
    """Truth and segmentation of one slice over the network's input, on the patient's grid.

    prepared : Prepared; drawn : (slice, rows, columns) bool; z : number of the slice
    """
    sides = zip(prepared.truth.shape[:0:-1], prepared.spacing[:0:-1], strict=True)
    edges = [resampling.field(n, spacing, protocol) for n, spacing in sides]
    extent = np.ravel(edges) - 0.5  # a pixel's centre is where it is drawn
    ax.imshow(prepared.images[z, ..., 0], cmap="gray", origin="lower", extent=extent, vmax=4)
    ax.set_aspect(prepared.spacing[1] / prepared.spacing[2])
    ax.set_axis_off()
    return outlines({"truth": prepared.truth[z], "network": drawn[z]}, ax)
