"""Scatter after each epoch is what a study of that length has."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.statistics import recombined_runs, training_length


def _table(scales, repetitions=6, folds=3, patients=4, seed=0):
    """DSC by epoch of arms whose trainings scatter by ``scales``: dict of arm → SD by epoch."""
    rng = np.random.default_rng(seed)
    rows = []
    for arm, sds in scales.items():
        for repetition in range(repetitions):
            for fold in range(folds):
                for epoch, sd in enumerate(sds, 1):
                    shift = rng.normal(0, sd) if sd else 0
                    for patient in range(patients):
                        rows.append(
                            (arm, repetition, fold, epoch, 1 / epoch, f"P{fold}{patient}")
                            + (80 + fold + patient / 2 + shift,)
                        )
    return pd.DataFrame(rows, columns=training_length.NEEDED)


def test_each_epoch_has_the_sd_that_its_own_table_would_have():
    table = _table({"order": [2.0, 0.5], "seeds": [3.0, 1.0]})
    found = training_length.by_length(table, 1).set_index(["arm", "epoch"])
    for (arm, epoch), rows in table.groupby(["arm", "epoch"]):
        folds = [
            one.pivot(index="repetition", columns="patient", values="dsc_percent")
            for _, one in rows.groupby("fold")
        ]
        alone = recombined_runs.recombine(folds, 2)
        assert found.loc[(arm, epoch), "sd"] == pytest.approx(alone.run_sd, rel=0.02)
        assert found.loc[(arm, epoch), "loss"] == pytest.approx(1 / epoch)
    ratio = found.loc[("order", 1), "sd"] / found.loc[("seeds", 1), "sd"]
    assert found.loc[("order", 1), "ratio"] == pytest.approx(ratio)
    assert found.loc["seeds"]["ratio"].isna().all()


def test_identical_trainings_have_an_sd_of_0_and_no_ratio():
    found = training_length.by_length(_table({"default": [0, 0], "seeds": [1.0, 1.0]}), 1)
    own = found[found["arm"] == "default"]
    assert list(own["sd"]) == [0, 0] and own["ratio"].isna().all()


def test_a_fold_with_one_training_gives_no_number_and_no_error():
    table = _table({"order": [1.0], "seeds": [1.0]})
    one = table[(table["arm"] != "order") | (table["repetition"] == 0) | (table["fold"] > 0)]
    found = training_length.by_length(one, 1).set_index("arm")
    assert np.isnan(found.loc["order", "sd"]) and found.loc["order", "trainings"] == 0
    assert found.loc["seeds", "sd"] > 0


def test_unequal_repetitions_of_the_folds_all_count():
    table = _table({"seeds": [1.0]})
    fewer = table[(table["fold"] > 0) | (table["repetition"] < 4)]
    [row] = training_length.by_length(fewer, 1).to_dict("records")
    assert row["trainings"] == 4 + 6 + 6


def test_the_plateau_is_how_far_the_median_moves_in_the_last_third():
    table = _table({"seeds": [0, 0, 0]})
    table["dsc_percent"] += table["epoch"].map({1: 0, 2: 5, 3: 6})
    assert training_length.plateau(table, "seeds") == 0
    longer = pd.concat([table, table.assign(epoch=table["epoch"] + 3)])
    assert training_length.plateau(longer, "seeds") == pytest.approx(1)


def test_a_table_that_has_no_epochs_is_refused():
    with pytest.raises(InputError, match="no column epoch"):
        training_length.by_length(_table({"seeds": [1.0]}).drop(columns="epoch"), 1)
