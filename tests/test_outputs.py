"""No command writes over what it reads, over what it did not make, or through a link."""

import json
import os
import subprocess
import sys

import pandas as pd
import pytest

from helpers.__main__ import main
from helpers.display.report import files
from helpers.nondeterminism import probing
from helpers.study.ledger import Ledger

PRINTS = {"backend": "tensorflow", "packages": {"keras": "3"}, "cores": 2}
PROBED = pd.DataFrame([[1] * len(probing.COLUMNS)], columns=probing.COLUMNS)


def _study(folder, runs=2):
    ledger = Ledger(folder)
    ledger.open({"protocol": {"name": "demo", "repetitions": 9, "folds": 1}})
    for run in range(runs):
        dsc = {f"P{n}": 90.0 + n + run / 3 for n in range(6)}
        record = {"arm": "seeds", "repetition": run, "fold": 0, "dsc_percent": dsc}
        ledger.write(record | {"weights_sha256": f"{run}"})
    return folder


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder to be in, with a study and its table, and reports that are quick."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(files, "contents", lambda *_, **__: {"index.html": b"<p>", "t.csv": b"t"})
    _study(tmp_path / "study")
    assert main(["export", "study", "--out", "study.csv"]) == 0
    return tmp_path


def _tree(folder):
    paths = sorted(p for p in folder.rglob("*") if p.is_symlink() or p.is_file())
    return {p: p.readlink() if p.is_symlink() else p.read_bytes() for p in paths}


def _refused(folder, words, capsys):
    before = _tree(folder)
    capsys.readouterr()
    assert main(list(map(str, words))) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ") and said.count("\n") == 1
    assert _tree(folder) == before
    return said


@pytest.mark.parametrize("spelled", ["X/study.csv", "./X/../X/study.csv", "link.csv", "hard.csv"])
def test_a_report_never_goes_where_its_source_lies(here, capsys, spelled):
    (here / "X").mkdir()
    (here / "study.csv").rename(here / "X" / "study.csv")
    (here / "link.csv").symlink_to("X/study.csv")
    os.link(here / "X" / "study.csv", here / "hard.csv")
    said = _refused(here, ["report", spelled, "--out", "X"], capsys)
    assert "holds something else" in said and "study.csv" in said
    assert "holds something else" in _refused(here, ["report", "study", "--out", "study"], capsys)


@pytest.mark.parametrize("name", ["index.html", "table.csv", "notes/a.txt", ".hidden"])
@pytest.mark.parametrize("words", [["report", "study"], ["export", "study"]])
def test_a_folder_with_a_persons_files_is_left_alone(here, capsys, words, name):
    (here / "mine" / name).parent.mkdir(parents=True)
    (here / "mine" / name).write_text("mine")
    assert "move that first" in _refused(here, [*words, "--out", "mine"], capsys)


def test_a_report_and_a_crate_are_made_again_and_those_of_another_study_stay(here, capsys):
    _study(here / "other")
    for words in (["report", "study", "--out", "r"], ["export", "study", "--out", "c"]):
        assert main(words) == main(words) == 0
        _study(here / "study", runs=4)
        assert main([*words[:1], "./study", "--out", f"x/../{words[3]}"]) == 0
        said = _refused(here, [words[0], "other", *words[2:]], capsys)
        assert "of study" in said and "earlier" in said
    assert "the crate of study" in _refused(here, ["report", "study", "--out", "c"], capsys)
    assert "the report of study" in _refused(here, ["export", "study", "--out", "r"], capsys)


@pytest.mark.parametrize("out", ["link", "link/x", "way/link/x"])
def test_no_output_goes_through_a_link(here, capsys, out):
    (here / "elsewhere").mkdir()
    (here / "way").mkdir()
    for link in (here / "link", here / "way" / "link"):
        link.symlink_to(here / "elsewhere")
    for words in (["report", "study"], ["export", "study"]):
        assert "is a link" in _refused(here, [*words, "--out", out], capsys)
    assert "is a link" in _refused(here, ["export", "study", "--out", f"{out}/t.csv"], capsys)
    (here / "t.csv").symlink_to("study.csv")
    assert "is a link" in _refused(here, ["export", "study", "--out", "t.csv"], capsys)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_table_goes_over_an_earlier_one_of_the_study_that_has_grown(here, ending):
    if ending == "parquet":
        pytest.importorskip("pyarrow", reason="the package pyarrow is not installed")
    words = ["export", "study", "--out", f"t.{ending}"]
    assert main(words) == 0
    _study(here / "study", runs=4)
    assert main(words) == main(words) == 0
    read = pd.read_csv if ending == "csv" else pd.read_parquet
    assert len(read(here / f"t.{ending}")) == 4 * 6


@pytest.mark.parametrize("how", ["mine", "edited", "of another", "more", "pipe", "folder"])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_table_that_is_not_this_studys_stays(here, capsys, how, ending):
    if ending == "parquet":
        pytest.importorskip("pyarrow", reason="the package pyarrow is not installed")
    path = here / f"t.{ending}"
    if how == "of another":
        _study(here / "other", runs=5)
    if how == "pipe":
        os.mkfifo(path)
    elif how == "folder":
        path.mkdir()
    else:
        source = "other" if how == "of another" else "study"
        assert main(["export", source, "--out", str(path)]) == 0
    if how == "mine":
        path.write_bytes(b"arm,repetition\nmine,1\n")
    if how in ("edited", "more"):
        table = (pd.read_csv if ending == "csv" else pd.read_parquet)(path)
        table.loc[0 if how == "edited" else len(table)] = table.loc[0]
        table.loc[table.index[-1], "patient"] = "edited"
        table.to_csv(path, index=False) if ending == "csv" else table.to_parquet(path)
    assert "name another file, or move it" in _refused(
        here, ["export", "study", "--out", path], capsys
    )


def test_probes_go_over_an_earlier_table_of_probes(tmp_path):
    for _ in range(2):
        probing.write(PROBED, PRINTS, tmp_path / "x.csv")
    assert json.loads((tmp_path / "x.json").read_text()) == PRINTS


@pytest.mark.parametrize("taken", ["x.csv", "x.json", "both", "link", "sidecar"])
def test_probes_never_go_over_a_persons_table_or_what_lies_beside_it(tmp_path, capsys, taken):
    (tmp_path / "theirs").write_text("mine")
    if taken in ("both", "sidecar"):
        probing.write(PROBED, PRINTS, tmp_path / "x.csv")
    if taken in ("x.csv", "both"):
        (tmp_path / "x.csv").write_text("mine")
    if taken in ("x.json", "sidecar"):
        (tmp_path / "x.json").write_text('{"times_s": [0]}')
    if taken == "link":
        (tmp_path / "x.json").symlink_to("theirs")
    _refused(tmp_path, ["probe", "--protocol", "smoke", "--out", tmp_path / "x.csv"], capsys)


def test_the_fingerprint_of_a_study_is_not_taken_for_that_of_a_table_of_probes(here, capsys):
    out = here / "study" / "study.csv"
    said = _refused(here, ["probe", "--protocol", "smoke", "--out", out], capsys)
    assert "study.json" in said


def test_an_authors_name_is_read_under_any_locale(tmp_path):
    pytest.importorskip("rocrate", reason="the package rocrate is not installed")
    pytest.importorskip("pyarrow", reason="the package pyarrow is not installed")
    study = _study(tmp_path / "Müller")
    ascii_only = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    words = ["export", str(study), "--out", str(tmp_path / "c"), "--author", "Zoë Müller"]
    done = subprocess.run(
        [sys.executable, "-m", "helpers", *words], env=ascii_only, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")
    said = json.loads((tmp_path / "c" / "ro-crate-metadata.json").read_text())["@graph"]
    assert "Zoë Müller" in [entity.get("name") for entity in said]
    assert "Müller" in (tmp_path / "c" / "README.md").read_text()


HOSTILE = {
    "deep": "[" * 100_000,
    "deeper": '{"protocol": ' * 100_000,
    "infinite": '{"protocol": {"name": "x", "repetitions": 1e400, "folds": 1}}',
    "huge": '{"protocol": {"name": "x", "repetitions": %s, "folds": 1}}' % ("9" * 4000),
    "zero": '{"protocol": "\0"}',
    "unseen": '{"protocol": {"name": "\\u001b[2J", "repetitions": 1, "folds": 1}}',
    "list": "[]",
    "text": '{"protocol": {"name": [], "folds": "x"}, "packages": 7}',
    "packages": '{"packages": [1]}',
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("command", ["status", "report", "export", "import", "run"])
def test_a_fingerprint_that_is_none_gets_one_sentence(
    tmp_path, capsys, monkeypatch, command, content
):
    monkeypatch.delenv("TRAIN_AGAIN_PROTOCOL", raising=False)
    monkeypatch.setattr("helpers.study.runner._own_prints", lambda _: PRINTS)
    study = _study(tmp_path / "study")
    (study / "study.json").write_text(content)
    (study / "records.jsonl").write_text("{}\n")
    words = {"status": [study], "run": ["--protocol", "smoke", "--out", study]}
    words = words.get(command, [study, "--out", tmp_path / "out"])
    _refused(tmp_path, [command, *words], capsys)


@pytest.mark.parametrize("name", ["ro-crate-metadata.json", ".train-again.json"])
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_crate_with_a_part_that_is_none_is_not_written_over(here, capsys, name, content):
    pytest.importorskip("rocrate", reason="the package rocrate is not installed")
    pytest.importorskip("pyarrow", reason="the package pyarrow is not installed")
    (here / "c").mkdir()
    (here / "c" / name).write_text(content)
    (here / "c" / "README.md").write_text("mine")
    assert "something else" in _refused(here, ["export", "study", "--out", "c"], capsys)


def test_what_a_terminal_would_obey_is_written_out(here, capsys, monkeypatch):
    folder = here / "study" / "failures"
    folder.mkdir()
    reason = "\x1b[2J\u202egnp\nDone: 100 %"
    found = {"cell": "seeds 1/00", "tries": 3, "reason": reason}
    (folder / "a.json").write_text(json.dumps(found))
    assert main(["status", "study"]) == 0
    said = capsys.readouterr().out
    assert "\\x1b[2J\\u202egnp\\nDone: 100 %" in said and "\x1b" not in said
    assert "\\x1b" in _refused(here, ["status", "a\x1b[2J\nb"], capsys)
