"""The chest behind the breasts: outline, muscle, ribs and organs. Lengths in mm."""

from dataclasses import dataclass

import numpy as np

WALL = 12.0  # intercostal muscle and ribs, mm
BACK = -172.0  # y of the middle of the back, at the edge of the field of view


def _arch(x, half, power):
    """A superellipse's height: 1 at x = 0, 0 beyond ``half``."""
    return (1 - np.clip(np.abs(x) / half, 0, 1) ** power) ** (1 / power)


def _ellipsoid(x, y, z, centre, half):
    """Squared distance to ``centre`` in half axes: below 1 inside."""
    parts = zip((x, y, z), centre, half, strict=True)
    return sum(((p - c) / h) ** 2 for p, c, h in parts)


@dataclass(frozen=True)
class Thorax:
    """Chest of one patient."""

    front: float  # y of the skin beside the sternum
    half_width: float
    fat: float  # under the skin, in front of the muscle
    pectoral: float  # greatest thickness of the muscle
    dip: float  # of the skin over the sternum
    cut_right: float  # y behind which tissue no longer counts as breast
    cut_left: float
    lowest: float  # z between which tissue counts as breast
    highest: float
    heart: tuple[float, float, float]
    dome: float  # z of the liver's top

    def surface(self, x, z):
        """y of the chest's skin without breasts."""
        head = np.clip((z - 20) / 68, 0, 1)
        drop = (self.front - BACK) * (1 - _arch(x, self.half_width + 35 * head, 3.0))
        return self.front - 14 * head**2 - drop - self.dip * np.exp(-((x / 20) ** 2))

    def wall(self, x, z):
        """y of the front of the ribs."""
        head = np.clip((z - 20) / 68, 0, 1)
        top = self.front - 14 * head**2 - self.dip - self.fat
        half = self.half_width - 22 - 12 * head
        return BACK + 40 + (top - BACK - 40) * _arch(x, half, 2.4)

    def muscle(self, x, z):
        """Thickness of the pectoral muscle."""
        far = np.abs(x)
        edge = 118 + 0.15 * z
        window = np.clip((far - 8) / 30, 0, 1) * np.clip((edge - far) / 18, 0, 1)
        return self.pectoral * np.sqrt(window) * np.clip((z + 75) / 100, 0.15, 1)

    def border(self, x, z, field):
        """y of the breast's back: the front of the muscle, but never behind the side's cut."""
        uneven = 1.5 * field.at(x, 0.0, z, 30, 11)
        cut = np.where(x > 0, self.cut_right, self.cut_left)
        return np.maximum(self.wall(x, z) + self.muscle(x, z) + uneven, cut)

    def holds_breast(self, z):
        """Whether radiologists would still outline breast at this height."""
        return self.lowest < z < self.highest

    def paint(self, tissue, x, y, z, field, label):
        """Write muscle, bone and organs into ``tissue``; ``label`` is the enum of tissues."""
        body = tissue == label.FAT
        wall = self.wall(x, z)
        uneven = 1.5 * field.at(x, 0.0, z, 30, 11)
        tissue[body & (y < wall + self.muscle(x, z) + uneven)] = label.MUSCLE
        seam = np.abs(y - wall - 1) < 1.0 + 0.8 * field.at(x, y, z, 12, 12)
        tissue[(tissue == label.MUSCLE) & seam] = label.FAT
        tissue[body & (y < wall) & self._rib(x, y, z, wall)] = label.BONE
        cage = body & (y < wall - WALL) & (np.abs(x) < self.half_width - 36)
        tissue[cage] = label.LUNG
        self._paint_organs(tissue, x, y, z, field, label, cage)

    def _rib(self, x, y, z, wall):
        oblique = np.sin(2 * np.pi * (z + 0.35 * np.abs(x)) / 24) > 0.25
        sternum = (np.abs(x) < 17) & (y > wall - WALL + 1) & (y < wall - 1)
        return sternum | (oblique & (y > wall - WALL + 2) & (y < wall - 3) & (np.abs(x) > 24))

    def _paint_organs(self, tissue, x, y, z, field, label, cage):
        uneven = 0.12 * field.at(x, y, z, 30, 13)
        twigs = np.hypot(field.at(x, y, z, 24, 14), field.at(x, y, z, 24, 15)) < 0.14
        tissue[cage & twigs] = label.VESSEL
        for centre, half, name in self._organs(label):
            inside = _ellipsoid(x, y, z, centre, half) + uneven < 1
            tissue[cage & inside] = name
        spine = _ellipsoid(x, y, 0, (0, -168, 0), (24, 22, 1)) < 1
        tissue[spine] = label.BONE

    def _organs(self, label):
        """Centre, half axes and label of each organ, later ones on top."""
        x, y, z = self.heart
        return (
            ((75, -85, self.dome - 80), (82, 62, 80), label.LIVER),
            ((-20, -70, self.dome - 85), (75, 45, 70), label.LIVER),
            ((-85, -105, self.dome - 60), (38, 42, 55), label.VISCERA),
            ((x, y, z), (62, 34, 44), label.MUSCLE),
            ((x - 6, y + 2, z), (50, 25, 36), label.HEART),
            ((x + 38, y - 2, z + 8), (26, 24, 36), label.HEART),
            ((x + 30, y + 4, z + 60), (17, 17, 50), label.VESSEL),
            ((x + 4, y + 6, z + 50), (16, 15, 30), label.VESSEL),
            ((x + 58, y - 8, z + 60), (9, 9, 60), label.VESSEL),
            ((-6, -128, 0), (11, 11, 400), label.VESSEL),
        )


def draw_thorax(rng):
    """A `Thorax` drawn from ``rng`` (numpy Generator)."""
    front = rng.uniform(-12, 6)
    cut = front - rng.uniform(44, 62)
    return Thorax(
        front=front,
        half_width=rng.uniform(165, 192),
        fat=rng.uniform(7, 15),
        pectoral=rng.uniform(6, 14),
        dip=rng.uniform(3, 9),
        cut_right=cut + rng.normal(0, 3),
        cut_left=cut + rng.normal(0, 3),
        lowest=rng.uniform(-86, -68),
        highest=rng.uniform(66, 84),
        heart=(rng.uniform(-30, -16), front - rng.uniform(66, 76), rng.uniform(-6, 12)),
        dome=rng.uniform(-35, -5),
    )
