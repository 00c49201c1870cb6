"""What every statistic asks of its data: numbers only, in the right shape, nothing dropped.

``X`` is a (repetitions, patients) table of DSC in %, as an array or as a frame whose index names
the repetitions and whose columns name the patients.
"""

import numpy as np
import pandas as pd

from helpers.errors import InputError


def dsc_table(table):
    """``table`` as a (repetitions, patients) float array, DSC in %.

    Raises InputError if it is no such table, or naming patient and repetition if a value is
    missing or infinite.
    """
    frame = pd.DataFrame(table) if np.ndim(table) == 2 else None
    if frame is None or frame.empty:
        raise InputError(
            f"The table of DSC has shape {np.shape(table)}: give repetitions × patients."
        )
    return _finite(
        frame.to_numpy(),
        "table of DSC",
        lambda repetition, patient: (
            f"patient {_name(frame.columns, patient)} in repetition "
            f"{_name(frame.index, repetition)}"
        ),
    )


def dsc_values(values, unit):
    """``values`` as an (n,) float array, one DSC in % for each ``unit`` ("patient", "repetition").

    Raises InputError if it is empty or no row of numbers, or naming the unit without a number.
    """
    if np.ndim(values) != 1 or np.size(values) == 0:
        raise InputError(f"DSC of shape {np.shape(values)}: give one number for each {unit}.")
    labels = pd.Series(values).index
    return _finite(
        np.asarray(values), f"DSC of each {unit}", lambda place: f"{unit} {_name(labels, place)}"
    )


def names(table):
    """The names of a table's repetitions and patients: two lists, 0, 1, 2 … where it has none."""
    frame = pd.DataFrame(table)
    return list(frame.index), list(frame.columns)


def fold_codes(fold, patients):
    """``fold`` (patients,) as whole numbers 0 … K − 1, in the order of the folds' names.

    Raises InputError if it does not give each of the ``patients`` one fold.
    """
    if np.shape(fold) != (patients,):
        raise InputError(f"{np.shape(fold)} folds for {patients} patients: give one for each.")
    missing = np.flatnonzero(pd.isna(np.asarray(fold, dtype=object)))
    if len(missing):
        raise InputError(f"Patient {missing[0]} has no fold: give one for each patient.")
    return np.unique(np.asarray(fold), return_inverse=True)[1]


def positive(value, name):
    """``value`` as a float. Raises InputError unless it is a finite number above 0."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not (np.isfinite(number) and number > 0):
        raise InputError(f"The {name} is {value!r}: give a number above 0.")
    return number


def margin_points(value):
    """A margin as a float, points of DSC. Raises InputError unless above 0 and at most 100."""
    number = positive(value, "margin")
    if number > 100:
        raise InputError(f"The margin is {value!r}: give points of DSC, 100 at most.")
    return number


def rounded(points):
    """``points`` to a billionth: what is below is floating-point noise, which would hide ties."""
    return np.round(points, 9)


def _finite(values, what, owner):
    try:
        numbers = values.astype(float)
    except (TypeError, ValueError) as error:
        raise InputError(f"The {what} holds something that is no number: {error}.") from error
    bad = np.argwhere(~np.isfinite(numbers))
    if len(bad):
        raise InputError(
            f"The DSC of {owner(*bad[0])} is {numbers[tuple(bad[0])]}: give a number for every "
            "patient and repetition (a missed breast is a DSC of 0)."
        )
    return numbers


def _name(labels, index):
    label = labels[index]
    return f"{index}" if label == index else f"{index} ({label})"
