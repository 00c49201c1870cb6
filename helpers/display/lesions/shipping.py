"""The findings that ship with the package, and what a notebook shows in their place.

They come from a study's kept masks by ``keep`` and from nowhere else.
"""

import gzip
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers import atomic
from helpers.display.lesions import twins
from helpers.display.lesions.twins import Twins
from helpers.errors import InputError
from helpers.imaging.phantom.cohort import phantom_folder
from helpers.lesions import cases, kept_study, small_study
from helpers.lesions.findings import COLUMNS, MASKS, TRUTH, Findings
from helpers.protocol import Protocol
from helpers.study.ledger import Ledger
from helpers.study.shipped import SHIPPED

NAME = "lesions"
FRAMES = {"candidates": COLUMNS, "lesions": TRUTH, "masks": MASKS}


@dataclass(frozen=True)
class Shown:
    """What a notebook shows: findings, twins or None, their protocol, and where they come from."""

    found: Findings
    twins: Twins | None
    protocol: Protocol
    says: str


def keep(folder, name=NAME, out=SHIPPED, progress=lambda _: None):
    """Write the findings of a study's kept masks as ``name``_*.csv.gz, ``name``_findings.json and,
    where runs say unlike things of a lesion, ``name``_twins.npz into ``out``.

    raises : InputError as ``kept_study.of_study``
    """
    found, protocol = kept_study.of_study(folder, progress)
    ledger = Ledger(folder)
    records = kept_study.whole_runs(ledger.records())
    masks = kept_study.masks_of(folder, records)
    files = cases.of_phantoms(protocol, phantom_folder(protocol))
    made = {f"{name}_{part}.csv.gz": _packed(getattr(found, part)) for part in FRAMES}
    parted = twins.of_study(found, files, masks, protocol)
    if parted:
        made[f"{name}_twins.npz"] = twins.packed(parted)
    about = {
        "fingerprint": ledger.study,
        "trainings": len(records),
        "sha256": {file: hashlib.sha256(content).hexdigest() for file, content in made.items()},
    }
    made[f"{name}_findings.json"] = (json.dumps(about, indent=1) + "\n").encode()
    for file, content in made.items():
        atomic.write_bytes(Path(out) / file, content)


def shown(name=NAME, out=SHIPPED):
    """The findings that ship as `Shown`; where none do, those of a small study made now."""
    if (Path(out) / f"{name}_findings.json").is_file():
        return shipped(name, out)
    found, drawn = small_study.small_study()
    protocol = small_study.SMALL
    files = cases.of_phantoms(protocol, phantom_folder(protocol))
    parted = twins.of_study(found, files, small_study.masks_of(drawn), protocol)
    says = (
        f"Computed now: {len(drawn)} short trainings, {protocol.patients} phantom patients in "
        f"{protocol.folds} folds, {protocol.repetitions} runs of each arm. It shows that every "
        "step works; how often something flips it cannot say."
    )
    return Shown(found, parted, protocol, says)


def shipped(name=NAME, out=SHIPPED):
    """The findings called ``name`` as `Shown`; InputError when they are not what was kept."""
    about = json.loads((Path(out) / f"{name}_findings.json").read_bytes())
    content = {file: _proved(Path(out) / file, told) for file, told in about["sha256"].items()}
    frames = {
        part: pd.read_csv(
            io.BytesIO(gzip.decompress(content[f"{name}_{part}.csv.gz"])), dtype=kinds
        )
        for part, kinds in FRAMES.items()
    }
    frames["lesions"] = frames["lesions"].fillna("")
    parted = content.get(f"{name}_twins.npz")
    p = kept_study.protocol_of(about["fingerprint"])
    says = (
        f"Shipped: the masks of {about['trainings']} trainings, {p.patients} phantom patients in "
        f"{p.folds} folds, on {about['fingerprint']['cpu']['model']}."
    )
    return Shown(Findings(**frames), parted and twins.unpacked(parted), p, says)


def _packed(frame):
    return gzip.compress(frame.to_csv(index=False).encode(), mtime=0)


def _proved(path, told):
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} is missing: restore it.") from error
    if hashlib.sha256(content).hexdigest() != told:
        raise InputError(f"{path} is not what was kept: restore it.")
    return content
