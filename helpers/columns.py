"""What a record and a table hold: every column once, with its meaning, unit, type and range.

A record is what one cell leaves: a dict with one value a column, or for what is measured of a
patient a dict of patient → value. A table has one row a patient and cell. Ledger, export, crate,
shipped studies and docs follow from this list; a new measure is a new line here and a function in
``learning/measures.py``.
"""

import math
import re
from dataclasses import dataclass, replace

from helpers.errors import InputError

_MOST = 10**6 - 1  # repetitions or folds: more would be no file name


@dataclass(frozen=True)
class Column:
    """One column.

    kind    : str, int or float
    unit    : as text, "" where there is none
    lowest, highest : range of a number, both within it
    pattern : what the whole of a text matches, or None
    needed  : whether a record without it is none
    each    : "" for one value a record; "patient" for a dict of patient → value; "step" for a list;
              "patient's step" for a dict of patient → list; "name" for a dict of name → value, None
              among them
    """

    name: str
    meaning: str
    kind: type = str
    unit: str = ""
    lowest: float = 0
    highest: float = math.inf
    pattern: str | None = None
    needed: bool = True
    each: str = ""

    def holds(self, value):
        """Whether a value is what this column says; an int is a float, a bool is neither."""
        if self.kind is str:
            return is_name(value) and bool(re.fullmatch(self.pattern or ".+", value))
        kinds = (int, float) if self.kind is float else (self.kind,)
        sound = isinstance(value, kinds) and isinstance(value, bool) == (self.kind is bool)
        return sound and self.lowest <= value <= self.highest

    def fits(self, values):
        """Whether what a record has under this name is what this column says."""
        if not self.each:
            return self.holds(values)
        if self.each == "step":
            return isinstance(values, list) and all(map(self.holds, values))
        if self.each == "patient's step":
            one = replace(self, each="step")
            return (
                isinstance(values, dict)
                and all(map(is_name, values))
                and all(map(one.fits, values.values()))
            )
        may_lack = self.each == "name" or not self.needed
        return isinstance(values, dict) and all(
            is_name(name) and (self.holds(value) or (value is None and may_lack))
            for name, value in values.items()
        )


COLUMNS = (
    Column(
        "arm",
        "way of running the repetitions, such as control or seeds",
        pattern="[a-z][a-z0-9_]{0,40}",
    ),
    Column(
        "repetition", "number of the cross-validation within the arm, from 0", int, highest=_MOST
    ),
    Column("fold", "number of the fold that is held out, from 0", int, highest=_MOST),
    Column("patient", "pseudonym of the held-out patient"),
    Column(
        "dsc_percent",
        "Dice similarity coefficient over the patient's 3-D volume",
        float,
        "%",
        highest=100,
        each="patient",
    ),
    Column("weights_sha256", "SHA-256 of the trained weights: equal when bit-identical"),
    Column(
        "hd95_mm",
        "95th percentile of the surfaces' distances, both ways; may be empty",
        float,
        "mm",
        highest=10**6,  # no patient is larger
        needed=False,
        each="patient",
    ),
    Column(
        "ceiling_percent",
        "DSC that a perfect network would have, since its grid is another than the patient's",
        float,
        "%",
        highest=100,
        needed=False,
        each="patient",
    ),
    Column(
        "volume_ml",
        "volume that the network drew in the labelled slices",
        float,
        "ml",
        needed=False,
        each="patient",
    ),
    Column(
        "truth_ml",
        "volume of the truth in the labelled slices",
        float,
        "ml",
        needed=False,
        each="patient",
    ),
    Column(
        "subject",
        "whose image it is: the patient, unless subjects have several",
        needed=False,
        each="patient",
    ),
)
RECORD_ONLY = (
    Column("fingerprint_sha256", "SHA-256 of the fingerprint it was made under", needed=False),
    Column("first_step_sha256", "SHA-256 of all weights after the first step", needed=False),
    Column("steps_sha256", "the same after each early step", needed=False, each="step"),
    Column("epochs_sha256", "the same after each epoch", needed=False, each="step"),
    Column("epochs_loss", "loss of each epoch", float, needed=False, each="step"),
    Column(
        "epochs_dsc_percent",
        "DSC after each epoch that was looked at",
        float,
        "%",
        highest=100,
        needed=False,
        each="patient's step",
    ),
    *(
        Column(name, meaning, pattern="[0-9a-f]{64}", needed=False, each="patient")
        for name, meaning in (
            ("mask_sha256", "SHA-256 of the mask that was drawn, where masks are kept"),
            ("truth_sha256", "the same of the truth on the patient's grid"),
            ("labelled_sha256", "the same of which slices are labelled"),
        )
    ),
    Column("behaviour", "what the arm did", bool, needed=False, each="name"),
    Column("threads", "threads fixed; none: the framework's own", int, needed=False, each="name"),
    Column("peak_memory_mb", "most memory held", float, "MB", needed=False, each="name"),
    Column("seconds", "time of the whole cell", float, "s", needed=False),
)
CELL = ("arm", "repetition", "fold")
NAMES = tuple(c.name for c in COLUMNS)
NUMBERS = {c.name: f"{c.kind.__name__}64" for c in COLUMNS if c.kind is not str}
MEASURES = tuple(c.name for c in COLUMNS if c.each == "patient")
_OF_RECORD = tuple(c for c in (*COLUMNS, *RECORD_ONLY) if c.name != "patient")
NEEDED = frozenset(c.name for c in _OF_RECORD if c.needed)
_LONGEST = 200  # characters of a name


def is_sound(record):
    """Whether every value of a record (dict) is what its column says; others are not looked at."""
    if not isinstance(record, dict) or not record.keys() >= NEEDED or not record["dsc_percent"]:
        return False
    return all(c.fits(record[c.name]) for c in _OF_RECORD if c.name in record)


def is_name(text):
    """Whether something is a text of a few characters, all of which can be shown."""
    return isinstance(text, str) and 0 < len(text) <= _LONGEST and text.isprintable()


def rows(record):
    """The rows of the table that a record makes, one a patient: list of dicts with ``NAMES``."""
    shared = {name: record[name] for name in NAMES if name in NEEDED and name not in MEASURES}
    return [
        shared
        | {"patient": patient}
        | {name: record.get(name, {}).get(patient) for name in MEASURES}
        | {"subject": record.get("subject", {}).get(patient) or patient}
        for patient in sorted(record["dsc_percent"])
    ]


def typed(table):
    """A table (frame) whose numbers are int64 and float64, missing ones NaN.

    raises : InputError when one is no number
    """
    try:
        return table.astype({k: v for k, v in NUMBERS.items() if k in table.columns})
    except (TypeError, ValueError) as error:
        raise InputError(f"The table holds what is no number: {error}.") from error
