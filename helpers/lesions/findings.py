"""What is found in each patient under the mask of each repetition."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import InputError
from helpers.imaging import dsc, folds
from helpers.lesions import candidate_features, candidates, cases, registration, training

BY_HAND = "by hand"  # the arm whose masks are the truth
COLUMNS = {
    "arm": str,
    "repetition": int,
    "patient": str,
    "lesion": int,
    "ml": float,
    "x": float,
    "y": float,
    "z": float,
    "p_nothing": float,
    "p_benign": float,
    "p_malignant": float,
}
"""A candidate: lesion is the number of the one it is, or 0; x, y, z of its centre in mm, RAS+."""
TRUTH = {"patient": str, "lesion": int, "kind": str, "ml": float, "fold": int}
MASKS = {"arm": str, "repetition": int, "patient": str, "dsc_percent": float}


@dataclass(frozen=True)
class Findings:
    """What is found, what there is, and how good the masks are.

    candidates : one row a candidate, run and patient: ``COLUMNS``
    lesions    : one row a lesion: ``TRUTH``
    masks      : one row a run and patient, candidates or not: ``MASKS``
    """

    candidates: pd.DataFrame
    lesions: pd.DataFrame
    masks: pd.DataFrame


def study(protocol, folder, masks, judged=None, progress=lambda _: None):
    """The `Findings` of every patient under every run's mask.

    folder   : of the phantom cohort
    masks    : function (fold) → dict of (arm, repetition) → dict of patient → (slice, rows,
               columns) bool on the patient's grid, the fold's held-out patients
    judged   : folds whose patients are looked at; all of them when None. What is learned comes
               from all other patients either way
    progress : told each patient twice, as it is learned from and as it is judged
    returns  : masks drawn by hand are the arm ``BY_HAND``
    raises   : InputError as ``cases.of_phantoms``, and when a fold's masks are not its patients'
    """
    files = cases.of_phantoms(protocol, folder)
    dealt = folds.patient_folds(list(files), protocol.folds, protocol.fold_seed)
    moved, learned_from = {}, {}
    for name in files:
        case = cases.read(files[name], protocol)
        moved[name] = registration.shifts(case.volume)
        learned_from[name] = training.examples(case, _maps(case, moved[name]))
        progress(name)
    found = [[], [], []]
    for fold in range(protocol.folds) if judged is None else judged:
        others = pd.concat([learned_from[n] for n in files if n not in dealt[fold]])
        learned, drawn = training.learn(others), masks(fold)
        for name in dealt[fold]:
            case = cases.read(files[name], protocol)
            runs = {run: _mask(every, case, protocol) for run, every in drawn.items()}
            runs = {(BY_HAND, 0): case.breast} | runs
            rows = of_patient(case, _maps(case, moved[name]), runs, learned)
            for part, new in zip(
                found, (rows, _truth(case, fold), _quality(case, runs)), strict=True
            ):
                part += new
            progress(name)
    frames = zip(found, (COLUMNS, TRUTH, MASKS), strict=True)
    return Findings(*(pd.DataFrame(rows, columns=list(names)) for rows, names in frames))


def of_patient(case, maps, runs, learned):
    """The rows of one patient, a list of dicts; equal masks are looked at once.

    runs : dict of (arm, repetition) → (x, y, z) bool
    """
    rows, known = [], {}
    for (arm, repetition), mask in runs.items():
        bits = hashlib.sha256(np.packbits(mask).data).digest()
        if bits not in known:
            known[bits] = _rows(case, *training.findings(mask, maps, learned))
        rows += [{"arm": arm, "repetition": repetition} | row for row in known[bits]]
    return rows


def _rows(case, found, probabilities):
    return [
        {
            "patient": case.patient,
            "lesion": candidates.lesion_of(one, case.lesions),
            "ml": round(one.ml, 4),
            **{axis: round(value, 2) for axis, value in zip("xyz", one.centre, strict=True)},
            **dict(zip(("p_nothing", "p_benign", "p_malignant"), map(float, p), strict=True)),
        }
        for one, p in zip(found, probabilities, strict=True)
    ]


def _quality(case, runs):
    """How much each run's mask overlaps the one drawn by hand."""
    about = [dict(zip(MASKS, (*run, case.patient), strict=False)) for run in runs]
    values = [dsc.dsc_percent(case.breast, mask) for mask in runs.values()]
    return [a | {"dsc_percent": round(v, 4)} for a, v in zip(about, values, strict=True)]


def _maps(case, moved):
    return candidate_features.maps(registration.aligned(case.volume, moved))


def _mask(found, case, protocol):
    """One patient's mask of a run on its volume."""
    if case.patient not in found:
        raise InputError(f"A run drew no mask of {case.patient}: these are not its patients.")
    mask = cases.on_volume(found[case.patient], case.volume.affine, protocol.plane)
    if mask.shape != case.breast.shape:
        raise InputError(f"A mask of {case.patient} lies on another grid: these are not its own.")
    return mask


def _truth(case, fold):
    voxel_ml = np.prod(case.volume.spacing) / 1000
    return [
        {
            "patient": case.patient,
            "lesion": number,
            "kind": kind,
            "ml": round(float((case.lesions == number).sum() * voxel_ml), 4),
            "fold": fold,
        }
        for number, kind in case.kinds.items()
    ]
