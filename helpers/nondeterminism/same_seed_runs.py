"""Same-seed runs that a notebook shows live, each arm in a fresh process of its own."""

import pandas as pd

from helpers.imaging import cohort as cohorts
from helpers.learning.arms import arm as arm_named
from helpers.nondeterminism import fresh_process
from helpers.study.progress import bar


def same_seed_runs(protocol, arms, runs=5, steps=10, held_out=0):
    """Same-seed runs of each arm, watched step by step: a frame.

    held_out : how many of the protocol's last patients are not trained on but judged
    columns  : arm, run, step, sha256, distance to run 0, and dsc_percent of those held out, as
               `helpers.nondeterminism.parting.same_seeds` has them
    """
    cohorts.load(protocol)
    rows = []
    with bar(len(arms), "arm", "same seeds") as shown:
        for name in arms:
            rows += fresh_process.call(watched, protocol, name, runs, steps, held_out)
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


def watched(protocol, name, runs, steps, held_out):
    """The rows of one arm, computed in this process: list of dicts, as ``same_seed_runs``."""
    from helpers.nondeterminism import parting

    patients = cohorts.load(protocol)
    trained, judged = patients[: len(patients) - held_out], patients[len(patients) - held_out :]
    return parting.same_seeds(protocol, arm_named(name), trained, runs, steps, judged)
