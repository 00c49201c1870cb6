"""A study so small that a notebook makes it: a few phantoms, two folds, two runs an arm."""

import functools
from dataclasses import replace

from helpers.imaging import cohort
from helpers.learning import cell, switches
from helpers.learning.arms import arm
from helpers.lesions import findings
from helpers.nondeterminism import fresh_process
from helpers.protocol import LESIONS
from helpers.study import sources
from helpers.study.progress import bar

ARMS = ("order", "seeds")
SMALL = replace(
    LESIONS,
    name="small",
    patients=6,
    folds=2,
    repetitions=2,
    phantom_slices=20,
    slice_step=2,
    base_filters=8,
    depth=3,
    batch=8,
    epochs=10,
)


def small_study(protocol=SMALL, arms=ARMS):
    """The `findings.Findings` of a small study, its masks drawn in a process of its own.

    arms : of those that fix their threads, since one process serves them all
    """
    folder = sources.phantom(protocol)
    cells = [
        (a, r, f) for a in arms for r in range(protocol.repetitions) for f in range(protocol.folds)
    ]
    with bar(len(cells), "training", "small study") as shown:
        drawn = fresh_process.call(_drawn, protocol, cells)
        shown.update(len(cells))
    return findings.study(protocol, folder, functools.partial(_of_fold, drawn)), drawn


def masks_of(drawn):
    """A function (fold) → dict of (arm, repetition) → dict of patient → mask, of `small_study`."""
    return functools.partial(_of_fold, drawn)


def _of_fold(drawn, fold):
    return {(a, r): masks for (a, r, f), masks in drawn.items() if f == fold}


def _drawn(protocol, cells):
    """Train each cell (arm, repetition, fold): dict of cell → dict of patient → mask."""
    people, found = cohort.load(protocol), {}
    for name, repetition, fold in cells:
        chosen = arm(name)
        switches.apply(switches.wanted(chosen.behaviour.fixed, protocol))
        trained, held_out = cell.split(people, protocol, fold)
        model, _ = cell.fit(protocol, chosen, repetition, fold, trained)
        masks = {p.patient: cell.segment(model, p, protocol) for p in held_out}
        found[name, repetition, fold] = masks
    return found
