"""What a report is made from: a study's folder or a CSV, read and checked."""

from pathlib import Path

import pandas as pd

from helpers.errors import InputError
from helpers.statistics.csv_tables import check_table
from helpers.study.ledger import Ledger


def study(source):
    """The tidy table of a study, checked, its fingerprint and its records; {} and [] of a CSV.

    raises : InputError naming what is wrong with it
    """
    if not Path(source).is_dir():
        return check_table(_read_csv(source), str(source)), {}, []
    ledger = Ledger(source)
    prints = ledger.study  # refuses a folder that holds no study
    return check_table(ledger.table(), str(source)), prints, ledger.records()


def is_published(source):
    """Whether it is a table of medians, as a paper prints it."""
    return not Path(source).is_dir() and "median_dsc_percent" in _read_csv(source).columns


def _read_csv(path):
    try:
        return pd.read_csv(path)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: name a study's folder or a CSV.") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not a CSV that can be read: {error}.") from error
