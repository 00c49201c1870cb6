"""Pictures of a volume: phases, outlines of masks, curves over time."""

import numpy as np

from helpers.display.figures import PALETTE
from helpers.imaging.slices import upright


def phases(volume, z, axes):
    """One slice in every phase, all in the window of the first.

    volume : Volume; z : slice index from below; axes : one a phase
    """
    images = upright(volume.data, volume.affine)[z]
    for image, seconds, ax in zip(images, volume.times, axes, strict=False):
        grey(image, ax, window(images))
        name = "order only" if np.isnan(seconds) else f"{seconds:.0f} s"
        ax.set_title(name)
        ax.set_label(f"Slice {z} of the phase at {name}; brightest voxel {image.max():.0f}.")
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
        ax.set_label(f"The patient from the front, slices stacked {name}.")
    return axes


def outline(image, masks, ax):
    """An image with the outlines of masks.

    image : (rows, columns); masks : dict of name → (rows, columns) bool
    """
    grey(image, ax, window(image))
    return outlines(masks, ax)


def outlines(masks, ax):
    """Outlines of masks over what is there; dict of name → (rows, columns) bool."""
    for (name, mask), colour, style in zip(
        masks.items(), PALETTE[1:], ("-", "--", ":"), strict=False
    ):
        if mask.any():
            ax.contour(mask, [0.5], colors=[colour], linestyles=style)
        ax.plot([], [], style, color=colour, label=name)
    ax.legend(loc="lower right", fontsize="small")
    areas = ", ".join(f"{name} {mask.sum()} pixels" for name, mask in masks.items())
    ax.set_label(f"A slice with outlines: {areas}.")
    return ax


def prediction(prepared, drawn, z, protocol, ax):
    """Truth and segmentation of one slice over the network's input, on the patient's grid.

    prepared : Prepared; drawn : (slice, rows, columns) bool; z : slice index from below
    """
    rows, columns = prepared.truth.shape[1:]
    half = protocol.size * protocol.spacing / 2 / np.array(prepared.spacing[1:])
    extent = [columns / 2 - half[1], columns / 2 + half[1], rows / 2 - half[0], rows / 2 + half[0]]
    ax.imshow(prepared.images[z, ..., 0], cmap="gray", origin="lower", extent=extent, vmax=4)
    ax.set_axis_off()
    return outlines({"truth": prepared.truth[z], "network": drawn[z]}, ax)


def curves(volume, regions, ax):
    """Mean intensity over time of some regions.

    volume : Volume; regions : dict of name → (x, y, z) bool
    """
    means = {name: volume.data[region].mean(axis=0) for name, region in regions.items()}
    for (name, mean), colour, style in zip(means.items(), PALETTE, "os^Dv", strict=False):
        ax.plot(volume.times, mean, f"{style}-", color=colour, label=name)
    rises = {name: mean[1:].max() / mean[0] - 1 for name, mean in means.items()}
    most = max(rises, key=rises.get)
    title = f"{most.capitalize()} rises most: {rises[most]:+.0%}"
    ax.set(xlabel="time after the first phase (s)", ylabel="mean intensity (a.u.)", title=title)
    ax.legend()
    says = ", ".join(f"{name} {rise:+.0%}" for name, rise in rises.items())
    ax.set_label(f"Intensity over time. Largest rise over the first phase: {says}.")
    return ax


def grey(image, ax, limits):
    """One slice in grey, anterior up; limits : (lowest, highest) intensity shown."""
    ax.imshow(image, cmap="gray", origin="lower", vmin=limits[0], vmax=limits[1])
    ax.set_axis_off()
    return ax


def window(images):
    """(lowest, highest) intensity to show: 0 and the 99.5th percentile."""
    return 0, float(np.percentile(images, 99.5))
