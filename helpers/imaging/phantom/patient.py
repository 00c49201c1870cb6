"""A synthetic breast DCE-MRI patient with known truth, in the manner of a Duke study."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from helpers.imaging.phantom import anatomy
from helpers.imaging.phantom.anatomy import Tissue
from helpers.imaging.phantom.contrast_agent import spoiled_echo, tofts
from helpers.imaging.phantom.masses import draw_masses

FIELD_OF_VIEW = 340.0  # mm in x and y
HEIGHT = 176.0  # mm in z
PHASE = 120.0  # s that one phase takes
PAUSE = 60.0  # s between pre and post 1, in which the agent is injected
ARRIVAL = 150.0  # s at which the bolus reaches the arteries
GAIN = 3300.0
NOISE = 3.0  # SD of each channel of the complex noise
POINT_SPREAD = 0.5  # sigma of the scanner's blur, voxels
BRIGHTEST = 4095  # of 12 stored bits

# Proton density (free scale), T1 in s at 1.5 T, Ktrans in 1/min, ve, vp. T1: fat and FGT
# Rakow-Penner 2006, muscle and blood Stanisz 2005, liver de Bazelaire 2004, the others and all
# densities and kinetics chosen here so that the picture looks like patient 153's.
TISSUES = {
    Tissue.AIR: (0.0, 1.0, 0.0, 1.0, 0.0),
    Tissue.SKIN: (1.0, 0.80, 0.05, 0.30, 0.010),
    Tissue.FAT: (1.0, 0.296, 0.003, 0.10, 0.0),
    Tissue.FGT: (1.0, 1.266, 0.02, 0.30, 0.005),
    Tissue.LESION_MALIGNANT: (1.0, 1.20, 0.45, 0.40, 0.060),
    Tissue.LESION_BENIGN: (1.0, 1.20, 0.06, 0.80, 0.010),
    Tissue.MUSCLE: (0.65, 1.008, 0.02, 0.15, 0.010),
    Tissue.BONE: (0.35, 0.600, 0.03, 0.20, 0.010),
    Tissue.LUNG: (0.32, 1.200, 0.05, 0.20, 0.040),
    Tissue.HEART: (0.8, 1.441, 0.0, 1.0, 0.58),
    Tissue.VESSEL: (0.9, 1.441, 0.0, 1.0, 0.58),
    Tissue.LIVER: (0.5, 0.586, 0.60, 0.30, 0.050),
    Tissue.VISCERA: (0.5, 0.900, 0.15, 0.25, 0.050),
}


@dataclass(frozen=True)
class PhantomPatient:
    """One synthetic study and the truth about it.

    patient : str
    data : (x, y, z, time) float32, whole numbers in MR units
    affine : (4, 4) array, voxel to RAS+ mm
    times : (time,) array, s after the first phase began
    tissue : (x, y, z) uint8, labels of `Tissue`, as they lay in the first phase
    breast : (x, y, z) bool, the whole breast
    lesion : (x, y, z) uint8, number of the lesion of ``lesions`` from 1, or 0
    lesions : tuple of `anatomy.Lesion`
    curves : (time, tissue and further mass) signal of each where the coils see all of it
    """

    patient: str
    data: np.ndarray
    affine: np.ndarray
    times: np.ndarray
    tissue: np.ndarray
    breast: np.ndarray
    lesion: np.ndarray
    lesions: tuple
    curves: np.ndarray

    def curve(self, number):
        """Signal of the lesion of a number, from 1, without noise, coils and motion: (time,)."""
        own = len(Tissue) + number - 2
        return self.curves[:, own if number > 1 else self.lesions[0].kind]


@dataclass(frozen=True)
class Scan:
    """What the scanner and the day do to one patient's signal."""

    density: np.ndarray  # (tissue,) proton density
    kinetics: dict
    coils: tuple  # (x, y, z, gain) of each coil element, mm
    rim: float  # extra brightness under the skin, close to the loops
    suppression: tuple[float, float]  # share of fat's signal left: left, right breast
    failure: tuple[float, float, float]  # x, y of the middle of failed suppression, and how much
    ghost: float
    ghost_shift: float  # share of the field of view
    motion: np.ndarray  # (time, 2) mm


def phase_times(phases):
    """Start of each phase, (time,) s: 120 s a phase, a pause of 60 s for the injection."""
    return np.array([PHASE * t + PAUSE * (t > 0) for t in range(phases)])


def grid(matrix, slices):
    """The (4, 4) affine of ``matrix`` x ``matrix`` x ``slices`` voxels about the scanner's 0."""
    size = np.array([FIELD_OF_VIEW / matrix, FIELD_OF_VIEW / matrix, HEIGHT / slices])
    affine = np.diag([*size, 1.0])
    affine[:3, 3] = size / 2 - np.array([FIELD_OF_VIEW, FIELD_OF_VIEW, HEIGHT]) / 2
    return affine


def make_patient(number, protocol):
    """The `PhantomPatient` called ``number`` (int) of the protocol's cohort.

    The anatomy follows from the protocol's ``phantom_seed`` and ``number`` alone; only the
    noise also follows from the grid.
    """
    draw, noise, more = np.random.default_rng([protocol.phantom_seed, number]).spawn(3)
    times = phase_times(protocol.phantom_phases)
    body = anatomy.draw_body(draw)
    body = replace(body, masses=draw_masses(more, body, protocol.phantom_masses))
    scan = _draw_scan(draw, body, times)
    affine = grid(protocol.phantom_matrix, protocol.phantom_slices)
    curves = _signals(scan, times, body.masses)
    images = [
        _image(body, scan, curves, affine, protocol.phantom_matrix, k, noise)
        for k in range(protocol.phantom_slices)
    ]
    data, *truth = (np.stack(part, axis=2) for part in zip(*images, strict=True))
    name = f"PHANTOM_{number:03d}"
    return PhantomPatient(name, data, affine, times, *truth, body.lesions, curves)


def _draw_scan(rng, body, times):
    density = np.array([TISSUES[t][0] for t in Tissue])
    density *= np.exp(rng.normal(0, 0.08, density.size))
    density[Tissue.MUSCLE] *= rng.uniform(0.8, 1.35)
    density[Tissue.FGT] *= rng.uniform(0.75, 1.15)
    left = rng.uniform(0.11, 0.24)
    side = rng.choice([-1, 1])
    failure = rng.uniform(0.5, 0.9) if body.case == "fat_suppression" else rng.uniform(0, 0.35)
    return Scan(
        density=density,
        kinetics=_draw_kinetics(rng),
        coils=_draw_coils(rng, body),
        rim=rng.uniform(0.4, 1.6),
        suppression=(left, left * rng.uniform(0.85, 1.15)),
        failure=(side * rng.uniform(15, 130), rng.uniform(-10, 70), failure),
        ghost=rng.uniform(0.10, 0.2) if body.case == "ghosting" else rng.uniform(0, 0.025),
        ghost_shift=rng.uniform(0.12, 0.4),
        motion=rng.normal(0, 0.5, (times.size, 2)) * (np.arange(times.size) > 0)[:, None],
    )


def _draw_kinetics(rng):
    """Ktrans, ve and vp of each tissue, scattered about the typical."""
    scatter = {t: np.exp(rng.normal(0, 0.15, 3)) for t in Tissue}
    kinetics = {t: np.array(TISSUES[t][2:]) * scatter[t] for t in Tissue}
    kinetics[Tissue.FGT][0] *= rng.uniform(0.3, 2.5)
    return kinetics


def _draw_coils(rng, body):
    """Loops beside, between and in front of the breasts."""
    coils = []
    for breast in body.breasts:
        side = np.sign(breast.x)
        tip = breast.nipple[1]
        for x, y in ((side * 168, 20), (side * 6, 45), (breast.x, max(tip, 40) + 30)):
            coils.append((x, y, rng.uniform(-10, 20), rng.uniform(0.75, 1.25)))
    if body.case == "dropout":
        first = 3 * rng.integers(2)
        lost = [(*coil[:3], coil[3] * rng.uniform(0.1, 0.4)) for coil in coils[first : first + 3]]
        coils[first : first + 3] = lost
    return tuple(coils)


def _signals(scan, times, masses):
    """Signal of each tissue, then of each further mass, by phase; fat not yet suppressed."""
    minutes = (times + PHASE / 2 - ARRIVAL) / 60
    every = [(t, scan.kinetics[t]) for t in Tissue] + [(m.kind, m.kinetics) for m in masses]
    columns = [
        scan.density[t] * spoiled_echo(TISSUES[t][1], tofts(minutes, *kinetics))
        for t, kinetics in every
    ]
    return GAIN * np.stack(columns, axis=1)


def _image(body, scan, curves, affine, matrix, k, noise):
    """One slice in all phases, (x, y, time) float32, its labels, its breast, its lesions."""
    across = affine[0, 3] + affine[0, 0] * np.arange(matrix)
    x, y = np.meshgrid(across, across, indexing="ij")
    z = affine[2, 3] + affine[2, 2] * k
    cut = anatomy.cut(body, x, y, z)
    shade = _sensitivity(scan, x, y, z) * cut.texture
    shade *= 1 + scan.rim * (0.3 + (z / 88) ** 2) * np.exp(-np.clip(cut.depth, 0, None) / 12)
    shade *= 1 + 0.06 * body.field.at(x, y, z, 20, 16)
    rough = np.isin(cut.tissue, (Tissue.MUSCLE, Tissue.LUNG, Tissue.BONE))
    shade *= 1 + np.where(rough, 0.15, 0.05) * body.field.at(x, y, z, 4, 21)
    fat = _suppression(scan, body, x, y, z)
    phases = []
    for curve, shift in zip(curves, scan.motion, strict=True):
        clean = _moved(_clean(cut, curve, fat) * shade, shift / affine[0, 0])
        phases.append(_measured(clean, scan, noise))
    return np.stack(phases, axis=2), cut.tissue, cut.breast, cut.lesion


def _clean(cut, curve, fat):
    """Signal of the tissues; between fat and FGT in proportion to the share of FGT."""
    own = cut.lesion > 1
    signal = curve[np.where(own, len(Tissue) - 2 + cut.lesion, cut.tissue)]
    soft = (cut.tissue == Tissue.FAT) | (cut.tissue == Tissue.FGT)
    mixed = (1 - cut.gland) * fat * curve[Tissue.FAT] + cut.gland * curve[Tissue.FGT]
    return np.where(soft, mixed, signal)


def _suppression(scan, body, x, y, z):
    """Share of fat's signal that is left."""
    x0, y0, most = scan.failure
    spot = ((x - x0) / 45) ** 2 + ((y - y0) / 55) ** 2 + ((z - 5) / 60) ** 2
    spot = spot + 0.3 * body.field.at(x, y, z, 40, 17)
    even = np.where(x > 0, *scan.suppression[::-1])
    return even + most * np.exp(-np.clip(spot, 0, None))


def _sensitivity(scan, x, y, z):
    """Root of the summed squares of the loops' fields on their axes; about 1 in a breast."""
    total = 0.0
    for x0, y0, z0, gain in scan.coils:
        squared = (x - x0) ** 2 + (y - y0) ** 2 + (0.35 * (z - z0)) ** 2
        total = total + gain**2 * (1 + squared / 65**2) ** -3.0
    return 1.5 * np.sqrt(total) + 0.08


def _moved(image, shift):
    """The image blurred as by the scanner and shifted by ``shift`` voxels."""
    blurred = ndimage.gaussian_filter(image, POINT_SPREAD)
    return ndimage.shift(blurred, shift, order=1, mode="nearest") if np.any(shift) else blurred


def _measured(clean, scan, noise):
    """Magnitude with a ghost along x and Rician noise, in whole numbers."""
    ghost = scan.ghost * np.roll(clean, int(scan.ghost_shift * clean.shape[0]), axis=0)
    real, imaginary = NOISE * noise.standard_normal((2, *clean.shape))
    magnitude = np.hypot(clean + ghost + real, imaginary)
    return np.clip(np.rint(magnitude), 0, BRIGHTEST).astype(np.float32)
