"""A line: short, plain, whole or refused, made of the records alone."""

import dataclasses
import getpass
import re
import socket

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import InputError
from helpers.interlaboratory import digits, line, machine, of_study
from helpers.statistics.runs import by_arm
from helpers.study.ledger import Ledger
from tests.interlaboratory.example_lines import PRINTS, write_study


def test_a_line_of_demos_four_arms_is_short_ascii_and_reads_back(demo):
    text = of_study.line(demo)
    assert len(text) <= 500 and text.isascii() and text == " ".join(text.split())
    assert not set(text) & set(",;\"'<>&|*~`\\/()[]{}#")
    found, made = line.parsed(text), of_study.of_folder(demo)
    assert found.experiment == made.experiment and found.machine == made.machine
    for one, other in zip(found.arms, made.arms, strict=True):
        assert (one.arm, one.runs, one.distinct) == (other.arm, 3, other.distinct)
        assert one.medians == pytest.approx(other.medians, abs=5.1e-5)
        assert one.sds == pytest.approx(other.sds, abs=5.1e-3)


def test_medians_and_sds_are_those_of_the_reports_table(demo):
    arms = by_arm(Ledger(demo).table())
    for found in of_study.of_folder(demo).arms:
        runs = arms[found.arm]
        assert found.medians == pytest.approx(list(runs.medians))
        assert found.sds == pytest.approx(list(runs.dsc.std(axis=1, ddof=1)))
        assert found.distinct == len(set(runs.digests))


def test_a_subjects_images_count_as_one_patient(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.open(PRINTS | {"protocol": PRINTS["protocol"] | {"folds": 1}})
    record = {"arm": "control", "repetition": 0, "fold": 0, "weights_sha256": "w"}
    dsc = {"a1": 80.0, "a2": 90.0, "b": 70.0, "c": 95.0}
    subject = {"a1": "a", "a2": "a", "b": "b", "c": "c"}
    ledger.write(record | {"dsc_percent": dsc, "subject": subject})
    [found] = of_study.of_folder(tmp_path).arms
    assert found.medians == (85.0,)
    assert found.sds == pytest.approx((np.std([85, 70, 95], ddof=1),))


def test_the_same_study_gives_the_same_line_and_a_twin_machine_another(tmp_path):
    one = write_study(tmp_path / "one", machine=1, arms=("control",))
    two = write_study(tmp_path / "two", machine=2, arms=("control",))
    first, second = (line.parsed(of_study.line(folder)) for folder in (one, two))
    assert of_study.line(one) == of_study.line(one)
    assert first.arms == second.arms and first.machine == second.machine
    assert first.study != second.study


def test_a_study_that_went_on_keeps_its_name(tmp_path):
    before = of_study.of_folder(write_study(tmp_path, arms=("control",), runs=2))
    after = of_study.of_folder(write_study(tmp_path, arms=("control", "seeds"), runs=3))
    assert before.study == after.study and after.arm("control").runs == 3


def test_other_bits_are_another_digest_though_no_median_moves(tmp_path):
    one = of_study.of_folder(write_study(tmp_path / "one", arms=("control",)))
    two = of_study.of_folder(write_study(tmp_path / "two", arms=("control",), runs=2))
    assert one.arm("control").digest == two.arm("control").digest
    ledger = Ledger(write_study(tmp_path / "three", arms=("control",), runs=1))
    record = ledger.read("control", 0, 0)
    (tmp_path / "three" / "control" / "000" / "00.json").unlink()
    ledger.write(record | {"weights_sha256": "another"})
    three = of_study.of_folder(tmp_path / "three")
    assert three.arm("control").digest != one.arm("control").digest
    assert three.arm("control").medians == one.arm("control").medians[:1]


def test_an_unfinished_repetition_is_no_run_and_none_is_refused(tmp_path):
    write_study(tmp_path, arms=("control",), runs=2)
    (tmp_path / "control" / "001" / "03.json").unlink()
    assert of_study.of_folder(tmp_path).arm("control").runs == 1
    (tmp_path / "control" / "000" / "00.json").unlink()
    with pytest.raises(InputError, match="no whole repetition"):
        of_study.line(tmp_path)
    with pytest.raises(InputError, match="holds no study"):
        of_study.line(tmp_path / "nowhere")


def test_no_user_no_host_no_path_no_time_of_day(tmp_path):
    secrets = {
        "XLA_FLAGS": "--xla_dump_to=/home/rosa/dump",
        "JAX_COMPILATION_CACHE_DIR": "/home/rosa/.cache",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "TF_XLA_ROSA": "rosa",
        "ONEDNN_VERBOSE": "rosa",
    }
    prints = PRINTS | {"environment": secrets, "onednn": "0"}
    text = of_study.line(write_study(tmp_path / "rosa", arms=("control",), prints=prints))
    for told in ("rosa", "home", "dump", str(tmp_path), socket.gethostname(), "XLA"):
        assert told.lower() not in text.lower(), told
    assert getpass.getuser() not in text.split()
    assert "set=ONEDNN_MAX_CPU_ISA:AVX2" in text and "set=TF_ENABLE_ONEDNN_OPTS:0" in text
    assert "set=other:" in text


def test_other_settings_are_another_digest():
    one, two = ({"environment": {"JAX_X": value}} for value in ("1", "2"))
    assert machine.told(one)["set"] != machine.told(two)["set"]


def test_the_harmless_flag_of_xla_is_told():
    prints = {"environment": {"XLA_FLAGS": "--xla_cpu_max_isa=AVX2"}}
    assert machine.told(prints)["set"] == "XLA_FLAGS:xla_cpu_max_isa:AVX2"


@pytest.mark.parametrize(
    ("vectors", "told"),
    [
        ("fma avx avx2", "avx2"),
        ("avx avx2 avx512f avx512_vnni", "avx512vnni"),
        ("avx avx2 avx512f avx512_bf16 amx_tile", "amx"),
        ("", "none"),
        (None, "unknown"),
    ],
)
def test_the_widest_instructions_are_told(vectors, told):
    assert machine.told({"cpu": {"vectors": vectors}})["isa"] == told


def test_a_gpu_is_told_with_driver_number_and_cudnn():
    gpu = {"devices": ["Tesla T4, 550.54.15"] * 2, "libraries": {"nvidia-cudnn-cu12": "9.1.0.70"}}
    assert machine.told({"gpu": gpu})["gpu"] == "Tesla+T4+550.54.15+x2+cudnn9.1.0"


def test_any_name_of_a_cpu_becomes_a_short_word():
    hostile = "<script>alert(1)</script> =cmd|' /C calc'! \u202e\n" * 9
    found = machine.told({"cpu": {"model": hostile}})["cpu"]
    assert len(found) <= machine.LONGEST and found.isascii() and " " not in found
    assert not set(found) & set("<>=|'!()/")


LONG = PRINTS | {
    "cpu": {"model": "AMD Ryzen Threadripper PRO 7995WX 96-Cores with a long name"},
    "gpu": {"devices": ["NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition, 580.1"]},
    "environment": {
        "ATEN_CPU_CAPABILITY": "avx512_with_more",
        "ONEDNN_MAX_CPU_ISA": "AVX512_CORE",
        "TF_NUM_INTEROP_THREADS": "1024",
        "TF_NUM_INTRAOP_THREADS": "1024",
    },
    "onednn": "0",
    "protocol": PRINTS["protocol"] | {"name": "a-protocol-of-my-own-with-a-long-name"},
}


def test_the_longest_machine_still_has_all_of_demos_runs(tmp_path):
    found = line.parsed(of_study.line(write_study(tmp_path, prints=LONG)))
    assert {len(arm.medians) for arm in found.arms} == {3}
    assert {arm.arm for arm in found.arms} == {"control", "default", "order", "seeds"}


def test_of_many_runs_and_arms_the_first_are_handed_in_and_the_number_stays(tmp_path):
    every = ("control", "default", "order", "one_bit", "seeds", "both")
    folder = write_study(tmp_path, arms=every, runs=12, prints=LONG, patients=10)
    found = line.parsed(of_study.line(folder))
    assert {arm.runs for arm in found.arms} == {12} and found.arms[0].arm == "control"
    assert {len(arm.medians) for arm in found.arms} <= set(range(1, 12))


def test_a_line_without_an_arm_is_refused(demo):
    with pytest.raises(InputError, match="no whole run"):
        line.text(dataclasses.replace(of_study.of_folder(demo), arms=()))


def test_every_changed_character_is_found(demo):
    text = of_study.line(demo)
    for place in range(len(text)):
        other = "x" if text[place] != "x" else "y"
        with pytest.raises(InputError, match="ask for it again"):
            line.parsed(text[:place] + other + text[place + 1 :])


def test_a_forged_line_that_says_what_no_line_says_is_refused(demo):
    words = of_study.line(demo).rpartition(" sum=")[0]
    changes = [
        ("cores=2", "cores=<script>"),
        ("a=default", "a=control"),
        ("a=control.3.1.", "a=control.1.3."),
        ("code=", "code=x"),
        ("train-again-line-1", "train-again-line-2"),
    ]
    for old, new in changes:
        changed = words.replace(old, new, 1)
        assert changed != words
        with pytest.raises(InputError, match="ask for it again"):
            line.parsed(f"{changed} sum={digits.digest(changed, 7)}")


def test_another_number_is_another_experiment_but_another_name_or_count_is_not(tmp_path):
    def _experiment(place, **changed):
        prints = PRINTS | {"protocol": PRINTS["protocol"] | changed}
        folder = write_study(tmp_path / place, arms=("control",), runs=1, prints=prints)
        return of_study.of_folder(folder).experiment

    same = _experiment("a")
    assert _experiment("b", name="other", repetitions=9) == same
    assert _experiment("c", seed=43) != same


@pytest.mark.parametrize("wrong", [None, 7, "x", ["x"], {"devices": 3, "libraries": "y"}])
def test_a_strangers_fingerprint_makes_a_line_all_the_same(wrong, tmp_path):
    names = ("packages", "cpu", "gpu", "environment", "cores", "onednn", "python", "backend")
    for name in names:
        told = machine.told({"protocol": {}} | {name: wrong})
        assert all(re.fullmatch("[A-Za-z0-9.:_+ -]+", value) for value in told.values()), name


@given(st.integers(0, 36**4 - 1))
def test_digits_read_back(number):
    assert digits.read(digits.written(number, 4)) == number


def test_a_number_with_too_many_digits_is_refused():
    for number in (36**2, -1):
        with pytest.raises(InputError, match="give one from 0"):
            digits.written(number, 2)
