"""The breasts of one phantom patient: outline, gland and ligaments. Lengths in mm."""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Breast:
    """One breast: base at (x, z) on the chest, half axes, and the exponents of its outline."""

    x: float
    z: float
    base: float
    width: float
    up: float
    down: float
    length: float
    lean: float
    droop: float
    side_power: float
    tip_power: float
    density: float

    def coordinates(self, x, y, z):
        """Sideways, upwards and along the breast: 1 at its outline and at its tip."""
        along = (y - self.base) / self.length
        front = np.clip(along, 0, 1.2)
        sideways = (x - self.x - self.lean * front) / self.width
        upwards = z - self.z - self.droop * front
        return sideways, upwards / np.where(upwards > 0, self.up, self.down), along

    def level(self, x, y, z):
        """About the depth under the breast's skin, mm; negative outside."""
        sideways, upwards, along = self.coordinates(x, y, z)
        tip = self.tip_power - 1.1 * np.clip(upwards, 0, 1)
        ring = np.hypot(sideways, upwards) ** self.side_power
        return self.width * (1 - (ring + np.clip(along, 0, None) ** tip) ** (1 / self.side_power))

    @property
    def nipple(self):
        """Where the nipple stands: (x, y, z)."""
        return self.x + self.lean, self.base + self.length - 2, self.z + self.droop


def draw_breasts(rng, case, thorax):
    """The right and the left `Breast` on a `Thorax`; ``case`` names what makes them hard."""
    length = rng.uniform(22, 38) if case == "small" else np.clip(rng.normal(98, 28), 45, 150)
    width = np.clip(46 + 0.14 * length + rng.normal(0, 4), 44, 72)
    right = Breast(
        x=width + rng.uniform(12, 24),
        z=rng.uniform(-8, 14),
        base=thorax.front - 12,
        width=width,
        up=rng.uniform(58, 72),
        down=rng.uniform(46, 60),
        length=length + 12,
        lean=rng.uniform(-4, 12),
        droop=rng.uniform(-10, 2),
        side_power=rng.uniform(2.0, 3.0),
        tip_power=rng.uniform(1.9, 2.8),
        density=rng.uniform(1.7, 2.3) if case == "dense" else rng.uniform(-0.1, 1.4),
    )
    left = _mirrored(rng, right)
    return right, left


def _mirrored(rng, breast):
    grown = np.clip(rng.normal(1, 0.07), 0.82, 1.2)
    return replace(
        breast,
        x=-breast.x + rng.normal(0, 3),
        z=breast.z + rng.normal(0, 5),
        length=breast.length * grown,
        width=breast.width * np.clip(rng.normal(1, 0.04), 0.9, 1.1),
        lean=-breast.lean + rng.normal(0, 3),
        droop=breast.droop + rng.normal(0, 3),
        density=breast.density + rng.normal(0, 0.08),
    )


def toward_nipple(breast, x, y, z):
    """Points in a space where what runs toward the nipple is long and narrow."""
    sideways, upwards, along = breast.coordinates(x, y, z)
    fan = 55 / (1.25 - 0.7 * np.clip(along, 0, 1))
    shift = 500 * (breast.x > 0)
    return sideways * fan + shift, y / 2.2, upwards * fan


def gland_share(field, breast, x, y, z, points, depth):
    """Share of FGT: lobes behind the nipple, frayed into strands, none close to the skin."""
    sideways, upwards, along = breast.coordinates(x, y, z)
    lobe = breast.density - 2.2 * (sideways**2 + upwards**2) - 2.0 * (along - 0.7) ** 2
    lobe -= 1.1 * np.exp(-np.clip(depth - 2, 0, None) / 5)
    lobe += 0.6 * field.at(*points, 24, 2) + 0.25 * field.at(*points, 3.5, 3)
    strands = 0.55 * _ridge(field, points, 12, 4) + 0.55 * _ridge(field, points, 5.5, 8)
    return 1 / (1 + np.exp(-(lobe + strands - 0.1) / 0.16))


def _ridge(field, points, scale, part):
    """1 on the sheets where a field is 0, negative far from them."""
    return 1 - 2.2 * np.abs(field.at(*points, scale, part))


def ligaments(field, points):
    """Cooper's ligaments: thin bright sheets in the fat; and fat's own grain."""
    sheets = np.clip(_ridge(field, points, 10, 5), 0, 1) ** 4
    threads = np.clip(_ridge(field, points, 4, 19), 0, 1) ** 3
    grain = 0.10 * field.at(*points, 2, 6) + 0.08 * field.at(*points, 14, 7)
    return 1 + 0.3 * sheets + 0.2 * threads + grain
