"""Where the scatter of a DSC comes from: patient, run, fold × run, residual.

DSC = mean + patient + run + fold × run + residual, all random. The patients of a fold share one
trained model: what that model does to all of them is fold × run. Estimates are those of the
analysis of variance with coefficients for unequal folds (Searle, Casella and McCulloch, Variance
Components, 1992, chapter 5): unbiased, closed, and negative where the data say so.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import dsc_table, fold_codes

COMPONENTS = ["patient", "run", "fold_run", "residual"]
_NOTHING = 1e-18  # points²: an SD of a billionth of a point is floating-point noise


@dataclass(frozen=True)
class MeanSquares:
    """Mean squares of one table (floats) or of many (arrays), points² of DSC.

    ``fold_run`` is NaN without folds. ``error`` is what ``run`` is compared with: fold × run,
    weighted for unequal folds; ``df_run`` and ``df_error`` belong to that F.
    """

    patient: np.ndarray
    run: np.ndarray
    fold_run: np.ndarray
    residual: np.ndarray
    error: np.ndarray
    df_run: int
    df_error: int

    def f_of_runs(self):
        """F and p of "the runs do not differ": MS_run / MS_fold×run, or / MS_residual.

        Exact with equal folds, close with nearly equal ones. NaN where the runs are identical.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            f = self.run / self.error
        return f, stats.f.sf(f, self.df_run, self.df_error)


@dataclass(frozen=True)
class Components:
    """Variances in points² of DSC.

    ``fold_run`` is NaN where folds were not given or cannot be told from patients or runs.
    """

    patient: float
    run: float
    fold_run: float
    residual: float

    @property
    def fold_share(self):
        """The part of a patient's noise that the fold's model shares: a fraction, or NaN."""
        noise = self.fold_run + self.residual
        return self.fold_run / noise if noise > 0 else np.nan

    def frame(self):
        """One row a component: component, variance (points²)."""
        return pd.DataFrame(
            {"component": COMPONENTS, "variance": [getattr(self, n) for n in COMPONENTS]}
        )

    def __str__(self):
        known = self.frame().dropna()
        parts = [f"{row.component} {row.variance:.4g}" for row in known.itertuples()]
        share = "unknown" if np.isnan(self.fold_share) else f"{self.fold_share:.0%}"
        return (
            f"The variance of a DSC in points² is {', '.join(parts)}; the share of the noise that "
            f"is common to a fold and run is {share}."
        )


def variance_components(table, fold=None):
    """The `Components` of ``table`` (repetitions, patients), DSC in %; ``fold`` is (patients,).

    Without folds, with one fold or with one patient a fold, there is no fold × run part. Raises
    InputError for less than two repetitions or patients, or naming the DSC that is missing.
    """
    values = dsc_table(table)
    members = _members(fold, values.shape[1])
    squares = mean_squares(values, members)
    solved = map(float, solve(squares, values.shape[0], members))
    return Components(*(0.0 if abs(part) < _NOTHING else part for part in solved))


def mean_squares(values, members):
    """`MeanSquares` of ``values`` (..., repetitions, patients), DSC in %, many tables at once.

    ``members`` is (patients, folds), 1 where a patient is in a fold; a single fold means none.
    Raises InputError for less than two repetitions or patients.
    """
    *_, runs, patients = values.shape
    if runs < 2 or patients < 2:
        raise InputError(
            f"{runs} repetitions of {patients} patients: components need two of each or more."
        )
    sizes, folds = members.sum(axis=0), members.shape[1]
    noise = _without_patients(values)
    run = noise.mean(axis=-1, keepdims=True)
    cell = noise @ (members / sizes)
    between = np.sum(sizes * (cell - run) ** 2, axis=(-2, -1))
    df_fold = (folds - 1) * (runs - 1)
    fold_run = between / df_fold if folds > 1 else np.full_like(between, np.nan)
    rest = _sum_of_squares(noise - cell @ members.T) / ((patients - folds) * (runs - 1))
    return MeanSquares(
        patient=runs * values.mean(axis=-2).var(axis=-1, ddof=1),
        run=patients * _sum_of_squares(run) / (runs - 1),
        fold_run=fold_run,
        residual=rest,
        error=_error(fold_run, rest, sizes) if folds > 1 else rest,
        df_run=runs - 1,
        df_error=df_fold or (patients - 1) * (runs - 1),
    )


def solve(squares, runs, members):
    """The four variances (points²) whose expected mean squares are ``squares``, in order.

    ``members`` is that of `mean_squares`. The coefficient of fold × run is Σn²/n in the runs,
    (n − Σn²/n)/(K − 1) in fold × run and (n − Σn²/n)/(n − 1) in the patients.
    """
    patients, folds = members.shape
    shared, apart = _coefficients(members.sum(axis=0))
    fold_run = (squares.fold_run - squares.residual) / (apart / (folds - 1) if folds > 1 else 1)
    known = np.nan_to_num(fold_run)
    run = (squares.run - squares.residual - shared * known) / patients
    patient = (squares.patient - squares.residual - apart / (patients - 1) * known) / runs
    return patient, run, fold_run, squares.residual


def fold_means(table, fold):
    """Mean DSC in % of each fold: (repetitions, folds), the folds in the order of their names."""
    values = dsc_table(table)
    members = fold_members(fold, values.shape[1])
    return values @ (members / members.sum(axis=0))


def fold_run_effects(table, fold):
    """How far each fold is off in each run, points: (repetitions, folds).

    Patient means and run means are taken out: the heat map of what one training did to its fold.
    """
    noise = _without_patients(dsc_table(table))
    cell = fold_means(noise, fold)
    return cell - noise.mean(axis=1, keepdims=True)


def fold_members(fold, patients):
    """(patients, folds) of 0 and 1: who is in which fold. Raises InputError as `fold_codes`."""
    codes = fold_codes(fold, patients)
    return np.eye(codes.max() + 1)[codes]


def _coefficients(sizes):
    shared = np.sum(sizes**2) / sizes.sum()
    return shared, sizes.sum() - shared


def _error(fold_run, residual, sizes):
    # The mean square expected of runs that do not differ; MS_fold×run itself with equal folds.
    shared, apart = _coefficients(sizes)
    weight = shared * (len(sizes) - 1) / apart
    return np.maximum(residual + weight * (fold_run - residual), fold_run)


def _members(fold, patients):
    alone = np.ones((patients, 1))
    members = alone if fold is None else fold_members(fold, patients)
    return alone if members.shape[1] == patients else members


def _without_patients(values):
    # From the first run, so that identical runs leave exactly 0.
    moved = values - values[..., :1, :]
    return moved - moved.mean(axis=-2, keepdims=True)


def _sum_of_squares(values):
    return np.sum(values**2, axis=(-2, -1))
