"""A contrast agent's way into the signal: population input, Tofts model, gradient echo."""

import numpy as np

HAEMATOCRIT = 0.42
RELAXIVITY = 4.1  # 1/(mM s), gadopentetate in plasma at 1.5 T (Rohrer 2005)
REPETITION_TIME = 0.00412  # s, as in patient 153's series
FLIP_ANGLE = np.deg2rad(12)


def population_input(minutes):
    """Concentration in blood, mM, ``minutes`` (array) after the bolus reaches the artery.

    Parker et al., Magn Reson Med 2006;56:993-1000, equation 1 with the values of table 1.
    """
    t = np.asarray(minutes, float)
    first = 0.809 / (0.0563 * np.sqrt(2 * np.pi)) * np.exp(-((t - 0.17046) ** 2) / 2 / 0.0563**2)
    second = 0.330 / (0.132 * np.sqrt(2 * np.pi)) * np.exp(-((t - 0.365) ** 2) / 2 / 0.132**2)
    tail = 1.050 * np.exp(-0.1685 * t) / (1 + np.exp(-38.078 * (t - 0.483)))
    return np.where(t > 0, first + second + tail, 0.0)


def tofts(minutes, transfer, leakage_space, plasma_volume):
    """Concentration in tissue, mM, at ``minutes`` after the bolus: the extended Tofts model.

    ``transfer`` is Ktrans in 1/min, ``leakage_space`` ve and ``plasma_volume`` vp are fractions
    (Tofts et al., J Magn Reson Imaging 1999;10:223-232).
    """
    step = 0.01
    fine = np.arange(0, max(np.max(minutes), step) + step, step)
    plasma = population_input(fine) / (1 - HAEMATOCRIT)
    washed = np.exp(-transfer / leakage_space * fine)
    leaked = transfer * np.convolve(plasma, washed)[: fine.size] * step
    return np.interp(minutes, fine, leaked + plasma_volume * plasma, left=0.0)


def spoiled_echo(t1, concentration):
    """Signal of a spoiled gradient echo per unit of proton density; ``t1`` without agent in s."""
    rate = 1 / t1 + RELAXIVITY * np.asarray(concentration)
    kept = np.exp(-REPETITION_TIME * rate)
    return np.sin(FLIP_ANGLE) * (1 - kept) / (1 - np.cos(FLIP_ANGLE) * kept)
