"""Which runs of a study count, and whose masks they are."""

from dataclasses import asdict
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.lesions import kept_study
from helpers.protocol import LESIONS, PAPER


def record(arm, repetition, fold, **more):
    return {"arm": arm, "repetition": repetition, "fold": fold} | more


def test_runs_count_that_have_the_folds_of_the_fullest():
    records = [record("order", 0, fold) for fold in (0, 1, 2)]
    records += [record("order", 1, fold) for fold in (0, 1)]
    records += [record("seeds", 0, fold) for fold in (0, 1, 2)]
    found = kept_study.whole_runs(records)
    assert {(r["arm"], r["repetition"]) for r in found} == {("order", 0), ("seeds", 0)}
    assert len(found) == 6 and kept_study.whole_runs([]) == []


def test_a_protocol_comes_back_from_a_fingerprint():
    for protocol in (LESIONS, PAPER):
        told = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(protocol).items()}
        assert kept_study.protocol_of({"protocol": told}) == protocol


def test_a_protocol_of_another_version_is_refused():
    with pytest.raises(InputError, match="another version"):
        kept_study.protocol_of({"protocol": {"name": "x", "wings": 3}})


def test_masks_of_other_patients_are_refused():
    rows = [("by hand", 0, "A", 100.0), ("order", 0, "A", 91.2)]
    masks = pd.DataFrame(rows, columns=["arm", "repetition", "patient", "dsc_percent"])
    found = SimpleNamespace(masks=masks)
    kept_study._check_same(found, [record("order", 0, 0, dsc_percent={"A": 91.20004})], "here")
    with pytest.raises(InputError, match="other patients"):
        kept_study._check_same(found, [record("order", 0, 0, dsc_percent={"A": 91.3})], "here")
    with pytest.raises(InputError, match="other patients"):
        kept_study._check_same(found, [record("order", 0, 0, dsc_percent={"B": 91.2})], "here")
