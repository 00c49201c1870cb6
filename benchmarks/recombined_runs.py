"""How good are recombined runs: python benchmarks/recombined_runs.py [DATA_SETS], some minutes.

Prints the tables of docs/recombined_runs.md. Two worlds whose truth is known: normal noise, half of
a patient's variance common to the fold's training; and trainings drawn with replacement from the
ledgers that ship, with all their tails. DATA_SETS (800) are made of each.
"""

import sys
from time import perf_counter, process_time

import numpy as np
import pandas as pd

from helpers.statistics import recombined_runs, runs
from helpers.statistics.exchanges import exchange, exchange_means
from helpers.statistics.repeatability import sd_factors
from helpers.statistics.sd_ratio import ratio_factors
from helpers.statistics.simulation import Truth
from helpers.study import shipped

LEDGERS = [
    ("study", "order"),
    ("study", "one_bit"),
    ("study", "seeds"),
    ("parting", "default"),
    ("parting", "order"),
    ("parting", "seeds"),
]
REPETITIONS = 3, 5, 10, 50


def main(data_sets=800):
    """Print all tables."""
    worlds = {"normal noise": _normal(np.random.default_rng(2018))}
    worlds |= {f"{name}, {arm}": _ledger(name, arm) for name, arm in LEDGERS}
    rng = np.random.default_rng(1)
    print("Our arms\n", _arms().to_string(index=False))
    found = {
        (w, r): _made(make, r, data_sets, rng) for w, make in worlds.items() for r in REPETITIONS
    }
    truths = {world: _truth(make, rng) for world, make in worlds.items()}
    rows = [_coverage(*key, made, truths[key[0]]) for key, made in found.items()]
    print(f"\nCoverage and efficiency, {data_sets} data sets each\n")
    print(pd.DataFrame(rows).to_string(index=False))
    print("\nRatios of two arms: how often the 95 % interval holds the truth\n")
    print(pd.DataFrame(_ratios(found, truths)).to_string(index=False))
    print("\nRuns that share something: how often it is found at 5 %\n")
    print(pd.DataFrame(_shared(data_sets, rng)).to_string(index=False))
    print("\nThe two variances alone, wide default: how often the truth is held, the bound fails\n")
    print(pd.DataFrame(_alone(worlds["parting, default"], data_sets)).to_string(index=False))
    print("\nOf the run mean, whose SD feels every failed training\n")
    print(pd.DataFrame(_of_means(worlds, data_sets)).to_string(index=False))
    print(f"\n{process_time():.0f} s of one core")


def _arms():
    """The arms that ship, by both estimators."""
    rows = []
    for name in ("study", "parting"):
        for arm, of_arm in runs.by_arm(shipped.table(name)).items():
            begin = perf_counter()
            one = recombined_runs.of_runs(of_arm, 2018)
            rows.append(
                {"study": name, "arm": arm, "runs": len(of_arm.dsc), "trainings": one.trainings}
                | {"distinct": one.distinct, "SD of runs": of_arm.medians.std()}
                | {"recombined": one.run_sd, "lower": one.run_sd_ci[0], "upper": one.run_sd_ci[1]}
                | {"worth": one.worth, "RC": one.rc, "RC upper": one.rc_upper}
                | {"p shared": one.shared_p, "seconds": perf_counter() - begin}
            )
    return pd.DataFrame(rows).round(3)


def _normal(rng):
    """Trainings of normal noise around patients who stay the same: a function of (R, rng)."""
    truth = Truth()
    sizes = np.bincount(truth.fold())
    patients = [truth.mean + truth.patient_sd * rng.normal(size=size) for size in sizes]

    def make(repetitions, rng):
        return [
            level
            + truth.fold_run_sd * rng.normal(size=(repetitions, 1))
            + truth.residual_sd * rng.normal(size=(repetitions, len(level)))
            for level in patients
        ]

    return make


def _ledger(name, arm):
    """Trainings drawn from those of an arm that ships, fold by fold: a function of (R, rng)."""
    table = shipped.table(name)
    folds = runs.by_arm(table[table["arm"] == arm])[arm].trainings()
    folds = [fold.to_numpy() for fold in folds.values()]
    return lambda repetitions, rng: [
        fold[rng.integers(len(fold), size=repetitions)] for fold in folds
    ]


def _medians(cells):
    return np.median(np.concatenate(cells, axis=1), axis=1)


def _means(cells):
    return np.concatenate(cells, axis=1).mean(axis=1)


def _truth(make, rng, batches=20, runs=20_000, of=_medians):
    """The variance of a run's median (mean), points², of 400,000 runs (100,000)."""
    return np.mean([of(make(runs, rng)).var() for _ in range(batches)])


def _made(make, repetitions, data_sets, rng):
    """s², recombined variance, worth and p of shared trainings: (data sets, 4)."""
    found = []
    for _ in range(data_sets):
        cells = make(repetitions, rng)
        medians = _medians(cells)
        done = exchange(cells, np.median, repetitions, rng, max(100, 4000 // repetitions))
        worth = recombined_runs.worth(done)
        p = recombined_runs.shared_p(medians, done.of_runs)
        found.append((medians.var(ddof=1), done.variance, worth, p))
    return np.array(found).T


def _coverage(world, repetitions, made, truth):
    """Bias, efficiency and how often the bounds fail, in %."""
    of_runs, variance, worth, p = made
    low, high, bound = _fails(variance, worth, truth)
    plain = _fails(of_runs, np.full(len(worth), repetitions), truth)
    shared = (p < 0.05) & (of_runs > variance)  # then the verdict rests on the runs
    chosen = np.where(shared, plain[2], bound)
    return {
        "world": world,
        "repetitions": repetitions,
        "mean / truth": round(variance.mean() / truth, 3),
        "efficiency": round(of_runs.var() / variance.var(), 2),
        "median worth": round(np.median(worth), 0),
        "holds": round(100 * (1 - low.mean() - high.mean()), 1),
        "too high": round(100 * low.mean(), 1),
        "too low": round(100 * high.mean(), 1),
        "RC bound fails": round(100 * bound.mean(), 1),
        "verdict's bound fails": round(100 * chosen.mean(), 1),
        "runs: holds": round(100 * (1 - plain[0].mean() - plain[1].mean()), 1),
        "runs: RC bound fails": round(100 * plain[2].mean(), 1),
    }


def _fails(variance, worth, truth):
    """Whether the truth is below the interval, above it, above the one-sided bound of RC."""
    both = np.array([sd_factors(n) for n in worth]).T * np.sqrt(variance)
    one = np.array([sd_factors(n, 0.9)[1] for n in worth]) * np.sqrt(variance)
    sd = np.sqrt(truth)
    return both[0] > sd, both[1] < sd, one < sd


def _ratios(found, truths):
    for one, other in (("order", "seeds"), ("one_bit", "seeds"), ("default", "seeds")):
        study = "parting" if one == "default" else "study"
        worlds = f"{study}, {one}", f"{study}, {other}"
        true = np.sqrt(truths[worlds[0]] / truths[worlds[1]])
        for repetitions in REPETITIONS:
            (_, above, worth, _), (_, below, other_worth, _) = (
                found[world, repetitions] for world in worlds
            )
            factors = np.array([ratio_factors(*n) for n in zip(worth, other_worth, strict=True)]).T
            low, high = factors * np.sqrt(above / below)
            held = round(100 * np.mean((low <= true) & (true <= high)), 1)
            yield {
                "of": one,
                "to": worlds[1],
                "repetitions": repetitions,
                "true": round(true, 3),
                "holds": held,
            }


def _alone(make, data_sets):
    """The interval if the jackknife alone decided, or normal theory alone."""
    rng = np.random.default_rng(4)
    truth = _truth(make, rng)
    for repetitions in (5, 10, 50):
        draws = max(100, 4000 // repetitions)
        made = [
            exchange(make(repetitions, rng), np.median, 0, rng, draws) for _ in range(data_sets)
        ]
        variance = np.array([one.variance for one in made])
        for name in ("jackknife", "as_normal"):
            unsure = np.array([getattr(one, name)() for one in made])
            low, high, bound = _fails(variance, 1 + 2 / np.maximum(unsure, 1e-6), truth)
            holds = round(100 * (1 - low.mean() - high.mean()), 1)
            fails = round(100 * bound.mean(), 1)
            yield {"repetitions": repetitions, "alone": name, "holds": holds, "RC fails": fails}


def _of_means(worlds, data_sets):
    """The same as `_coverage`, shorter, for the mean over a run's patients: nothing is drawn."""
    rng = np.random.default_rng(3)
    for world, make in worlds.items():
        truth = _truth(make, rng, runs=5_000, of=_means)
        for repetitions in (10, 50):
            made = [make(repetitions, rng) for _ in range(data_sets)]
            done = [exchange_means(cells) for cells in made]
            variance = np.array([one.variance for one in done])
            of_runs = np.array([_means(cells).var(ddof=1) for cells in made])
            worth = np.array([recombined_runs.worth(one) for one in done])
            low, high, bound = _fails(variance, worth, truth)
            plain = _fails(of_runs, np.full(data_sets, repetitions), truth)
            yield {
                "world": world,
                "repetitions": repetitions,
                "efficiency": round(of_runs.var() / variance.var(), 2),
                "median worth": round(np.median(worth), 0),
                "holds": round(100 * (1 - low.mean() - high.mean()), 1),
                "RC bound fails": round(100 * bound.mean(), 1),
                "runs: holds": round(100 * (1 - plain[0].mean() - plain[1].mean()), 1),
                "runs: RC bound fails": round(100 * plain[2].mean(), 1),
            }


def _shared(data_sets, rng):
    """Normal trainings of runs that have an effect of their own on all their folds."""
    make = _normal(np.random.default_rng(2018))
    sd = np.sqrt(_truth(make, rng))
    for repetitions in (5, 10, 50):
        for times in (1.0, 1.25, 1.5, 2.0):
            own, found = sd * np.sqrt(times**2 - 1), []
            for _ in range(data_sets):
                effect = own * rng.normal(size=(repetitions, 1))
                cells = [fold + effect for fold in make(repetitions, rng)]
                done = exchange(cells, np.median, repetitions, rng, 200)
                found.append(recombined_runs.shared_p(_medians(cells), done.of_runs) < 0.05)
            share = round(100 * np.mean(found), 1)
            yield {"repetitions": repetitions, "SD of runs is times": times, "found in %": share}


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
