"""A lesion that one run shows and its twin hides: the two masks, and what stands in them."""

import io
from dataclasses import dataclass

import numpy as np

from helpers.imaging import planes
from helpers.lesions import candidate_features, cases, registration
from helpers.statistics import diagnoses


@dataclass(frozen=True)
class Twins:
    """One lesion under the masks of two runs of one arm, in its fullest slice, upright.

    image   : (rows, columns) mean relative enhancement; lesion : (rows, columns) bool
    masks   : dict of what the run says of it → (rows, columns) bool
    spacing : (row, column) mm
    """

    arm: str
    patient: str
    lesion_number: int
    image: np.ndarray
    lesion: np.ndarray
    masks: dict
    spacing: tuple[float, float]


def parted(found):
    """Lesions of which runs of an arm say unlike things: list of (arm, patient, lesion, runs).

    found : `findings.Findings`. runs : dict of what is said → the first repetition that says it.
    Those that a run shows and another hides go first, then by arm and patient
    """
    scored = diagnoses.scored(found.candidates)
    said = diagnoses.of_lesions(scored, found.lesions, found.masks)
    every = []
    for arm in diagnoses.runs(found.masks):
        for (patient, lesion), column in said.loc[arm].items():
            first = {what: column.index[column == what][0] for what in dict.fromkeys(column)}
            if len(first) > 1:
                every.append((arm, patient, lesion, first))
    return sorted(every, key=lambda one: diagnoses.WORDS[2] not in one[3])


def twins(case, maps, one, masks, plane):
    """The `Twins` of one entry of `parted`.

    case, maps : of its patient; masks : dict of repetition → (slice, rows, columns) bool; plane :
    the protocol's
    """
    arm, patient, number, runs = one
    affine = case.volume.affine
    lesion = planes.upright(case.lesions == number, affine, plane)
    k = int(lesion.sum((1, 2)).argmax())
    shown = {f"{said} (run {r})": masks[r][k] for said, r in runs.items()}
    image = planes.upright(maps.dynamic.mean, affine, plane)[k]
    spacing = planes.spacing(affine, plane)[1:]
    return Twins(arm, patient, number, image, lesion[k], shown, spacing)


def of_study(found, files, masks, protocol):
    """The `Twins` that `parted` lists first, or None where nothing parts.

    files : dict of patient → PatientFiles; masks : as ``findings.study`` takes it
    """
    every = parted(found)
    if not every:
        return None
    arm, patient, _, runs = every[0]
    fold = int(found.lesions.set_index("patient")["fold"].loc[[patient]].iloc[0])
    case = cases.read(files[patient], protocol)
    maps = candidate_features.maps(registration.aligned(case.volume))
    drawn = {r: masks(fold)[arm, r][patient] for r in runs.values()}
    return twins(case, maps, every[0], drawn, protocol.plane)


def packed(one):
    """A `Twins` as the bytes of an .npz without pickles."""
    about = [one.arm, one.patient, str(one.lesion_number), *one.masks]
    arrays = {f"mask_{n}": mask for n, mask in enumerate(one.masks.values())}
    buffer = io.BytesIO()
    image = one.image.astype("float16")
    told = {"about": np.array(about), "spacing": np.array(one.spacing)}
    np.savez_compressed(buffer, image=image, lesion=one.lesion, **told, **arrays)
    return buffer.getvalue()


def unpacked(content):
    """The `Twins` that `packed` wrote."""
    with np.load(io.BytesIO(content), allow_pickle=False) as held:
        arm, patient, number, *said = map(str, held["about"])
        masks = {name: held[f"mask_{n}"] for n, name in enumerate(said)}
        image, spacing = held["image"].astype("float32"), tuple(map(float, held["spacing"]))
        return Twins(arm, patient, int(number), image, held["lesion"], masks, spacing)
