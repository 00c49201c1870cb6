"""A survey of one machine: nothing is lost when it stops, and it says what it found."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from helpers.commands import gpu
from helpers.errors import InputError
from helpers.learning import footprint
from helpers.nondeterminism import cudnn, fresh_process, probing
from helpers.nondeterminism.survey import arms, findings, framework, paper_step, parts, survey
from helpers.nondeterminism.survey.clock import Clock
from helpers.nondeterminism.survey.rows import Rows
from helpers.protocol import SMOKE
from helpers.study.ledger import Ledger

SMALL = replace(SMOKE, size=8, depth=1, base_filters=2, batch=2)
PROBE = dict.fromkeys(probing.COLUMNS) | {
    "framework": "tensorflow",
    "device": "CPU",
    "switches": "default",
    "shape": "s",
    "distinct": 1,
    "runs": 20,
    "cudnn": "",
}


@pytest.fixture
def machine(monkeypatch):
    """A CPU whose cohort is there, and whose fingerprint names itself."""
    prints = {
        "backend": "tensorflow",
        "packages": {"tensorflow": "2.21"},
        "cpu": {"model": "Some CPU"},
        "cores": 2,
        "gpu": None,
    }
    monkeypatch.setattr(survey.probing, "prints", lambda protocol: prints)
    monkeypatch.setattr(survey.cudnn, "device", lambda: "CPU")
    monkeypatch.setattr(survey, "prepare", lambda protocol: None)
    return prints


def _part(pieces, until=1.0):
    return [parts.Part("probes", "cuDNN's list", pieces, until)]


def _run(folder, some, train=lambda *_: None, minutes=1):
    said = []
    survey.run(folder, SMALL, minutes, said.append, some, train)
    return said


def test_a_survey_that_stops_goes_on_where_it_was(tmp_path, machine):
    asked = []

    def _pieces(protocol, known, device):
        for name in ["a", "b", "c"][len(known) :]:
            asked.append(name)
            if asked == ["a", "b"]:
                raise KeyboardInterrupt
            yield [PROBE | {"probe": name}]

    with pytest.raises(KeyboardInterrupt):
        _run(tmp_path / "out", _part(_pieces))
    assert [r["probe"] for r in Rows(tmp_path / "out/work/probes.json").known] == ["a"]
    assert (tmp_path / "out/probes.csv").read_text().count("\n") == 2
    _run(tmp_path / "out", _part(_pieces))
    assert asked == ["a", "b", "b", "c"]
    _run(tmp_path / "out", _part(_pieces))
    assert asked == ["a", "b", "b", "c"]
    assert (tmp_path / "out/probes.csv").read_text().count("\n") == 4


def test_when_its_time_is_over_a_part_does_one_piece_and_says_that_it_is_not_whole(
    tmp_path, machine
):
    def _pieces(protocol, known, device):
        for name in "abc":
            yield []
            yield [PROBE | {"probe": name}]

    said = _run(tmp_path / "out", _part(_pieces, until=0))
    rows = Rows(tmp_path / "out/work/probes.json")
    assert len(rows.known) == 1 and not rows.whole
    assert "The part probes is not whole yet: the same command goes on with it." in said
    assert "No GPU was found, so what follows is of a CPU, and says nothing of cuDNN." in said


def test_a_part_that_has_nothing_left_is_whole_however_late_it_is(tmp_path, machine):
    _run(tmp_path / "out", _part(lambda *_: iter([[PROBE | {"probe": "a"}]]), until=0))
    assert Rows(tmp_path / "out/work/probes.json").whole


def test_another_machines_folder_and_somebody_elses_are_refused_and_stay(tmp_path, machine):
    _run(tmp_path / "out", [])
    machine["cores"] = 16
    with pytest.raises(InputError, match="another machine or experiment: cores: 2 there, 16 here"):
        _run(tmp_path / "out", [])
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="something else"):
        _run(tmp_path / "else", [])
    assert [p.name for p in (tmp_path / "else").iterdir()] == ["thesis.txt"]
    (tmp_path / "out" / "machine.json").write_text("{")
    with pytest.raises(InputError, match="cannot be read"):
        _run(tmp_path / "out", [])


def test_rows_that_are_torn_are_refused_and_stay(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text('{"rows": [')
    with pytest.raises(InputError, match="cannot be read"):
        Rows(path)
    assert path.read_text() == '{"rows": ['


def _study(folder, arms_and_runs, seconds=10.0, medians=(90.0, 90.5, 91.0)):
    ledger = Ledger(folder)
    ledger.open({"protocol": {"name": "small", "folds": 2}, "packages": {}, "backend": "torch"})
    for arm, runs in arms_and_runs.items():
        for run in range(runs):
            for fold in range(2):
                ledger.write(
                    {
                        "arm": arm,
                        "repetition": run,
                        "fold": fold,
                        "dsc_percent": {f"P{fold}": medians[run]},
                        "weights_sha256": f"{arm}{run}",
                        "steps_sha256": [],
                        "epochs_sha256": [f"{arm}{run}"],
                        "seconds": seconds / 2,
                    }
                )
    return ledger


def test_arms_go_on_until_no_repetition_of_all_fits(tmp_path, monkeypatch):
    """Ten seconds a repetition of an arm, no time for anything else."""
    now, asked = [0.0], []

    def _trained(protocol, names, folder, repetitions):
        before = arms.whole(SMALL, Ledger(folder).records())
        asked.append((tuple(names), repetitions))
        now[0] += 10 * sum(repetitions - before[name] for name in names)
        _study(folder, dict.fromkeys(names, repetitions))

    monkeypatch.setattr(arms.runner, "run", _trained)
    arms.train(SMALL, tmp_path / "a", Clock(145 / 60, lambda: now[0]))
    assert asked == [(("control", "default"), 1), (arms.ORDER[2:], 1), (arms.ORDER, 2)]
    asked.clear()
    arms.train(SMALL, tmp_path / "b", Clock(1 / 60, lambda: now[0]))
    assert asked == [(("control", "default"), 1)]


def test_a_survey_that_is_far_too_late_asks_for_no_arm(tmp_path, monkeypatch):
    """All arms are level, ten seconds each, and its time was over two hours ago."""
    asked = []
    monkeypatch.setattr(arms.runner, "run", lambda *given: asked.append(given))
    _study(tmp_path / "a", dict.fromkeys(arms.ORDER, 2))
    arms.train(SMALL, tmp_path / "a", Clock(0, iter(range(0, 10**6, 7200)).__next__))
    assert asked == []


def test_a_machine_that_papers_step_kills_has_a_row_and_goes_on(monkeypatch):
    def _dies(function):
        raise fresh_process.Died("A process of its own was ended from outside.")

    monkeypatch.setattr(parts.fresh_process, "call", _dies)
    [[row]] = parts.paper_step(SMALL, [], "CPU")
    assert row["fits"] is False and "ended from outside" in row["said"]


@pytest.mark.parametrize(
    ("said", "memory"),
    [("CUDA out of memory", True), ("OOM when allocating", True), ("no room to zoom", False)],
)
def test_a_lack_of_memory_is_known_by_its_words(said, memory):
    assert paper_step._is_memory(RuntimeError(said)) == memory


def test_the_findings_end_with_a_line_and_name_each_arms_spread(tmp_path, machine):
    def _train(protocol, folder, clock):
        _study(folder, {"control": 1, "default": 3})

    said = _run(tmp_path / "out", [], _train)
    assert said[-1].startswith("train-again-line-1 ")
    assert any(
        s.startswith("default: 3 different of 3") and "90.00 to 91.00 %, SD 0.500" in s
        for s in said
    )
    assert any(s.startswith("control: one repetition, beside no other") for s in said)
    assert any("1 epochs of mini-batches of 2, 2 folds of 4" in s for s in said)
    ships = {p.name for p in (tmp_path / "out").iterdir()} - {"work"}
    assert ships == {"machine.json", "findings.txt", "study.csv.gz", "study.json"}
    assert (tmp_path / "out/findings.txt").read_text().splitlines()[-1] == said[-1]


def test_the_findings_are_those_of_their_rows(machine):
    steps = [
        {"arm": "default", "run": run, "step": step, "sha256": f"{run if step > 2 else 0}{step}"}
        for run in range(3)
        for step in (1, 2, 3)
    ]
    turns = [
        {"setting": name, "round": n, "sha256": digests, "ms_best": ms, "ms_median": ms}
        for n in (0, 1)
        for name, digests, ms in (
            ("nothing", [f"a{n}"], 10.0),
            ("inter-op 1", ["b"], 12.0 + 2 * n),
        )
    ]
    step = {
        "cap_mib": 11264,
        "on_paper_mib": 3842.0,
        "fits": True,
        "gpu_peak_mb": 2000.0,
        "ms_a_slice": 3.14,
        "tflops": 23.0,
        "share": 0.4,
    }
    known = {
        "paper_step": [step],
        "probes": [PROBE | {"probe": "U-Net, step"}],
        "same_seeds": steps,
        "switches": turns,
    }
    rows = {name: SimpleNamespace(known=some, whole=True) for name, some in known.items()}
    about = {"fingerprint": machine, "device": "CPU"}
    said = findings.sentences(about, SMALL, rows, {}, None)
    assert "a GPU's peak of 1,907 MiB" in said[1] and "40% of this machine's product" in said[1]
    step |= {"gpu_peak_mb": None, "process_peak_mb": 2097.152}
    on_a_cpu = findings.sentences(about, SMALL, rows, {}, None)
    assert "a process of 2,000 MiB, uncapped since on a CPU" in on_a_cpu[1]
    assert "There is no cuDNN here" in said[2]
    assert said[3].endswith(
        "default: 0 of 2 stay with the first for 3 steps; others part in step 3, 3."
    )
    assert said[4].startswith("nothing: 2 different of 2")
    assert said[5].endswith("13.0 ms a step, 1.30 (1.20 to 1.40) of nothing's.")


def test_papers_step_is_measured_and_a_memory_that_does_not_suffice_is_told(monkeypatch):
    monkeypatch.setattr(paper_step.switches, "apply", lambda chosen: None)
    monkeypatch.setattr(paper_step, "_SIDES", {"GPU": 64, "CPU": 64})
    found = paper_step.measure(SMALL, seconds=0)
    assert found["fits"] and found["cap_mib"] == 11264
    assert found["share"] == pytest.approx(found["tflops"] / found["product_tflops"])
    slices_a_second = 1000 / found["ms_a_slice"]
    assert found["tflops"] * 1e12 == pytest.approx(footprint.operations(SMALL) * slices_a_second)

    def _full(*_):
        raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")

    monkeypatch.setattr(paper_step, "_step_seconds", _full)
    told = paper_step.measure(SMALL)
    assert not told["fits"] and "Tried to allocate" in told["said"]
    [sentence] = findings._paper_step(findings.pd.DataFrame([told]))
    assert "did not fit in 11,264 MiB" in sentence


def test_another_error_of_papers_step_is_not_taken_for_memory(monkeypatch):
    monkeypatch.setattr(paper_step.switches, "apply", lambda chosen: None)
    monkeypatch.setattr(paper_step, "_step_seconds", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        paper_step.measure(SMALL)


def test_settings_that_a_device_or_framework_lacks_are_not_tried(monkeypatch):
    tried = []
    monkeypatch.setattr(parts.switch_costs, "slices", lambda *_: (None, None))
    monkeypatch.setattr(
        parts.switch_costs, "turns", lambda protocol, names, *_: tried.append(names) or []
    )
    for name, device in (("tensorflow", "GPU"), ("torch", "GPU"), ("jax", "CPU")):
        monkeypatch.setattr(parts.frameworks, "name", lambda name=name: name)
        list(parts.switches(SMALL, [], device))
    assert tried[0] == ["nothing", "seed", "op determinism", "inter-op 1", "XLA", "TF32"]
    assert tried[1] == ["nothing", "seed", "op determinism", "inter-op 1", "TF32"]
    assert tried[2] == ["nothing", "seed", "op determinism"]


def test_probes_may_stop_between_sets_of_switches_and_nowhere_else(monkeypatch):
    made = {"default": "ab", "control": "ab", "op determinism": "a", "inter-op 1": "a"}
    monkeypatch.setattr(parts.cudnn, "ended", lambda found: {"a"})
    monkeypatch.setattr(parts.cudnn, "under", lambda name, *_: iter(made[name]))
    found = ["".join(piece) for piece in parts.probes(SMALL, [], "GPU")]
    assert found == ["a", "b", "", "a", "b", "", "a", "", "a"]
    monkeypatch.setattr(parts.cudnn, "ended", lambda found: set())
    made |= {"op determinism": "", "inter-op 1": ""}
    assert ["".join(piece) for piece in parts.probes(SMALL, [], "GPU")] == ["a", "b", "", "a", "b"]


def test_the_first_framework_that_is_installed_is_asked_unless_one_is_named(monkeypatch):
    there = {"torch", "jax"}
    monkeypatch.setattr(framework.importlib.util, "find_spec", lambda name: name in there or None)
    monkeypatch.setattr(framework.frameworks, "name", lambda: framework.os.environ["KERAS_BACKEND"])
    monkeypatch.setattr(framework, "_named", lambda: None)
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert framework.choose() == "jax"
    monkeypatch.delenv("KERAS_BACKEND")
    assert framework.choose() == "torch"
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    there.clear()
    with pytest.raises(InputError, match="No framework is installed"):
        framework.choose()


def test_the_command_hands_its_options_on(monkeypatch, tmp_path):
    monkeypatch.delenv("TRAIN_AGAIN_PROTOCOL", raising=False)
    given = []
    monkeypatch.setattr(survey, "run", lambda *words: given.append(words))
    monkeypatch.setattr(framework, "choose", lambda: "tensorflow")
    gpu.do(SimpleNamespace(out=tmp_path, minutes=2.0, protocol="smoke"), print)
    assert given == [(tmp_path, SMOKE, 2.0, print)]


def test_rows_and_fingerprint_are_plain_json(tmp_path, machine):
    _run(tmp_path / "out", _part(lambda *_: iter([[PROBE | {"probe": "a"}]])))
    json.loads((tmp_path / "out/machine.json").read_text())
    json.loads((tmp_path / "out/work/probes.json").read_text())
    assert cudnn.RUNS == 20
