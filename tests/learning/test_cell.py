"""One cell: bit-identical under control, in one process and in a fresh one; different elsewhere.

Switches belong to a process, so every training runs in a process made for it.
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from helpers.protocol import PARTING, SMOKE
from tests.learning import fresh

TINY = replace(SMOKE, patients=4, folds=2, size=32, epochs=2, batch=4)


def _in_fresh_process(function, *arguments):
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(function, *arguments).result()


@pytest.fixture(scope="module")
def fixed(request):
    """Records of several cells of the arms that fix everything, from one process."""
    from tests.learning.conftest import disc_patient

    rng = np.random.default_rng(7)
    cohort = [disc_patient(f"P{i}", rng, TINY.size) for i in range(4)]
    jobs = [
        ("control", 0, 0),
        ("control", 1, 0),
        ("seeds", 0, 0),
        ("seeds", 1, 0),
        ("order", 0, 0),
        ("order", 1, 0),
        ("one_bit", 0, 0),
        ("one_bit", 1, 0),
        ("one_bit", 1, 0),
        ("control", 0, 1),
    ]
    return cohort, dict(enumerate(_in_fresh_process(fresh.records, TINY, jobs, cohort)))


def _digest(records, *numbers):
    return [records[n]["weights_sha256"] for n in numbers]


def test_control_is_bit_identical_in_one_process(fixed):
    one, again = _digest(fixed[1], 0, 1)
    assert one == again


def test_control_is_bit_identical_in_a_fresh_process(fixed):
    cohort, records = fixed
    [fresh_record] = _in_fresh_process(fresh.records, TINY, [("control", 2, 0)], cohort)
    assert fresh_record["weights_sha256"] == records[0]["weights_sha256"]
    assert fresh_record["epochs_sha256"] == records[0]["epochs_sha256"]
    assert fresh_record["dsc_percent"] == records[0]["dsc_percent"]


def test_other_seeds_give_another_network_and_repetition_0_is_the_controls(fixed):
    control, zero, one = _digest(fixed[1], 0, 2, 3)
    assert control == zero != one


def test_another_order_of_the_sums_gives_another_network(fixed):
    control, one, other = _digest(fixed[1], 0, 4, 5)
    assert len({control, one, other}) == 3


def test_another_order_of_the_sums_rounds_the_same_gradient(fixed):
    """After one step runs differ by rounding alone, a few float32 epsilons of their weights."""
    long = replace(TINY, epochs=10)
    steps = _in_fresh_process(fresh.same_seed_runs, long, "order", fixed[0])
    first = [s["distance"] for s in steps if s["step"] == 1 and s["run"]]
    assert 0 < max(first) < 1e-6


def test_one_bit_parts_from_control_but_for_repetition_0_and_repeats_itself(fixed):
    control, zero, one, again = _digest(fixed[1], 0, 6, 7, 8)
    assert control == zero != one == again


def test_each_fold_is_a_training_of_its_own(fixed):
    one, other = fixed[1][0], fixed[1][9]
    assert one["weights_sha256"] != other["weights_sha256"]
    assert set(one["dsc_percent"]).isdisjoint(other["dsc_percent"])
    assert len(one["dsc_percent"]) + len(other["dsc_percent"]) == TINY.patients


def test_a_record_tells_digests_by_step_and_epoch_and_dsc_by_patient(fixed):
    record = fixed[1][0]
    assert len(record["epochs_sha256"]) == TINY.epochs
    assert record["epochs_sha256"][-1] == record["weights_sha256"] != record["first_step_sha256"]
    assert all(0 <= dsc <= 100 for dsc in record["dsc_percent"].values())
    assert record["hd95_mm"].keys() == record["dsc_percent"].keys()
    assert all(0 <= hd95 <= np.hypot(64, 64) for hd95 in record["hd95_mm"].values())
    assert record["threads"] == {"inter_op": 1, "intra_op": TINY.fixed_threads}
    assert 100 < record["peak_memory_mb"]["process"] < 20_000


def test_held_out_patients_that_are_looked_at_after_each_epoch_change_no_bit(fixed):
    """The slow way: a training of its own for each length."""
    cohort, records = fixed
    jobs = [("control", 0, 0)]
    [looked] = _in_fresh_process(fresh.records, replace(TINY, judge_every=1), jobs, cohort)
    [short] = _in_fresh_process(fresh.records, replace(TINY, epochs=1), jobs, cohort)
    assert looked["epochs_sha256"] == records[0]["epochs_sha256"]
    lengths = [short, records[0]]
    assert looked["epochs_dsc_percent"] == {
        patient: [one["dsc_percent"][patient] for one in lengths]
        for patient in looked["dsc_percent"]
    }
    assert looked["epochs_loss"] == records[0]["epochs_loss"] != short["epochs_loss"] * 2
    assert set(map(len, records[0]["epochs_dsc_percent"].values())) == {0}


def test_a_loss_that_is_no_number_is_named_and_harms_no_later_cell(fixed):
    cohort, records = fixed
    said, later = _in_fresh_process(fresh.refusal, TINY, ("control", 0, 0), cohort)
    assert said == "The loss was nan in epoch 1."
    assert later == records[0]["weights_sha256"]


def test_scrambled_held_out_patients_leave_the_weights_as_they_are(fixed):
    cohort, records = fixed
    held_out = set(records[0]["dsc_percent"])
    rng = np.random.default_rng(1)
    scrambled = [
        replace(
            p,
            images=rng.normal(size=p.images.shape).astype("float32"),
            masks=rng.permutation(p.masks.ravel()).reshape(p.masks.shape),
            truth=~p.truth,
        )
        if p.patient in held_out
        else p
        for p in cohort
    ]
    [record] = _in_fresh_process(fresh.records, TINY, [("control", 0, 0)], scrambled)
    assert record["weights_sha256"] == records[0]["weights_sha256"]
    assert record["dsc_percent"] != records[0]["dsc_percent"]


def test_control_has_one_digest_where_default_is_known_to_part(discs, capsys):
    """fit, stock batch norm, depth 4, 64 × 64, base 16, batch 32: ten steps, five times."""
    assert (PARTING.loop, PARTING.batch_norm, PARTING.depth) == ("fit", "stock", 4)
    assert (PARTING.size, PARTING.base_filters, PARTING.batch) == (64, 16, 32)
    cohort = discs(24, PARTING.size)
    last = {}
    for arm in ("control", "default"):
        steps = _in_fresh_process(fresh.same_seed_runs, PARTING, arm, cohort)
        last[arm] = {s["run"]: s["sha256"] for s in steps if s["step"] == 10}
        assert len(last[arm]) == 5
    with capsys.disabled():
        print(f"\ndigests of five runs of default: {len(set(last['default'].values()))}")
    assert len(set(last["control"].values())) == 1


def test_patients_held_out_are_judged_every_fifth_step_and_change_no_weight(discs):
    cohort = discs(TINY.patients + 1, TINY.size)
    longer = replace(TINY, epochs=5)
    trained, judged = cohort[:-1], cohort[-1:]
    with_dsc = _in_fresh_process(fresh.same_seed_runs, longer, "order", trained, judged)
    dsc = {(s["run"], s["step"]): s["dsc_percent"] for s in with_dsc if s["step"] % 5 == 0}
    assert all(0 <= value <= 100 for value in dsc.values()) and len(dsc) == 10
    assert {s["dsc_percent"] for s in with_dsc if s["step"] % 5} == {None}
    words = longer, "control", trained
    blind, seeing = (_in_fresh_process(fresh.same_seed_runs, *words, j) for j in ([], judged))
    assert [s["sha256"] for s in blind] == [s["sha256"] for s in seeing]
