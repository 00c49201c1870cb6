"""A DSC as somebody wrote it: the number in %, and whether it is a fraction by mistake.

A DSC from above 0 to 1 may be a fraction, or a patient who was nearly missed; 0 is 0 in both. It
is refused as a fraction

* where a run or an arm has two or more of them and nothing above 1, or the whole table has one and
  nothing above 1;
* where a hundred times it is within three points of what the same patient has elsewhere;
* where patients without any DSC above 1 have two or more, and a hundred times most of them is
  within three points of the others of its run.

A nearly missed patient of 0.4 % among others of 95 % passes. Who means 0.95 % writes ``0.95 %``:
with its sign a number is taken as it is.
"""

import re
from numbers import Real

import numpy as np
import pandas as pd

NEAR = 3  # points of DSC
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def numbers(column):
    """A column (Series) of numbers or texts as floats, NaN where there is none, and its signs.

    Two Series: the numbers, and whether each had a % sign.
    """
    read = [_number(value) for value in column]
    found = pd.DataFrame(read, column.index, ["number", "sign"])
    return found["number"].astype(float), found["sign"].astype(bool)


def is_range(numbers):
    """Whether each number is a DSC in %: from 0 to 100, and not missing."""
    return numbers.between(0, 100)


def fault(value):
    """What is wrong with a value that is no DSC in %, and what to do: a text."""
    text = "" if pd.isna(value) else str(value).strip()
    if re.fullmatch(r"[0-9.,'’\s]*,[0-9.,'’\s]*%?", text):
        what = "write a decimal point, and no thousands separators"
    else:
        what = "give a number from 0 to 100 % (a missed breast is a DSC of 0)"
    return f"is {text!r}: {what}" if text else f"is missing: {what}"


def fraction_fault(value):
    """What is wrong with a fraction, and what to do: a text."""
    return (
        f"is {value:g}, a fraction by the rows beside it: give DSC in %, not as fractions (or "
        f"write '{value:g} %' where it is that low)"
    )


def fractions(table, dsc, signs):
    """The positions of the rows of a study whose DSC is a fraction by the rule above: array.

    table : columns arm, repetition, patient; dsc : in %; signs : whether each had a % sign
    """
    small = dsc.gt(0) & dsc.le(1) & ~signs
    if not small.any():
        return np.array([], int)
    above = dsc.where(dsc > 1)
    run, arm = [table["arm"], table["repetition"]], [table["arm"]]
    alone = _alone(small, above, run) | _alone(small, above, arm) | (small & above.isna().all())
    own = small & _within(100 * dsc, above, [table["patient"]])
    new = small & ~alone & above.groupby(table["patient"]).transform("count").eq(0)
    like_others = _within(100 * dsc, above, run)
    others = new & like_others & (new.sum() > 1) & (like_others[new].mean() > 0.5)
    return np.flatnonzero(alone | own | others)


def published_fractions(rows, signs):
    """The same for the numbers of a published table, (rows × columns) frames: (row, column) pairs.

    A row without a number above 1 is in fractions, and so is a number that a hundred times is
    near the table's others.
    """
    small, above = rows.gt(0) & rows.le(1) & ~signs, rows.where(rows > 1)
    lowest, highest = above.min(axis=None) - NEAR, above.max(axis=None) + NEAR
    near = (100 * rows).ge(lowest) & (100 * rows).le(highest)
    alone = above.isna().all(axis=1).to_numpy()[:, None]
    return np.argwhere((small & (near | alone)).to_numpy())


def _alone(small, above, keys):
    """Small values of groups of two or more that have no value above 1."""
    many = small.groupby(keys).transform("sum") > 1
    return small & many & above.groupby(keys).transform("count").eq(0)


def _within(values, above, keys):
    """Whether values are within three points of those above 1 in their group."""
    grouped = above.groupby(keys)
    return values.between(grouped.transform("min") - NEAR, grouped.transform("max") + NEAR)


def _number(value):
    if isinstance(value, Real) and not isinstance(value, bool | np.bool_):
        return float(value), False
    text = str(value).strip()
    plain = text.removesuffix("%").strip()
    return float(plain) if _NUMBER.fullmatch(plain) else np.nan, plain != text
