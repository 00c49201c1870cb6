"""Every command: help with an example, one sentence and exit code 2 after bad input."""

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import pytest

from helpers import columns, commands
from helpers.__main__ import main
from helpers.study.ledger import Ledger

LIMITS = ("0", "-1", "nan", "inf", "soon")


def _study(folder, arms=("control", "seeds"), repetitions=3):
    ledger = Ledger(folder)
    ledger.open({"protocol": {"name": "demo", "repetitions": repetitions, "folds": 2}})
    for arm in arms:
        for repetition in range(repetitions):
            for fold in range(2):
                run = repetition if arm == "seeds" else 0
                scatter = np.random.default_rng([fold, run])
                dsc = {f"P{fold}{i}": float(90 + scatter.normal()) for i in range(5)}
                ledger.write(
                    {
                        "arm": arm,
                        "repetition": repetition,
                        "fold": fold,
                        "dsc_percent": dsc,
                        "weights_sha256": f"{fold}-{run}",
                    }
                )
    return folder


@pytest.mark.parametrize("command", commands.every())
def test_help_has_an_example(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert f"example: python -m helpers {command}" in capsys.readouterr().out


def test_the_readme_shows_every_command():
    shown = (Path(__file__).parent.parent / "README.md").read_text()
    for command in commands.every():
        ways = f"python -m helpers {command} ", f"make {command} ", f"# {command}: "
        assert any(way in shown for way in ways), command


def test_reading_commands_never_import_the_framework(tmp_path):
    study = _study(tmp_path / "study")
    code = f"""
import sys
from helpers.__main__ import main
try:
    main(["--help"])
except SystemExit:
    pass
assert main(["status", {str(study)!r}]) == 0
assert main(["export", {str(study)!r}, "--out", {str(tmp_path / "a.csv")!r}]) == 0
assert main(["export", {str(study)!r}, "--out", {str(tmp_path / "crate")!r}]) == 0
assert main(["import", {str(tmp_path / "crate")!r}, "--out", {str(tmp_path / "again")!r}]) == 0
assert main(["report", {str(study)!r}, "--out", {str(tmp_path / "report")!r}]) == 0
assert not {{"tensorflow", "keras", "torch", "jax"}} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["extract", "{here}/nothing", "--out", "{out}"],
        ["extract", "{here}", "--out", "{out}"],
        ["extract-cohort", "{here}", "--out", "{out}"],
        ["run", "--protocol", "nonsense", "--out", "{out}"],
        ["run", "--protocol", "smoke", "--arm", "nonsense", "--out", "{out}"],
        ["run", "--protocol", "smoke", "--folds", "99", "--out", "{out}"],
        ["run", "--protocol", "smoke", "--data", "{here}", "--out", "{out}"],
        ["download", "--patients", "9999", "--out", "{out}"],
        ["status", "{here}"],
        ["export", "{here}", "--out", "{out}"],
        ["export", "{here}", "--out", "{out}/a.csv"],
        ["export", "{here}", "--out", "{out}/a.parquet"],
        ["export", "{here}", "--out", "{out}", "--licence", "my own"],
        ["import", "{here}", "--out", "{out}"],
        ["report", "{here}", "--out", "{out}"],
        ["report", "{here}/nothing.csv", "--out", "{out}"],
        ["report", "{here}/bad.csv", "--out", "{out}"],
        ["report", "{here}/picture.png", "--out", "{out}"],
        ["workshop", "--notebooks", "{here}", "--out", "{out}"],
    ],
)
def test_bad_input_gets_one_sentence_exit_code_2_and_nothing_written(
    tmp_path, arguments, capsys, monkeypatch
):
    monkeypatch.delenv("TRAIN_AGAIN_PROTOCOL", raising=False)
    here, out = tmp_path / "here", tmp_path / "out"
    here.mkdir()
    (here / "bad.csv").write_text("arm,repetition,fold,patient,dsc_percent\na,0,0,p,none\n")
    (here / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe\x00")
    assert main([a.format(here=here, out=out) for a in arguments]) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("error: ") and "\n" not in said and "Traceback" not in said
    assert not out.exists()


WAITING = """
import sys, time
from helpers import commands
from helpers.__main__ import main
def do(given, say):
    print("ready", flush=True)
    time.sleep(60)
commands.every()[sys.argv[1]].do = do
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("number", "arguments", "then"),
    [
        (signal.SIGTERM, ["status", "x"], "begins anew"),
        (signal.SIGHUP, ["gpu", "--out", "x"], "goes on where this one was"),
        (signal.SIGINT, ["run", "--out", "x"], "goes on where this one was"),
    ],
)
def test_a_signal_stops_a_command_with_a_sentence_and_its_number(number, arguments, then):
    words = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    default = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
    hear = partial(signal.signal, number, default)  # nohup hands an ignored SIGHUP on
    called = [sys.executable, "-c", WAITING, *arguments]
    command = subprocess.Popen(called, preexec_fn=hear, **words)
    assert command.stdout.readline() == "ready\n"
    command.send_signal(number)
    _, said = command.communicate(timeout=20)
    assert command.returncode == 128 + number
    assert said == f"Stopped; the same command {then}.\n"


def test_a_plotting_backend_that_does_not_exist_hinders_no_command(tmp_path):
    study = _study(tmp_path / "study", repetitions=2)
    command = [sys.executable, "-m", "helpers", "report", study, "--out", tmp_path / "report"]
    for backend in ("nonsense", "module://matplotlib_inline.gone"):
        done = subprocess.run(
            command, env=os.environ | {"MPLBACKEND": backend}, capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_a_name_that_the_terminal_cannot_show_is_escaped(tmp_path):
    folder = os.fsencode(tmp_path) + b"/caf\xe9-\xc3\xa9"
    ascii_only = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for command in (["status", folder], ["extract", folder, "--out", folder + b".nii"]):
        done = subprocess.run(
            [sys.executable, "-m", "helpers", *command], env=ascii_only, capture_output=True
        )
        assert done.returncode == 2
        assert done.stderr.startswith(b"error: ") and done.stderr.count(b"\n") == 1
        assert b"Traceback" not in done.stderr and b"caf" in done.stderr


def test_export_writes_one_row_a_patient_and_cell(tmp_path):
    study = _study(tmp_path / "study")
    assert main(["export", str(study), "--out", str(tmp_path / "all.csv")]) == 0
    table = pd.read_csv(tmp_path / "all.csv")
    assert tuple(table.columns) == columns.NAMES
    assert len(table) == 2 * 3 * 2 * 5


def test_an_exported_study_comes_back_by_its_crate(tmp_path, capsys):
    study = _study(tmp_path / "study")
    assert main(["export", str(study), "--out", str(tmp_path / "crate")]) == 0
    path = tmp_path / "crate" / "records.jsonl"
    path.write_text(path.read_text().replace('"fold": 1', '"fold": 0', 1))
    assert main(["import", str(tmp_path / "crate"), "--out", str(tmp_path / "again")]) == 0
    said = capsys.readouterr().out
    assert "11 records restored, 0 were there" in said and "1 records were changed" in said
    assert len(Ledger(tmp_path / "again").records()) == 11


def test_a_crate_has_the_author_that_was_given(tmp_path):
    study = _study(tmp_path / "study", repetitions=1)
    words = ["--author", "Ada Lovelace", "--licence", "CC0-1.0"]
    assert main(["export", str(study), "--out", str(tmp_path / "crate"), *words]) == 0
    said = (tmp_path / "crate" / "ro-crate-metadata.json").read_text()
    assert "Ada Lovelace" in said and "https://spdx.org/licenses/CC0-1.0" in said


@pytest.mark.parametrize(("words", "limit"), [([], None), (["--limit", "90.5"], 90.5)])
def test_the_limit_of_a_cell_reaches_the_runner(tmp_path, monkeypatch, words, limit):
    seen = []

    def run(*_, **options):
        seen.append(options["limit"])
        return Ledger(tmp_path)

    monkeypatch.setattr("helpers.study.runner.run", run)
    assert main(["run", "--protocol", "smoke", "--out", str(tmp_path), *words]) == 0
    assert seen == [limit]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        *((["run", "--limit", w], "a number of seconds above 0") for w in LIMITS),
        (["run", "--phases", "x"], "numbers and commas, such as 0,1"),
        (["run", "--phases", "0,"], "numbers and commas, such as 0,1"),
        (["run", "--workers", "0"], "a whole number, 1 or more"),
        (["run", "--workers", "two"], "a whole number, 1 or more"),
        (["run", "--repetitions", "-1"], "a whole number, 1 or more"),
        (["probe", "--runs", "0"], "a whole number, 1 or more"),
        (["download", "--patients", "1.5"], "a whole number, 1 or more"),
    ],
)
def test_an_option_out_of_range_is_refused_and_told_what_to_give(words, says, capsys):
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 2
    assert f"argument {words[1]}: give {says}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--folds", "99"], "The protocol has 2 folds: ask for 1 to 2."),
        (["--data", "/nope"], "/nope is not a folder: name one with cohort.csv or with one folder"),
    ],
)
def test_a_run_that_cannot_be_is_told_what_to_ask_for(tmp_path, words, says, capsys, monkeypatch):
    monkeypatch.delenv("TRAIN_AGAIN_PROTOCOL", raising=False)
    assert main(["run", "--protocol", "smoke", "--out", str(tmp_path / "out"), *words]) == 2
    assert says in capsys.readouterr().err


def test_the_report_of_a_study_and_of_its_csv_say_the_same(tmp_path):
    study = _study(tmp_path / "study")
    main(["export", str(study), "--out", str(tmp_path / "all.csv")])
    main(["report", str(study), "--out", str(tmp_path / "one")])
    main(["report", str(tmp_path / "all.csv"), "--out", str(tmp_path / "two")])
    one, two = (json.loads((tmp_path / n / "summary.json").read_text()) for n in ("one", "two"))
    assert one == two
    assert one["control"]["verdict"] == "identical" and one["control"]["distinct_digests"] == 1
    assert one["seeds"]["distinct_digests"] == 3 and one["seeds"]["run_sd"] > 0


def test_the_report_of_the_published_table_has_the_published_figures(tmp_path):
    table = Path(main.__globals__["__file__"]).parent / "reference" / "published_table.csv"
    assert main(["report", str(table), "--out", str(tmp_path / "r")]) == 0
    found = json.loads((tmp_path / "r" / "summary.json").read_text())["published"]
    assert (found["max_lower"], found["min_upper"]) == (95.69, 96.36)
    assert found["overlap"] is True and found["verdict"] == "not shown"
    assert found["run_sd"] == pytest.approx(0.150366, abs=1e-6)


def test_extract_of_the_real_study_reads_back_the_same(real_study, tmp_path, capsys):
    out = tmp_path / "study.nii.gz"
    assert main(["extract", str(real_study / "dicom_slab"), "--out", str(out)]) == 0
    image = nib.load(out)
    assert image.shape == (448, 448, 10, 5)
    times = json.loads((tmp_path / "study.json").read_text())["times_s"]
    assert times == pytest.approx([0, 1371, 1493, 1615, 1737], abs=1)
    assert "(448, 448, 10, 5)" in capsys.readouterr().out


def test_what_is_wrong_in_a_command_line_only_shows(capsys):
    with pytest.raises(SystemExit):
        main(["status", "one", "\x1b[31mtwo"])
    said = capsys.readouterr().err
    assert "\x1b" not in said and "\\x1b[31mtwo" in said


def test_the_protocol_of_a_command_is_the_one_that_it_names(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("TRAIN_AGAIN_PROTOCOL", "smoke")
    assert main(["run", "--protocol", "nonsense", "--out", str(tmp_path / "study")]) == 2
    assert "no protocol 'nonsense'" in capsys.readouterr().err
