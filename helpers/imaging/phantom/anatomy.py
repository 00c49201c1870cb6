"""The anatomy of one phantom patient, lying prone: lengths in mm, x right, y front, z head.

Everything is a formula over space, so the same patient can be cut at any resolution.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from helpers.imaging.phantom.breast import (
    Breast,
    draw_breasts,
    gland_share,
    ligaments,
    toward_nipple,
)
from helpers.imaging.phantom.random_field import RandomField, draw_field
from helpers.imaging.phantom.thorax import Thorax, draw_thorax

HARD_CASES = ("dense", "dropout", "small", "fat_suppression", "ghosting", "posterior_lesion")
HARD_SHARE = 0.18
LESION_PLANES = (-22.0, 22.0)  # z in mm: a slice lies there whether 4, 12 or 160 are cut
FILLET = 8.0  # radius in mm with which the breast runs into the chest


class Tissue(IntEnum):
    """Labels of the phantom's voxels."""

    AIR = 0
    SKIN = 1
    FAT = 2
    FGT = 3
    LESION_MALIGNANT = 4
    LESION_BENIGN = 5
    MUSCLE = 6
    BONE = 7
    LUNG = 8
    HEART = 9
    VESSEL = 10
    LIVER = 11
    VISCERA = 12


@dataclass(frozen=True)
class Lesion:
    """A mass: centre and radius in mm, its kind, and how ragged its outline is (0 … 1).

    kinetics : Ktrans in 1/min, ve and vp of its own; those of its kind when None
    """

    centre: tuple[float, float, float]
    radius: float
    kind: Tissue
    ragged: float
    kinetics: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Body:
    """All that is drawn once for a patient."""

    breasts: tuple[Breast, Breast]
    thorax: Thorax
    lesion: Lesion
    field: RandomField
    skin: float
    case: str
    masses: tuple[Lesion, ...] = ()

    @property
    def lesions(self):
        """The lesion and the further masses: tuple of `Lesion`."""
        return self.lesion, *self.masses


@dataclass(frozen=True)
class Cut:
    """One slice of a body, each array (x, y): labels, FGT share, texture and the breast.

    lesion : number of the lesion, from 1; 0 where there is none
    """

    tissue: np.ndarray
    lesion: np.ndarray
    gland: np.ndarray
    texture: np.ndarray
    depth: np.ndarray
    breast: np.ndarray


def draw_body(rng):
    """A `Body` drawn from ``rng`` (numpy Generator)."""
    case = rng.choice(HARD_CASES) if rng.random() < HARD_SHARE else "plain"
    thorax = draw_thorax(rng)
    breasts = draw_breasts(rng, case, thorax)
    lesion = _draw_lesion(rng, case, breasts[rng.integers(2)])
    return Body(breasts, thorax, lesion, draw_field(rng), rng.uniform(1.8, 2.8), str(case))


def _draw_lesion(rng, case, breast):
    kind = Tissue.LESION_MALIGNANT if rng.random() < 0.6 else Tissue.LESION_BENIGN
    radius = rng.uniform(6.5, 13)
    along = rng.uniform(0.35, 0.75)
    if case == "posterior_lesion":
        radius, along = rng.uniform(18, 26), 0.1
    plane = LESION_PLANES[int(breast.z < rng.uniform(-20, 20))]
    sideways = rng.uniform(-0.4, 0.4)
    centre = (
        breast.x + breast.lean * along + sideways * breast.width,
        breast.base + along * breast.length,
        plane + rng.uniform(-3, 3),
    )
    ragged = 0.35 if kind is Tissue.LESION_MALIGNANT else 0.1
    return Lesion(centre, radius, kind, ragged)


def cut(body, x, y, z):
    """The `Cut` of ``body`` at height ``z`` (mm); ``x`` and ``y`` are (x, y) arrays in mm."""
    depth = _depth(body, x, y, z)
    tissue = np.where(depth > 0, Tissue.FAT, Tissue.AIR).astype(np.uint8)
    border = body.thorax.border(x, z, body.field)
    body.thorax.paint(tissue, x, y, z, body.field, Tissue)
    breast = (depth > 0) & (y > border) & body.thorax.holds_breast(z)
    gland, texture = _parenchyma(body, x, y, z, depth, y > border)
    tissue[gland > 0.5] = Tissue.FGT
    _paint_vessels(body, tissue, x, y, z, breast)
    tissue[(depth > 0) & (depth < body.skin)] = Tissue.SKIN
    lesion = _paint_lesions(body, tissue, x, y, z, breast & (depth > body.skin))
    return Cut(tissue, lesion, gland, texture, depth, breast)


def _depth(body, x, y, z):
    """Depth under the skin in mm, negative in air."""
    level = body.thorax.surface(x, z) - y
    for breast in body.breasts:
        level = FILLET * np.logaddexp(level / FILLET, breast.level(x, y, z) / FILLET)
    level = level + 1.5 * body.field.at(x, y, z, 45, 1)
    for breast in body.breasts:
        tip = [p - q for p, q in zip((x, y, z), breast.nipple, strict=True)]
        level = np.maximum(level, 5 - np.sqrt(tip[0] ** 2 + tip[1] ** 2 + tip[2] ** 2))
    slope = np.hypot(*np.gradient(level, x[:, 0], y[0]))
    return level / np.clip(slope, 0.3, 3)


def _parenchyma(body, x, y, z, depth, front):
    """Share of FGT (0 … 1) and the factor of fine texture on the signal."""
    gland, texture = np.zeros(x.shape), np.ones(x.shape)
    for breast in body.breasts:
        own = front & (depth > body.skin) & (np.sign(x) == np.sign(breast.x))
        points = toward_nipple(breast, x[own], y[own], z)
        gland[own] = gland_share(body.field, breast, x[own], y[own], z, points, depth[own])
        texture[own] = ligaments(body.field, points)
    return gland, texture


def _paint_vessels(body, tissue, x, y, z, breast):
    """Thin tubes: where two fields are both near 0."""
    inside = breast & (tissue == Tissue.FAT)
    points = x[inside], y[inside] / 2.0, np.full(inside.sum(), z)
    tube = np.hypot(body.field.at(*points, 36, 20), body.field.at(*points, 36, 9)) < 0.045
    tissue[inside] = np.where(tube, Tissue.VESSEL, Tissue.FAT)


def _paint_lesions(body, tissue, x, y, z, room):
    """Write the lesions into ``tissue``; returns their numbers, (x, y) uint8."""
    found = np.zeros(tissue.shape, np.uint8)
    for number, mass in enumerate(body.lesions, 1):
        away = [p - q for p, q in zip((x, y, z), mass.centre, strict=True)]
        distance = np.sqrt(away[0] ** 2 + away[1] ** 2 + (1.2 * away[2]) ** 2)
        if abs(away[2]) > 3 * mass.radius:
            continue
        radius = mass.radius * (1 + mass.ragged * body.field.at(x, y, z, 7, 10))
        inside = room & (distance < radius) & (found == 0)
        tissue[inside], found[inside] = mass.kind, number
    return found
