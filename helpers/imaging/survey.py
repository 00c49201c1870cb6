"""What the studies of a cohort are like: shapes, spacings, planes and phases."""

from dataclasses import dataclass

import nibabel as nib
import numpy as np

from helpers.imaging import planes


@dataclass(frozen=True)
class Seen:
    """One study.

    shape   : (3,) voxels along right, anterior and superior
    spacing : (3,) mm along the same
    plane   : axial, coronal or sagittal: that of its acquisition
    phases  : numbers of those that do not have the same value everywhere
    """

    patient: str
    subject: str
    shape: tuple[int, int, int]
    spacing: tuple[float, float, float]
    plane: str
    phases: tuple[int, ...]

    def sides(self, plane):
        """((rows, mm a row), (columns, mm a column)) of a slice of a plane, or of ``acquired``."""
        _, rows, columns = planes.ORDERS[self.plane if plane == "acquired" else plane]
        return tuple((self.shape[axis], self.spacing[axis]) for axis in (rows, columns))


def look(studies, progress=lambda: None):
    """Read each study and keep what it is like: list of Seen.

    studies  : list of PatientFiles
    progress : called after each
    raises   : InputError when an image or a mask cannot be used, such as one that is empty
    """
    found = []
    for study in studies:
        volume, _ = study.read()
        found.append(_seen(study, volume))
        progress()
    return found


def _seen(study, volume):
    way = np.argsort(nib.io_orientation(volume.affine)[:, 0])
    phases = np.moveaxis(volume.data, 3, 0)
    return Seen(
        study.patient,
        study.subject or study.patient,
        tuple(int(n) for n in np.array(volume.data.shape)[way]),
        tuple(float(s) for s in volume.spacing[way]),
        planes.acquired(volume.affine),
        tuple(n for n, phase in enumerate(phases) if np.ptp(phase)),
    )
