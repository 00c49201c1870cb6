"""The two commands: a line alone on the last line, and a room's page."""

import json

from helpers.__main__ import main
from helpers.interlaboratory import line, of_study
from tests.interlaboratory.example_lines import write_study


def test_line_prints_one_line_and_nothing_else(demo, capsys):
    assert main(["line", str(demo)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [of_study.line(demo)] and line.parsed(said[-1]).arms


def test_line_refuses_a_folder_without_a_study(tmp_path, capsys):
    assert main(["line", str(tmp_path)]) == 2
    assert "holds no study" in capsys.readouterr().err


def test_room_reads_several_files_and_tells_what_it_left_out(demo, tmp_path, capsys):
    one, two = tmp_path / "one.txt", tmp_path / "two.csv"
    other = of_study.line(write_study(tmp_path / "study", machine=1))
    text = of_study.line(demo)
    one.write_text(f"{text}\n{text}\n{text.replace('cores=2', 'cores=9')}\n")
    two.write_text(f'who,line\nx,"{other}"\n')
    assert main(["room", str(one), str(two), "--out", str(tmp_path / "room")]) == 0
    said = capsys.readouterr().out
    assert "one.txt, row 3: its checksum is another" in said and "1 line came again" in said
    assert said.splitlines()[-1].endswith("index.html: 2 machines")
    assert len(json.loads((tmp_path / "room" / "room.json").read_text())["machines"]) == 2


def test_room_refuses_what_holds_no_line_and_says_what_to_do(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("nothing")
    assert main(["room", str(tmp_path / "a.txt"), "--out", str(tmp_path / "room")]) == 2
    assert "python -m helpers line STUDY" in capsys.readouterr().err
