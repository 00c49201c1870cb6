"""Small experiments that a notebook shows live, each arm in a fresh process of its own."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pandas as pd

from helpers.imaging import cohort as cohorts
from helpers.learning.arms import arm as arm_named
from helpers.study.progress import bar


def same_seed_runs(protocol, arms, runs=5, steps=10, held_out=0):
    """Same-seed runs of each arm, watched step by step: a frame.

    held_out : how many of the protocol's last patients are not trained on but judged
    columns  : arm, run, step, sha256, distance to run 0, and dsc_percent of those held out, as
               `helpers.learning.parting.same_seeds` has them
    """
    cohorts.load(protocol)
    rows = []
    spawn = multiprocessing.get_context("spawn")
    with bar(len(arms), "arm", "same seeds") as shown:
        for name in arms:
            job = protocol, name, runs, steps, held_out
            with ProcessPoolExecutor(1, mp_context=spawn) as fresh:
                rows += fresh.submit(_in_fresh_process, *job).result()
            shown.update()
    return pd.DataFrame(rows)


def added_products(changes, calls=200):
    """The sum of the riddle under each change: a frame of change, taken_apart and results.

    changes : names of `helpers.learning.riddle.CHANGES`, each in a fresh process
    """
    rows = []
    spawn = multiprocessing.get_context("spawn")
    with bar(len(changes), "change", "sums") as shown:
        for change in changes:
            with ProcessPoolExecutor(1, mp_context=spawn) as fresh:
                apart, results = fresh.submit(_add_products, change, calls).result()
            rows.append({"change": change, "taken_apart": apart, "results": results})
            shown.update()
    return pd.DataFrame(rows)


def first_parting(steps):
    """The step at which each run first differs from run 0; (arm × run), NaN where it never does.

    steps : the frame of ``same_seed_runs``
    """
    wide = steps.pivot(index=["arm", "step"], columns="run", values="sha256")
    differs = wide.ne(wide[0], axis=0)
    first = differs.groupby("arm").agg(lambda d: d.idxmax()[1] if d.any() else float("nan"))
    return first.drop(columns=0)


def _in_fresh_process(protocol, name, runs, steps, held_out):
    from helpers.learning import parting

    patients = cohorts.load(protocol)
    trained, judged = patients[: len(patients) - held_out], patients[len(patients) - held_out :]
    return parting.same_seeds(protocol, arm_named(name), trained, runs, steps, judged)


def _add_products(change, calls):
    import helpers.learning.framework  # noqa: F401 - starts TensorFlow without its chatter
    from helpers.learning import riddle

    return riddle.measure(change, riddle.add_products, {}, calls)
