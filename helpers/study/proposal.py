"""A protocol that fits a folder of patients: the file, and the table that says what it means."""

import json
import statistics
from dataclasses import dataclass
from pathlib import Path

from helpers.errors import InputError
from helpers.imaging import cohort, cohort_folder, grid_fit, survey
from helpers.learning import footprint, planner
from helpers.protocol import Protocol
from helpers.protocols import checked_name
from helpers.study import worker_environments
from helpers.study.progress import bar


@dataclass(frozen=True)
class Proposal:
    """A Protocol, its file's text, and the lines of the table that is shown."""

    protocol: Protocol
    text: str
    table: list


def check_place(path):
    """The name that a protocol in a file has, from the file's.

    raises : InputError when the file is there, or its name is none for a protocol
    """
    path = Path(path)
    if path.suffix.lower() != ".toml":
        raise InputError(f"{path} does not end in .toml: name a file such as my.toml.")
    if path.exists():
        raise InputError(f"{path} is there already: name another file, or delete it.")
    return checked_name(path, path.stem)


def propose(folder, like, name):
    """Look at the patients of a folder, and train a few steps: Proposal.

    like   : Protocol that all other numbers are taken from
    raises : InputError when no protocol can serve the folder, with the reason
    """
    studies = cohort_folder.find(folder)
    with bar(len(studies), "patient", "reading") as shown:
        seen = survey.look(studies, shown.update)
    plan = planner.plan(seen, like, name)
    patients = cohort.load(plan.protocol, folder)
    found = grid_fit.fit(patients, plan.protocol)
    table = [*_of_images(seen), *_of_grid(found), *_of_costs(plan.protocol, patients)]
    lines = [f"{label:<16}{words}" for label, words in table] + found.warnings
    return Proposal(plan.protocol, _text(plan, like, lines), lines)


def _of_images(seen):
    spacings = zip(*(one.spacing for one in seen), strict=True)
    phases = [len(one.phases) for one in seen]
    return [
        ("patients", f"{len(seen)}, of {len({one.subject for one in seen})} subjects"),
        ("voxels", " × ".join(map(_between, zip(*(one.shape for one in seen), strict=True)))),
        ("spacing", " × ".join(map(_between, spacings)) + " mm, right × anterior × superior"),
        ("phases", _between(phases)),
    ]


def _of_grid(found):
    least = grid_fit.between([min(found.ceilings.values())])
    median = grid_fit.between([statistics.median(found.ceilings.values())])
    lost, truth = sum(found.outside.values()), sum(found.truth.values())
    return [
        ("ceilings", f"least {least} %, median {median} %"),
        ("truth outside", f"{lost:,} of {truth:,} voxels"),
    ]


def _of_costs(protocol, patients):
    from helpers.learning import trial

    found = trial.run(protocol, patients)
    slices = sum(int(p.labelled.sum()) for p in patients)
    cell = found.cell_s(protocol, slices)
    workers = len(worker_environments.processes(True))
    hours = cell * protocol.folds * protocol.repetitions / workers / 3600
    arrays = sum(a.nbytes for p in patients for a in (p.images, p.masks, p.truth)) / 1e6
    paper, gpu = footprint.unet(protocol).mib, found.peaks_mb["gpu"]
    measured = f", {gpu:,.0f} MB measured" if gpu is not None else ""
    return [
        ("host memory", f"{arrays:,.0f} MB of slices, {found.peaks_mb['process']:,.0f} MB at most"),
        ("GPU memory", f"{paper:,.0f} MiB a step on paper{measured}"),
        (
            "a cell",
            f"{cell / 60:.1f} minutes ({found.step_s * 1000:.0f} ms a step, {slices} slices)",
        ),
        (
            "an arm",
            f"{hours:.1f} hours with {workers} worker(s), {protocol.repetitions} repetitions",
        ),
    ]


def _text(plan, like, lines):
    """The file: what is another than in ``like``, each with its reason, and the table."""
    chosen = [f'like = "{like.name}"', f"name = {json.dumps(plan.protocol.name)}"]
    for field, why in plan.reasons.items():
        value = getattr(plan.protocol, field)
        value = list(value) if isinstance(value, tuple) else value
        chosen.append(f"{field} = {json.dumps(value)}  # {why}")
    p = plan.protocol
    same = (
        f"As in {like.name}: {p.epochs} epochs, {p.base_filters} filters, rate {p.learning_rate:g}."
    )
    return "\n".join([*chosen, "", f"# {same}", *(f"# {line}" for line in lines)]) + "\n"


def _between(numbers):
    low, high = min(numbers), max(numbers)
    return f"{low:.4g}" if f"{low:.4g}" == f"{high:.4g}" else f"{low:.4g} to {high:.4g}"
