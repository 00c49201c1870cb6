"""The files of a study's page from mask to diagnosis: the page, its numbers, and all candidates."""

import json
import math
from pathlib import Path

from helpers import ours
from helpers.display.lesions import sections, tables, twins
from helpers.display.report import as_html
from helpers.imaging.phantom.cohort import phantom_folder
from helpers.lesions import cases, kept_study
from helpers.study.ledger import Ledger

KIND = "lesions"  # of a folder


def write(source, folder, progress=lambda _: None):
    """Write the page of a study's folder as ``folder``; returns the path of it.

    folder : an earlier one of the same study is replaced, and nothing else is
    raises : InputError as ``kept_study.of_study``; nothing is written then
    """
    ours.check(folder, KIND, source)
    found, protocol = kept_study.of_study(source, progress)
    files = cases.of_phantoms(protocol, phantom_folder(protocol))
    masks = kept_study.masks_of(source, kept_study.whole_runs(Ledger(source).records()))
    parted = twins.of_study(found, files, masks, protocol)
    ours.write(folder, contents(found, parted, protocol, Path(source).name), KIND, source)
    return Path(folder) / "index.html"


def contents(found, parted, protocol, name):
    """The files of `findings.Findings`: dict of name → bytes; parted : `Twins` or None."""
    report, summary = sections.of_study(found, parted, protocol, name)
    made = {
        "index.html": as_html.page(report),
        "lesions.json": json.dumps(_plain(summary), indent=1, allow_nan=False) + "\n",
        "table.csv": tables.arms(summary).to_csv(index=False),
        "candidates.csv": found.candidates.to_csv(index=False),
        "truth.csv": found.lesions.to_csv(index=False),
        "masks.csv": found.masks.to_csv(index=False),
    }
    pictures = {f"{key}.png": picture.png for key, picture in report.pictures.items()}
    return {key: text.encode() for key, text in made.items()} | pictures


def _plain(value):
    """The same for JSON, which has no NaN: None."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and math.isnan(value) else value
