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

    def _cage(self, z):
        """Front (y), middle (y) and half width of the outside of the ribs."""
        head = np.clip((z - 20) / 68, 0, 1)
        front = self.front - 14 * head**2 - self.dip - self.fat
        return front, front - 78, self.half_width - 44 - 14 * head

    def wall(self, x, z):
        """y of the front of the ribs."""
        front, middle, half = self._cage(z)
        return middle + (front - middle) * _arch(x, half, 2.4)

    def _within_ribs(self, x, y, z, margin):
        """Whether points lie inside the ribs' outside less ``margin``."""
        front, middle, half = self._cage(z)
        deep = np.where(y > middle, front - middle, 105) - margin
        return (np.abs(x) / (half - margin)) ** 2.4 + (np.abs(y - middle) / deep) ** 2.4 < 1

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
        uneven = 1.5 * field.at(x, 0.0, z, 30, 11)
        wall = self.wall(x, z) + uneven
        pectoral = (y < wall + self.muscle(x, z)) & (y > wall - 2)
        seam = np.abs(y - wall - 1) < 0.7 + 0.8 * field.at(x, y, z, 12, 12)
        tissue[body & pectoral & ~seam] = label.MUSCLE
        tissue[body & self._flank(x, y, z, field)] = label.MUSCLE
        ribs = body & self._within_ribs(x, y, z, 0) & (y < wall)
        tissue[ribs] = np.where(self._rib(x, y, z, wall), label.BONE, label.MUSCLE)[ribs]
        cage = body & self._within_ribs(x, y, z, WALL)
        tissue[cage] = label.LUNG
        self._paint_organs(tissue, x, y, z, field, label, cage)

    def _flank(self, x, y, z, field):
        """Serratus and latissimus: sheets of muscle with fat between, beside the ribs."""
        beside = self._within_ribs(x, y, z, -26) & (y < min(self.cut_right, self.cut_left) - 3)
        return beside & (field.at(x, y / 3, z, 14, 18) > -0.1)

    def _rib(self, x, y, z, wall):
        """Ribs run down and forward, so a slice cuts them in pieces; the sternum is whole."""
        sternum = (np.abs(x) < 17) & (y > wall - WALL + 1) & (y < wall - 1)
        oblique = np.sin(2 * np.pi * (z + 0.5 * y + 0.25 * np.abs(x)) / 24) > 0.1
        ring = self._within_ribs(x, y, z, 2) & ~self._within_ribs(x, y, z, WALL - 2)
        return sternum | (ring & oblique & (np.abs(x) > 24))

    def _paint_organs(self, tissue, x, y, z, field, label, cage):
        uneven = 0.16 * field.at(x, y, z, 30, 13)
        hilum = np.exp(-(((np.abs(x) - 30) / 40) ** 2) - ((y - self.heart[1] + 25) / 30) ** 2)
        twigs = np.hypot(field.at(x, y, z, 20, 14), field.at(x, y, z, 20, 15)) < 0.35 * hilum
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
            ((x, y, z), (64, 33, 44), label.MUSCLE),
            ((x - 24, y - 4, z), (34, 17, 32), label.HEART),
            ((x + 4, y + 12, z - 2), (46, 15, 36), label.HEART),
            ((x + 42, y - 2, z + 8), (22, 26, 36), label.HEART),
            ((x + 8, y - 18, z + 12), (30, 15, 24), label.HEART),
            ((x + 30, y + 4, z + 60), (17, 17, 50), label.VESSEL),
            ((x + 4, y + 6, z + 50), (16, 15, 30), label.VESSEL),
            ((x + 58, y - 8, z + 60), (9, 9, 60), label.VESSEL),
            ((-6, -128, 0), (11, 11, 400), label.VESSEL),
        )


def draw_thorax(rng):
    """A `Thorax` drawn from ``rng`` (numpy Generator)."""
    front = rng.uniform(-12, 6)
    cut = front - rng.uniform(50, 56)
    return Thorax(
        front=front,
        half_width=rng.uniform(174, 204),
        fat=rng.uniform(7, 15),
        pectoral=rng.uniform(6, 14),
        dip=rng.uniform(3, 9),
        cut_right=cut + rng.normal(0, 1.5),
        cut_left=cut + rng.normal(0, 1.5),
        lowest=rng.uniform(-79, -68),
        highest=rng.uniform(68, 79),
        heart=(rng.uniform(-30, -16), front - rng.uniform(66, 76), rng.uniform(-6, 12)),
        dome=rng.uniform(-35, -5),
    )
