"""Masks of the breast, placed on a volume's grid by geometry: never by index or interpolation."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from helpers.errors import InputError
from helpers.imaging import planes
from helpers.imaging.dicom.headers import is_dicom
from helpers.imaging.dicom.segmentation import read_segmentation
from helpers.imaging.files import readable
from helpers.imaging.grids import place
from helpers.imaging.nifti import GIB, read_voxels
from helpers.imaging.nrrd import read_label_map


@dataclass(frozen=True)
class Mask:
    """Where the chosen segments lie, and in which slices that is known.

    voxels : (x, y, z) bool on the volume's grid
    labelled : (z,) bool; False is unknown, not background
    segments : names of the segments that were united
    outside : how many voxels were drawn where the image has none
    """

    voxels: np.ndarray
    labelled: np.ndarray
    segments: tuple[str, ...]
    outside: int = 0


def read_mask(path, volume, segments=None, sparse=False, memory_cap=8 * GIB):
    """A DICOM SEG, NIfTI or NRRD mask on the grid of ``volume``, as a Mask.

    ``segments`` names the labels to unite; None is every voxel that is not 0. A NIfTI has no
    names: there they are numbers. ``sparse`` as in ``read_seg``. Raises InputError when the
    file cannot be read, belongs elsewhere or leaves the mask empty.
    """
    name = Path(path).name.lower()
    with readable(path):
        if not Path(path).is_file():
            raise InputError(f"{path} does not exist; check its name.")
    if name.endswith((".nii", ".nii.gz")):
        labels, affine = read_voxels(path, memory_cap)
        return _from_labels(path, volume, labels, affine, {}, segments, sparse)
    if name.endswith(".nrrd"):
        labels, affine, names = read_label_map(path, memory_cap)
        return _from_labels(path, volume, labels, affine, names, segments, sparse)
    with readable(path):
        dicom = is_dicom(path)
    if dicom:
        return read_seg(path, volume, segments, sparse, memory_cap)
    raise InputError(f"{path} is no DICOM SEG, NIfTI or NRRD; save the mask as one of them.")


def read_seg(path, volume, segments=None, sparse=False, memory_cap=8 * GIB):
    """A DICOM SEG on the grid of ``volume``, as a Mask.

    ``segments`` are labels to unite, all when None. In a dense file a slice without a frame is
    background. In a ``sparse`` one, drawn by hand here and there, it is unknown: a slice counts
    as labelled where each chosen segment has a frame. Raises InputError for a damaged file,
    another patient or frame of reference, voxels that do not coincide, an empty mask, and a sparse
    one on an image whose slices are not axial.
    """
    try:
        found = read_segmentation(path, memory_cap)
        _check_same(found, volume)
        chosen = _choose(segments, sorted({frame.segment for frame in found.frames}))
        return _paint([f for f in found.frames if f.segment in chosen], volume, chosen, sparse)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _check_same(found, volume):
    if found.patient and volume.patient and found.patient != volume.patient:
        raise InputError("the mask is of another patient; give the one that belongs to the image.")
    if volume.frame_of_reference and found.frame_of_reference != volume.frame_of_reference:
        raise InputError("the mask lies in another frame of reference; register it to the image.")


def _choose(wanted, there):
    wanted = (wanted,) if isinstance(wanted, str | int) else wanted
    chosen = tuple(there if wanted is None else dict.fromkeys(map(str, wanted)))
    missing = sorted(set(chosen) - set(there))
    if missing or not chosen:
        names = ", ".join(missing) or "at all"
        raise InputError(f"the mask has no segment {names}; check the names.")
    return chosen


def _paint(frames, volume, chosen, sparse):
    _check_plane(volume, sparse)
    voxels = np.zeros(volume.data.shape[:3], bool)
    drawn, outside = np.zeros((len(chosen), voxels.shape[2]), bool), 0
    for frame in frames:
        block = frame.pixels.T[:, :, None]
        slices, lost = _add(voxels, block, _stepped(frame.affine, volume), volume.affine)
        outside += lost
        if sparse and slices.size != 1:
            raise InputError("a sparse mask must be drawn in the slices of the image.")
        drawn[chosen.index(frame.segment), slices[_inside(slices, voxels.shape[2])]] = True
    labelled = drawn.all(0) if sparse else np.ones(voxels.shape[2], bool)
    if drawn.any(1).all() and not labelled.any():
        raise InputError("no slice has a frame of each segment; choose those drawn together.")
    return _finish(voxels, labelled, chosen, outside)


def _check_plane(volume, sparse):
    """Slices of a sparse mask are told apart from feet to head: others would be misread."""
    plane = planes.acquired(volume.affine)
    if sparse and plane != "axial":
        raise InputError(
            f"its image has {plane} slices, and a mask with slices left out (sparse) is read where "
            "they are axial alone; draw every slice."
        )


def _stepped(affine, volume):
    """A frame's affine with the volume's step across slices: a single frame has none."""
    steps = np.linalg.norm(volume.affine[:3, :3], axis=0)
    across = np.abs(affine[:3, 2] @ volume.affine[:3, :3] / steps).argmax()
    stepped = affine.copy()
    stepped[:3, 2] *= steps[across] / np.linalg.norm(affine[:3, 2])
    return stepped


def _add(voxels, block, affine, onto):
    """Unite a block of another grid with ``voxels`` in place.

    returns : the slices it touches, (n,), and how many of its voxels lie outside
    """
    order, indices = place(affine, block.shape, onto)
    inside = [_inside(index, size) for index, size in zip(indices, voxels.shape, strict=True)]
    there = np.ix_(*[index[keep] for index, keep in zip(indices, inside, strict=True)])
    kept = block.transpose(order)[np.ix_(*inside)]
    voxels[there] |= kept
    return indices[2], int(np.count_nonzero(block) - np.count_nonzero(kept))


def _inside(index, size):
    return (index >= 0) & (index < size)


def _from_labels(path, volume, labels, affine, names, segments, sparse):
    try:
        values = _label_values(labels)
        if not any(names.values()):  # a plain label map
            names = names | {str(value): {value} for value in values}
        chosen = _choose(segments, sorted(names) if values else [])
        block = labels != 0 if segments is None else np.isin(labels, _values(names, chosen))
        _check_plane(volume, sparse)
        voxels = np.zeros(volume.data.shape[:3], bool)
        _, outside = _add(voxels, block, affine, volume.affine)
        labelled = voxels.any((0, 1)) if sparse else np.ones(voxels.shape[2], bool)
        return _finish(voxels, labelled, chosen, outside)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _values(names, chosen):
    unknown = [name for name in chosen if not names[name]]
    if unknown:
        raise InputError(f"its header gives segment {unknown[0]} no LabelValue; choose a value.")
    return sorted(set.union(*(names[name] for name in chosen)))


def _label_values(labels):
    if labels.ndim != 3:
        raise InputError("a mask has three axes; save one label map.")
    values = np.unique(labels)
    whole = np.isfinite(values).all() and np.array_equal(values, np.rint(values))
    if not whole or values.size > 256:
        raise InputError("its values are not labels (whole numbers); save it uninterpolated.")
    return [int(value) for value in values if value != 0]


def _finish(voxels, labelled, segments, outside):
    if not (voxels & labelled).any():
        raise InputError("the mask is empty on this image; check that they belong together.")
    return Mask(voxels & labelled, labelled, tuple(segments), outside)
