"""Who does the cells: worker processes of Dask, one set of switches a process.

The ledger is asked first, so a run that was stopped does only what is missing. Nothing here
imports the framework; the workers do.
"""

import functools
import hashlib
import itertools
import json
import os
from dataclasses import dataclass

from helpers.errors import InputError
from helpers.imaging import cohort as cohorts
from helpers.learning.arms import arm as arm_named
from helpers.learning.determinism import switches
from helpers.study import sources
from helpers.study.fingerprint import fingerprint
from helpers.study.ledger import Ledger
from helpers.study.progress import bar


@dataclass(frozen=True)
class Cell:
    """One training: (arm, repetition, fold)."""

    arm: str
    repetition: int
    fold: int


def cells(protocol, arms, repetitions=None, folds=None):
    """All cells of a study, repetition by repetition, so that a stopped one is balanced.

    repetitions, folds : how many of the protocol's; all when None
    raises             : InputError when more folds are asked for than the protocol has
    """
    repetitions = protocol.repetitions if repetitions is None else repetitions
    folds = protocol.folds if folds is None else folds
    if not 1 <= folds <= protocol.folds:
        raise InputError(f"The protocol has {protocol.folds} folds: ask for 1 to that many.")
    if repetitions < 1:
        raise InputError("At least one repetition is needed.")
    names = [arm_named(a).name for a in arms]
    return [Cell(*c) for c in itertools.product(names, range(repetitions), range(folds))]


def home(protocol):
    """The folder of this user's own study under a protocol and this machine's fingerprint."""
    prints = json.dumps(fingerprint(protocol, None), sort_keys=True).encode()
    return cohorts.cache_folder() / f"{protocol.name}-{hashlib.sha256(prints).hexdigest()[:12]}"


def missing(ledger, wanted):
    """The cells without a valid record."""
    return [c for c in wanted if ledger.read(c.arm, c.repetition, c.fold) is None]


def run(protocol, arms, folder, repetitions=None, folds=None, workers=None, data=None):
    """Do the cells that are missing and return the Ledger; shows progress as text.

    folder  : where the study is kept
    workers : processes for the arms that fix their threads; one a core when None
    data    : folder of studies, as ``studies.find`` reads it; the phantom cohort when None
    raises  : InputError when the folder holds a study under another fingerprint
    """
    ledger = Ledger(folder)
    wanted = cells(protocol, arms, repetitions, folds)
    left = missing(ledger, wanted)
    ledger.open(fingerprint(protocol, _data_sha256(protocol, ledger, left, data)))
    with bar(len(wanted), "cell", done=len(wanted) - len(left)) as shown:
        for fixed in (True, False):
            batch = [c for c in left if arm_named(c.arm).fixed == fixed]
            for record in _train_all(protocol, batch, workers if fixed else 1, data):
                ledger.write(record)
                shown.set_description(f"{record['arm']} {record['repetition']}/{record['fold']}")
                shown.update()
    return ledger


def _data_sha256(protocol, ledger, left, data):
    """Digest of the cohort; what the study says of it when there is nothing to train."""
    if not left:
        return ledger.study["data_sha256"]
    return cohorts.digest(cohorts.load(protocol, data or sources.phantom(protocol)))


def _train_all(protocol, batch, workers, data):
    """Yield the records of cells that share their switches, as they are finished."""
    if not batch:
        return
    import dask
    from distributed import Client, LocalCluster, as_completed

    dask.config.set({"distributed.nanny.pre-spawn-environ": {}})  # else OMP_NUM_THREADS=1

    workers = min(workers or os.cpu_count() or 1, len(batch))
    with (
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=None,
            dashboard_address=None,
            host="127.0.0.1",
            silence_logs="ERROR",
        ) as cluster,
        Client(cluster) as client,
    ):
        folder = data or cohorts.phantom_folder(protocol)
        futures = client.map(_train, batch, protocol=protocol, folder=folder, pure=False)
        for future in as_completed(futures):
            yield future.result()
            future.release()


def _train(cell, protocol, folder):
    """One cell in a worker process."""
    from helpers.learning import cell as learning

    arm = arm_named(cell.arm)
    learning.determinism.apply(switches(arm, protocol))
    data = _cohort(protocol, folder)
    return learning.train(protocol, arm, cell.repetition, cell.fold, data)


@functools.lru_cache(maxsize=1)
def _cohort(protocol, folder):
    """The prepared cohort, read once a process."""
    return cohorts.load(protocol, folder)
