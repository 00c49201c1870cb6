"""Cells an hour of DEMO on this machine: our engine beside the loop that people write.

python benchmarks/training_cells.py engine|people CELLS LOOP BATCH_NORM      one side alone

Our engine: the control arm with a worker a core. The loop that people write: build, compile and
fit for each cell in one process, the framework's own threads. Both judge the held-out patients.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

WORKERS, TARGET = 2, 4.0
CELLS = 20  # an arm of DEMO and a repetition more: as many for each worker once both are warm
SIDES = {
    "people": ["people", CELLS, "fit", "stock"],
    "engine, demo as it is": ["engine", CELLS, "fit", "stock"],
    "engine, compiled loop and fused batch norm": ["engine", CELLS, "compiled", "fused"],
}


def main(rounds, _):
    """Print cells an hour and the ratios; returns whether the target is missed."""
    seen = [{name: _alone(words) for name, words in SIDES.items()} for _ in range(rounds or 2)]
    print(f"\ncells an hour of DEMO: {CELLS} cells a side, and without start and first cell(s)")
    people, *ours = SIDES
    for name in SIDES:
        numbers = [f"{statistics.median(r[name][n] for r in seen):.0f}" for n in (0, 1)]
        print(f"  {name}: {numbers[0]}, warm {numbers[1]}")
    for name in ours:
        whole, warm = ([r[name][n] / r[people][n] for r in seen] for n in (0, 1))
        print(f"  {name} / people: {_spread(whole)}, warm {_spread(warm)} (target {TARGET:.0f})")
    return statistics.median(warm) < TARGET


def _alone(words):
    """Cells an hour of a side in a process of its own: from its start, and once it is warm."""
    started = time.time()
    command = [sys.executable, __file__, *map(str, words)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    ends = sorted(map(float, done.stdout.split()[-CELLS:]))
    first = WORKERS if words[0] == "engine" else 1
    whole = CELLS / (ends[-1] - started)
    return 3600 * whole, 3600 * (CELLS - first) / (ends[-1] - ends[first - 1])


def _spread(ratios):
    low, high = min(ratios), max(ratios)
    return f"{statistics.median(ratios):.2f} ({low:.2f} to {high:.2f} in {len(ratios)} rounds)"


def engine(cells, protocol):
    """When each cell's record was written, by our engine."""
    from helpers.study import runner

    with tempfile.TemporaryDirectory() as folder:
        runner.run(
            protocol, ["control"], folder, workers=WORKERS, repetitions=cells // protocol.folds
        )
        return [path.stat().st_mtime for path in Path(folder).glob("control/*/*.json")]


def people(cells, protocol):
    """When each cell was finished, by a plain loop."""
    from helpers.imaging import cohort

    patients, ends = cohort.load(protocol), []
    for number in range(cells):
        _plain_cell(protocol, patients, number % protocol.folds)
        ends.append(time.time())
    return ends


def _plain_cell(p, patients, fold):
    """Build, compile, fit, and judge, as people write it; the cell's split, network and measure."""
    import numpy as np

    from helpers.learning import cell, unet
    from helpers.learning.loss import dice_loss
    from helpers.learning.quiet_keras import keras

    trained, held_out = cell.split(patients, p, fold)
    images = np.concatenate([t.images for t in trained])
    masks = np.concatenate([t.masks for t in trained]).astype("float32")
    keras.utils.set_random_seed(p.seed)
    model = unet.build(images.shape[1:], p.depth, p.base_filters, p.batch_norm, p.momentum)
    rate = keras.optimizers.schedules.InverseTimeDecay(p.learning_rate, 1, p.decay)
    model.compile(keras.optimizers.Adam(rate), dice_loss)
    model.fit(images, masks, batch_size=p.batch, epochs=p.epochs, verbose=0)
    return [_judge(model, patient, p) for patient in held_out]


def _judge(model, patient, p):
    from helpers.imaging import dsc, resampling

    predicted = model.predict(patient.images, batch_size=p.batch, verbose=0)[..., 0] > 0.5
    return dsc.patient_dsc(resampling.restore(predicted, patient, p), patient)


if __name__ == "__main__":
    from helpers.protocol import DEMO

    side, cells, loop, batch_norm = sys.argv[1:]
    protocol = replace(DEMO, loop=loop, batch_norm=batch_norm)
    print(*{"engine": engine, "people": people}[side](int(cells), protocol))
