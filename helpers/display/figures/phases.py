"""Slices of a volume in grey: the phases of one, and the patient from the front."""

import numpy as np

from helpers.display.figures.look import described
from helpers.imaging import planes
from helpers.imaging.planes import upright


def phases(volume, z, axes, plane="axial"):
    """One slice in every phase, all in the window of the first.

    volume : Volume; z : number of the slice, from below in axial ones; axes : one a phase
    """
    images = upright(volume.data, volume.affine, plane)[z]
    _, rows, columns = planes.spacing(volume.affine, plane)
    for image, seconds, ax in zip(images, volume.times, axes, strict=True):
        grey(image, ax, window(images)).set_aspect(rows / columns)
        name = "order only" if np.isnan(seconds) else f"{seconds:.0f} s"
        ax.set_title(name)
        described(ax, f"Slice {z} of the phase at {name}; brightest voxel {image.max():.0f}.")
    return axes


def from_the_front(volume, orders, axes):
    """The middle coronal section of the first phase, its slices stacked in several orders.

    volume : Volume; orders : dict of name → indices of the slices; axes : one an order
    """
    pixels = upright(volume.data, volume.affine)[:, 0]
    section = pixels[:, pixels.shape[1] * 55 // 100]
    aspect = volume.spacing[2] / volume.spacing[0]
    for (name, order), ax in zip(orders.items(), axes, strict=True):
        grey(section[order], ax, window(section)).set_aspect(aspect)
        ax.set_title(name)
        described(ax, f"The patient from the front, slices stacked {name}.")
    return axes


def grey(image, ax, limits):
    """One slice in grey, its first row below; limits : (lowest, highest) intensity shown."""
    ax.imshow(image, cmap="gray", origin="lower", vmin=limits[0], vmax=limits[1])
    ax.set_axis_off()
    return ax


def window(images):
    """(lowest, highest) intensity to show: 0 and the 99.5th percentile."""
    return 0, float(np.percentile(images, 99.5))
