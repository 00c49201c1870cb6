"""Every number of the experiment, once, each with its source.

``PAPER`` is the published experiment as far as it was published; the others replace numbers in
it and never a code path. A field's source is one of

* ``slides``: the talk at RRPR 2018 (Piantadosi, Marrone, Sansone);
* ``thesis``: S. Marrone, *Trustworthy AI: the Deep Learning Perspective*, doctoral thesis,
  University of Naples Federico II, 2020, of which a fragment was read; that its cohort is the
  talk's is inferred;
* ``assumed``: not published, chosen here;
* ``ours``: needed only by this project (the phantom, the harness);
* ``yours``: replaced in a file of one's own (``protocols``).
"""

import dataclasses
import sys
from dataclasses import dataclass, field, replace
from numbers import Integral

from helpers.errors import InputError


def _told(value, source, meaning, least=None, most=sys.float_info.max, words=()):
    """A field: a number from ``least``, where that is given, to ``most``, or one of ``words``."""
    told = {"source": source, "meaning": meaning, "range": (least, most), "words": words}
    return field(default=value, metadata=told)


@dataclass(frozen=True)
class Protocol:
    """The numbers of one experiment. Sizes in pixels, lengths in mm, times in s."""

    name: str = _told("paper", "ours", "what the protocol is called")

    patients: int = _told(42, "thesis", "patients of the cohort", 2)
    folds: int = _told(10, "slides", "folds of the patient-based cross-validation", 2)
    repetitions: int = _told(50, "slides", "whole cross-validations with the same seeds", 1)
    fold_seed: int = _told(2018, "assumed", "seed that deals the patients to folds", 0)
    seed: int = _told(42, "assumed", "seed under study: first weights, order of the slices", 0)

    phases: tuple[int, ...] = _told((0, 1), "assumed", "input channels: pre, first post-contrast")
    size: int = _told(256, "assumed", "height and width of a slice, pixels", 1, 8192)
    plane: str = _told(
        "axial",
        "assumed",
        "plane of the slices: axial, coronal, sagittal, or acquired: across the coarsest axis (the "
        "paper's group acquired coronally; in which plane its slices lay was not published)",
        words=("axial", "coronal", "sagittal", "acquired"),
    )
    spacing: float = _told(1.328125, "assumed", "pixel spacing, mm (340 mm in 256)", 1e-3, 1e3)

    depth: int = _told(4, "assumed", "poolings on the contracting path", 1, 10)
    base_filters: int = _told(32, "assumed", "filters of the first level, doubled after", 1, 1024)
    batch_norm: str = _told(
        "stock", "assumed", "batch normalisation", words=("stock", "fused", "none")
    )
    momentum: float = _told(0.99, "assumed", "momentum of batch norm's moving averages", 0, 1)

    loop: str = _told(
        "fit", "assumed", "training loop: Keras fit or compiled", words=("fit", "compiled")
    )
    epochs: int = _told(50, "assumed", "passes over the training slices", 1)
    batch: int = _told(8, "assumed", "slices in a mini-batch", 1)
    last_batch: str = _told(
        "kept",
        "assumed",
        "a partial last mini-batch: kept, as Keras does, or dropped",
        words=("kept", "dropped"),
    )
    slice_step: int = _told(
        1, "assumed", "every so many-th slice of a patient is trained on; all are judged", 1
    )
    judge_every: int = _told(
        0, "ours", "epochs between looks at the held-out patients; 0: after the last alone", 0
    )
    learning_rate: float = _told(1e-3, "assumed", "Adam's first learning rate", 1e-30)
    decay: float = _told(1e-3, "assumed", "inverse-time decay: rate / (1 + decay * step)", 0)

    cohort: str = _told(
        "phantom", "ours", "patients, unless others are named", words=("phantom", "hippocampus")
    )
    phantom_seed: int = _told(153, "ours", "seed of the phantom cohort", 0)
    phantom_matrix: int = _told(448, "ours", "phantom: voxels in x and y, over 340 mm", 1)
    phantom_slices: int = _told(160, "ours", "phantom: slices over 176 mm", 1)
    phantom_phases: int = _told(5, "ours", "phantom: phases, pre and post 1 to 4", 1)
    phantom_masses: int = _told(0, "ours", "phantom: further masses, curves of all types", 0, 200)
    fixed_threads: int = _told(1, "ours", "intra-op threads of the arms that fix their threads", 1)

    own: tuple[str, ...] = _told((), "ours", "fields that a file of one's own has replaced")

    def __post_init__(self):
        """Refuse numbers that no experiment can have."""
        for f in dataclasses.fields(self):
            _check_range(f.name, getattr(self, f.name), *f.metadata["range"])
            _check_word(f.name, getattr(self, f.name), f.metadata["words"])
        if self.size % 2**self.depth:
            raise InputError(f"size {self.size} cannot be halved {self.depth} times.")
        if not 2 <= self.folds <= self.patients:
            raise InputError(f"{self.folds} folds need as many patients, not {self.patients}.")
        self._check_phases()

    def _check_phases(self):
        sound = all(
            isinstance(p, Integral) and not isinstance(p, bool) and p >= 0 for p in self.phases
        )
        if not self.phases or not sound or len(set(self.phases)) < len(self.phases):
            raise InputError(
                f"The protocol's phases {self.phases} are not different numbers from 0: choose "
                "other phases."
            )
        object.__setattr__(self, "phases", tuple(map(int, self.phases)))


def _check_range(name, value, least, most):
    if least is not None and not least <= value <= most:
        upper = f" to {most:g}" if most < sys.float_info.max else ", or more"
        raise InputError(f"{name} is {_short(value)}: use a number from {least:g}{upper}.")


def _short(value):
    """A value as a text of 30 characters at most; an int may have more digits than text takes."""
    try:
        return str(value)[:30]
    except ValueError:
        return "a number of thousands of digits"


def _check_word(name, value, words):
    if words and value not in words:
        *others, last = words
        raise InputError(f"{name} is {_short(value)!r}: use {', '.join(others)} or {last}.")


PAPER = Protocol()

# Its slices fill their mini-batches, as those of PAPER do. Epochs and rate were chosen on a phantom
# cohort with another seed, not on its own.
STUDY = replace(
    PAPER,
    name="study",
    size=64,
    spacing=5.3125,
    depth=3,
    base_filters=8,
    momentum=0.8,
    epochs=4,
    learning_rate=1e-2,
    phantom_matrix=224,
    phantom_slices=8,
    phantom_phases=3,
)

DEMO = replace(
    STUDY,
    name="demo",
    patients=20,
    folds=5,
    repetitions=3,
    epochs=8,
    batch=16,
    learning_rate=5e-3,
    phantom_slices=12,
)

SMOKE = replace(
    DEMO, name="smoke", patients=4, folds=2, repetitions=2, epochs=1, phantom_slices=4, depth=2
)

# Parts on a two-core CPU when the framework runs free, for the reason in docs/riddle.md: stock
# batch norm, slices that fill their mini-batches (36 patients × 8 slices = 9 × 32), so that the
# graph knows every shape, and a step that holds more than 0.8 · 256 MiB.
PARTING = replace(
    STUDY,
    name="parting",
    patients=40,
    repetitions=10,
    depth=4,
    base_filters=16,
    batch=32,
    learning_rate=5e-3,
)

# Real persons, on the native grid of their images, which 48 pixels hold. Neighbouring slices are
# 1 mm apart and much alike, so every second one is trained on. Epochs, rate, decay and momentum
# were chosen on other persons (benchmarks/plateau.py, docs/hippocampus.md).
HIPPOCAMPUS = replace(
    PAPER,
    name="hippocampus",
    cohort="hippocampus",
    repetitions=10,
    phases=(0,),
    size=48,
    spacing=1.0,
    depth=3,
    base_filters=8,
    batch_norm="fused",
    momentum=0.9,
    loop="compiled",
    epochs=18,
    batch=16,
    last_batch="dropped",
    slice_step=2,
    judge_every=1,
    learning_rate=1e-2,
    decay=3e-2,
)

# From mask to diagnosis: the network of PARTING, on patients with all phases, slices thin enough
# that a lesion has several, and four masses each. Every fifth slice is trained on.
LESIONS = replace(
    PARTING,
    name="lesions",
    patients=42,
    epochs=10,
    last_batch="dropped",
    slice_step=5,
    phantom_slices=40,
    phantom_phases=5,
    phantom_masses=3,
)

PROTOCOLS = {p.name: p for p in (PAPER, STUDY, DEMO, SMOKE, PARTING, HIPPOCAMPUS, LESIONS)}


def table(protocol):
    """One row a number: field, value, source and meaning, as a list of dicts."""
    return [
        {
            "field": f.name,
            "value": getattr(protocol, f.name),
            "source": "yours" if f.name in protocol.own else f.metadata["source"],
            "meaning": f.metadata["meaning"],
        }
        for f in dataclasses.fields(protocol)
        if f.name != "own"
    ]
