"""What ships with the package: finished studies, and other measured tables, each with its machine.

A study is one compact table, one row a patient and cell; the JSON file beside it says what the
records were made with and how long a cell took. Both come from ledgers by ``shipping.keep`` and
``sittings.extend``, and from nowhere else.
"""

import hashlib
import json
import math
from importlib.resources import files
from pathlib import Path

from helpers import columns
from helpers.errors import InputError
from helpers.study import fingerprint

SHIPPED = files("helpers.reference")
_PEOPLE = {  # and how many slices each has, where that is no number of the protocol
    "phantom": ("phantom patients", None),
    "hippocampus": ("real persons (hippocampus)", 35.5),
}


def table(name, out=SHIPPED):
    """The tidy table of a finished study: the columns of ``Ledger.table`` and ``parts_at``.

    ``parts_at`` says when a cell first differs from the same fold of its sitting's repetition 0:
    "step 3" of the first ten, "epoch 2", or nothing if it never does.
    raises : InputError when there is no such study, or its table is not the one that was kept
    """
    import pandas as pd

    path = _proved(name, ".csv.gz", "table_sha256", out)
    kinds = dict.fromkeys((*columns.NAMES, "parts_at"), str) | columns.NUMBERS
    missing = dict.fromkeys(columns.MEASURES, "")
    return pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=missing)


def epochs(name, out=SHIPPED):
    """DSC by training length: a frame of arm, repetition, fold, epoch, loss, patient, dsc_percent.

    raises : InputError when the study has none, or its table is not the one that was kept
    """
    import pandas as pd

    if "epochs_sha256" not in about(name, out):
        raise InputError(f"{name} was not looked at by epoch: choose a study that was.")
    kinds, missing = dict.fromkeys(("arm", "patient"), str), {"loss": "", "dsc_percent": ""}
    path = _proved(name, "_epochs.csv.gz", "epochs_sha256", out)
    return pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=missing)


def _proved(name, ending, digest, out):
    """The path of a study's table, whose bytes are those that were kept."""
    path = Path(out) / f"{name}{ending}"
    if hashlib.sha256(_bytes(path)).hexdigest() != about(name, out)[digest]:
        raise InputError(f"{path} is not the table that was kept: restore it.")
    return path


def measured(name):
    """The measured table called ``name``, such as "switches" or "probes_cpu", as a frame."""
    import io

    import pandas as pd

    return pd.read_csv(io.BytesIO(_bytes(SHIPPED / f"{name}.csv")))


def about(name, out=SHIPPED):
    """What a finished study was made with: its fingerprint, and cells and seconds of each arm."""
    return json.loads(_bytes(Path(out) / f"{name}.json"))


def provenance(name, out=SHIPPED):
    """The same as a sentence."""
    told = about(name, out)
    prints = told["fingerprint"]
    p = prints["protocol"]
    cells = sum(arm["cells"] for arm in told["arms"].values())
    versions = ", ".join(f"{k} {v}" for k, v in prints["packages"].items())
    people, slices = _PEOPLE[p.get("cohort", "phantom")]
    return (
        f"{cells:,} trainings: {p['patients']} {people} in {p['folds']} folds, slices of "
        f"{p['size']} × {p['size']}, {p['epochs']} epochs of mini-batches of {p['batch']} (about "
        f"{_steps(p, slices)} steps) at a rate of {p['learning_rate']:g}, "
        f"loop {p['loop']}, {p['batch_norm']} batch norm; on "
        f"{fingerprint.device(prints)}, {prints['cores']} cores, {versions}, "
        f"Python {prints['python']}."
    )


def _steps(p, slices):
    """About how many steps a training has; slices : of a patient, None for a phantom's."""
    step = p.get("slice_step", 1)
    each_patient = ((slices or p["phantom_slices"]) + (step - 1) / 2) / step
    each = p["patients"] * (1 - 1 / p["folds"]) * each_patient / p["batch"]
    if p.get("last_batch") == "dropped":
        each = math.floor(each)
    elif slices:  # of persons, who have unlike numbers: some slices are left over in most folds
        each = math.ceil(each)
    return round(p["epochs"] * each)


def partings(table):
    """How many cells of each arm part where: (arm × place), cells of repetition 0 left out."""
    import pandas as pd

    cells = table[table["repetition"] > 0].drop_duplicates(list(columns.CELL))
    places = cells["parts_at"].replace("", "never")
    counts = pd.crosstab(cells["arm"], places)
    return counts[sorted(counts.columns, key=_place)]


def same_bits(one, other):
    """Of the trainings that two tables have, how many gave the same weights: (arm × which)."""
    import pandas as pd

    both = done_twice(one, other)
    words = both["same"].map({True: "the same bits", False: "other bits"})
    return pd.crosstab(both["arm"], words.rename("trainings"))


def done_twice(one, other):
    """The trainings that two tables have: a frame of arm, repetition, fold, same (weights)."""
    cell = list(columns.CELL)
    both = one.drop_duplicates(cell).merge(other.drop_duplicates(cell), on=cell)
    return both[cell].assign(same=both["weights_sha256_x"] == both["weights_sha256_y"])


def _place(name):
    """Steps before epochs before never, each in the order of its number."""
    kind, _, number = name.partition(" ")
    return ["step", "epoch", "never"].index(kind), int(number or 0)


def _bytes(path):
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"No {path.name} ships with this version: see helpers/reference."
        ) from error
