"""What a person on both sides of a fold is worth: the same files judged under two dealings."""

from dataclasses import dataclass

import pandas as pd
from scipy import stats

from helpers.statistics.repeatability import LEVEL

BY_FILE, BY_PERSON = "by_file", "by_person"


@dataclass(frozen=True)
class MeanGain:
    """A mean difference in points of DSC, and two 95 % intervals of it.

    over_persons     : Student's over the persons' means: other persons, these trainings
    over_repetitions : Student's over the repetitions' means: other trainings, these persons and
                       this dealing; NaN of one repetition
    """

    points: float
    persons: int
    over_persons: tuple[float, float]
    over_repetitions: tuple[float, float]


def gains(table, persons):
    """By how many points each file is judged better when files are dealt to folds, not persons.

    table   : frame of dealt ("by_file" or "by_person"), repetition, patient (a file), dsc_percent
    persons : dict of file → person
    returns : frame of repetition, patient, person, files (of that person), gain
    """
    wide = table.pivot(index=["repetition", "patient"], columns="dealt", values="dsc_percent")
    found = (wide[BY_FILE] - wide[BY_PERSON]).rename("gain").reset_index()
    found["person"] = found["patient"].map(persons)
    found["files"] = found.groupby("person")["patient"].transform("nunique")
    return found


def mean_gain(found):
    """`MeanGain` of a frame that `gains` returned, every person with the same weight."""
    persons = found.groupby("person")["gain"].mean()
    by_person = found.groupby(["repetition", "person"])["gain"].mean()
    repetitions = by_person.groupby("repetition").mean()
    return MeanGain(float(persons.mean()), len(persons), _interval(persons), _interval(repetitions))


def _interval(values: pd.Series):
    if len(values) < 2:
        return float("nan"), float("nan")
    low, high = stats.t.interval(LEVEL, len(values) - 1, values.mean(), values.sem())
    return float(low), float(high)
