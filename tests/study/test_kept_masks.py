"""Masks that are kept beside records: what was drawn comes back, or it is said that it cannot."""

import base64
import hashlib
import json
import os
import random
import zlib
from types import SimpleNamespace

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.study import export, kept_masks, mirror, status
from helpers.study.ledger import Ledger
from helpers.study.missing_cells import maskless, missing
from tests.study.test_export import CELLS, PRINTS, record


def patient(name, shape=(3, 5, 7), seed=0):
    """What is kept of a held-out patient, drawn by chance."""
    rng = np.random.default_rng([seed, *map(ord, name)])
    labelled = np.arange(shape[0]) > 0
    return SimpleNamespace(patient=name, truth=rng.random(shape) > 0.5, labelled=labelled)


def with_masks(cell, seed=0, **more):
    """(record, content of its masks' file, what was drawn) of a cell of two patients."""
    made = record(cell, **more)
    held_out = [patient(f"P{cell.fold}A"), patient(f"P{cell.fold}B", (2, 9, 4))]
    rng = np.random.default_rng([seed, cell.repetition, cell.fold])
    drawn = [rng.random(p.truth.shape) > 0.5 for p in held_out]
    made |= kept_masks.carried(held_out, drawn)
    content = made.pop(kept_masks.CARRIED)
    return made, content, {p.patient: mask for p, mask in zip(held_out, drawn, strict=True)}


@pytest.fixture
def ledger(tmp_path):
    """A study of three cells with masks."""
    ledger = Ledger(tmp_path / "study")
    ledger.open(PRINTS)
    for cell in CELLS[:3]:
        ledger.write(*with_masks(cell)[:2])
    return ledger


def _masks_file(ledger, cell=CELLS[0]):
    return kept_masks.path(ledger.folder, ledger.read(*vars(cell).values()))


def _same(found, wanted):
    return found.keys() == wanted.keys() and all(
        found[k].dtype == bool and np.array_equal(found[k], wanted[k]) for k in wanted
    )


def test_what_was_drawn_is_read_back_with_what_it_is_judged_by(ledger):
    for cell, one in zip(CELLS, ledger.records(), strict=False):
        assert _same(kept_masks.read(ledger.folder, one), with_masks(cell)[2])
        wanted = patient(f"P{cell.fold}A")
        truth, labelled = kept_masks.truths(ledger.folder, one)[wanted.patient]
        assert np.array_equal(truth, wanted.truth) and np.array_equal(labelled, wanted.labelled)


@pytest.mark.parametrize("shape", [(1,), (8,), (2, 3, 5), (4, 4, 4), (1, 1, 9)])
def test_a_line_is_what_the_crate_says_of_it(shape):
    array = np.random.default_rng(len(shape)).random(shape) > 0.3
    line = kept_masks.line(array)
    packed = zlib.decompress(base64.b64decode(line["bits"]))
    bits = "".join(f"{byte:08b}" for byte in packed)[: array.size]
    assert [bit == "1" for bit in bits] == array.ravel().tolist() and line["shape"] == list(shape)
    sealed = str(list(shape)).encode() + b"\n" + packed
    assert line["sha256"] == hashlib.sha256(sealed).hexdigest()


def test_equal_arrays_are_one_line_and_no_name_of_a_patient_is_in_the_file(ledger):
    _, content, _ = with_masks(CELLS[0])
    assert len(content.splitlines()) == 6  # two drawn, two truths, two ways to be labelled
    held_out = [patient("P0A"), patient("P0B")]
    same = kept_masks.carried(held_out, [held_out[0].truth, held_out[0].truth])
    assert len(same[kept_masks.CARRIED].splitlines()) == 3
    assert b"P0A" not in content and all("P0A" not in p.name for p in ledger.folder.rglob("*"))


def test_a_study_that_kept_none_says_so(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.write(record(CELLS[0]))
    assert missing(ledger, CELLS[:1]) == [] and maskless(ledger, CELLS) == CELLS[:1]
    with pytest.raises(InputError, match=r"kept no masks of control 0/00.*--keep-masks"):
        kept_masks.read(tmp_path, ledger.records()[0])
    assert not any("Masks" in line for line in status.lines(_named(ledger)))


def _named(ledger):
    if not (ledger.folder / "study.json").exists():
        ledger.open(PRINTS)
    return ledger.folder


def _damaged(content, rng):
    kind, place = rng.randrange(4), rng.randrange(len(content))
    if kind == 0:
        return content[:place]
    if kind == 1:
        flipped = bytes([content[place] ^ 1 << rng.randrange(8)])
        return content[:place] + flipped + content[place + 1 :]
    if kind == 2:
        return content[:place] + content[place + 1 :]
    return b"".join(rng.sample(content.splitlines(True), 5))


def test_a_thousand_damaged_files_are_refused_or_say_the_same(ledger):
    rng, path, refused = random.Random(3), _masks_file(ledger), 0
    content, one, drawn = path.read_bytes(), ledger.records()[0], with_masks(CELLS[0])[2]
    for _ in range(1000):
        path.write_bytes(_damaged(content, rng))
        lost = missing(ledger, CELLS[:3]) == CELLS[:1]
        assert lost != kept_masks.are_whole(ledger.folder, one)
        if not lost:
            assert _same(kept_masks.read(ledger.folder, one), drawn)
            continue
        refused += 1
        with pytest.raises(InputError, match="is not what its record names"):
            kept_masks.read(ledger.folder, one)
    assert refused > 950  # white space and the lines' order say nothing


def test_a_lost_file_is_told_and_its_record_still_counts(ledger):
    _masks_file(ledger).unlink()
    assert len(ledger.records()) == 3
    said = "\n".join(status.lines(ledger.folder))
    assert "kept of 3 of 3 cells" in said and "Masks of 1 cells are lost or damaged" in said


def test_the_file_of_another_cell_under_this_ones_name_is_refused(ledger):
    one, other = _masks_file(ledger), _masks_file(ledger, CELLS[1])
    one.write_bytes(other.read_bytes())
    assert missing(ledger, CELLS[:3]) == CELLS[:1]


def test_the_same_training_again_heals_and_another_one_takes_the_cell(ledger):
    before = ledger.read("control", 0, 0)
    _masks_file(ledger).write_bytes(b"half")
    same, content, drawn = with_masks(CELLS[0], seconds=9.5)
    ledger.write(same, content)
    assert ledger.read("control", 0, 0) == before and missing(ledger, CELLS[:3]) == []
    assert _same(kept_masks.read(ledger.folder, before), drawn)

    _masks_file(ledger).unlink()
    other, content, drawn = with_masks(CELLS[0], seed=1, weights_sha256="another")
    ledger.write(other, content)
    assert ledger.read("control", 0, 0) == other and missing(ledger, CELLS[:3]) == []
    assert _same(kept_masks.read(ledger.folder, other), drawn)
    assert sorted(same for _, same in ledger.duplicates()) == [False, False]
    assert before in ledger.second_records()


def test_a_second_record_keeps_its_own_masks_beside_the_first_ones(ledger):
    other, content, drawn = with_masks(CELLS[0], seed=1, weights_sha256="another")
    ledger.write(other, content)
    assert ledger.second_records() == [other]
    assert _same(kept_masks.read(ledger.folder, other), drawn)
    first = ledger.read("control", 0, 0)
    assert _same(kept_masks.read(ledger.folder, first), with_masks(CELLS[0])[2])


@pytest.mark.parametrize("call", ["open", "write_bytes", "fsync", "replace"])
def test_a_disk_that_refuses_the_masks_leaves_no_record_without_them(tmp_path, monkeypatch, call):
    ledger = Ledger(tmp_path)
    made, content, drawn = with_masks(CELLS[0])

    def refuse(*_, **__):
        raise OSError(28, os.strerror(28))

    target = "pathlib.Path.write_bytes" if call == "write_bytes" else f"os.{call}"
    monkeypatch.setattr(target, refuse)
    with pytest.raises(InputError, match=f"(masks|lock).*{os.strerror(28)}"):
        ledger.write(made, content)
    monkeypatch.undo()
    assert ledger.records() == []
    assert {p.suffix for p in tmp_path.rglob("*") if p.is_file()} <= {"", ".masks"}
    ledger.write(made, content)
    assert _same(kept_masks.read(tmp_path, ledger.records()[0]), drawn)


def test_a_link_in_place_of_masks_is_kept_aside_and_not_written_through(ledger, tmp_path):
    path, theirs = _masks_file(ledger), tmp_path / "theirs"
    theirs.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(theirs)
    assert missing(ledger, CELLS[:3]) == CELLS[:1]
    ledger.write(*with_masks(CELLS[0])[:2])
    assert missing(ledger, CELLS[:3]) == [] and not path.is_symlink()
    assert any(p.is_symlink() for p in path.parent.glob("*.found-*"))


def test_a_second_folder_gets_masks_before_records_and_gives_them_back(ledger, tmp_path):
    there = tmp_path / "drive"
    names = [p.name for p in mirror.records(ledger.folder)]
    assert names.index(_masks_file(ledger).name) < names.index("00.json")
    assert mirror.copy(ledger.folder, there) == mirror.Copied(7, 0, 0)
    _masks_file(ledger).write_bytes(b"half")
    _masks_file(ledger, CELLS[1]).unlink()
    assert mirror.copy(ledger.folder, there) == mirror.Copied(0, 5, 1)  # no damage goes over
    assert mirror.copy(there, ledger.folder) == mirror.Copied(2, 5, 0)
    assert missing(ledger, CELLS[:3]) == []


def test_masks_packed_by_another_zlib_are_the_same_masks(ledger, tmp_path):
    mirror.copy(ledger.folder, tmp_path / "drive")
    path = _masks_file(ledger)
    loose = [json.loads(one) for one in path.read_bytes().splitlines()]
    for one in loose:
        bits = zlib.decompress(base64.b64decode(one["bits"]))
        one["bits"] = base64.b64encode(zlib.compress(bits, 0)).decode()
    path.write_bytes(kept_masks.content(loose))
    assert missing(ledger, CELLS[:3]) == []
    assert mirror.copy(ledger.folder, tmp_path / "drive") == mirror.Copied(0, 7, 0)


def test_a_second_folder_follows_a_cell_that_was_done_again_for_its_masks(ledger, tmp_path):
    there = Ledger(tmp_path / "drive")
    mirror.copy(ledger.folder, there.folder)
    _masks_file(there).unlink()
    _masks_file(ledger).unlink()
    other, content, _ = with_masks(CELLS[0], seed=1, weights_sha256="another")
    ledger.write(other, content)
    assert mirror.copy(ledger.folder, there.folder).refused == 0
    assert there.records() == ledger.records() and missing(there, CELLS[:3]) == []
    assert there.second_records() == ledger.second_records() != []


def _exported(ledger, folder):
    folder.mkdir()
    (folder / "study.json").write_bytes((ledger.folder / "study.json").read_bytes())
    (folder / export.RECORDS).write_bytes(export.lines(ledger))
    (folder / export.MASKS).write_bytes(export.masks(ledger))
    return folder


def _files(folder):
    return {p.relative_to(folder): p.read_bytes() for p in mirror.records(folder)}


def test_masks_leave_with_the_records_and_come_back_the_same(ledger, tmp_path):
    ledger.write(*with_masks(CELLS[0], seed=1, weights_sha256="another")[:2])
    exported = _exported(ledger, tmp_path / "exported")
    other = Ledger(tmp_path / "other")
    assert export.restore(exported, other.folder) == export.Restored(written=4)
    assert _files(other.folder) == _files(ledger.folder)
    _masks_file(other).unlink()
    assert export.restore(exported, other.folder) == export.Restored(there=4)
    assert _files(other.folder) == _files(ledger.folder)


def test_a_changed_mask_does_not_come_back_and_its_cell_is_missing(ledger, tmp_path):
    exported = _exported(ledger, tmp_path / "exported")
    drawn = ledger.records()[0][kept_masks.DRAWN]["P0A"]
    lines = (exported / export.MASKS).read_bytes().splitlines(True)
    changed = [x.replace(b'"bits": "e', b'"bits": "f') if drawn.encode() in x else x for x in lines]
    (exported / export.MASKS).write_bytes(b"".join(changed))
    other = tmp_path / "other"
    assert export.restore(exported, other) == export.Restored(written=3, maskless=1)
    assert missing(Ledger(other), CELLS[:3]) == CELLS[:1]
    (exported / export.MASKS).unlink()
    assert export.restore(exported, tmp_path / "third") == export.Restored(written=3, maskless=3)


def test_a_line_that_would_grow_without_end_stays_small():
    bomb = base64.b64encode(zlib.compress(bytes(10**7))).decode()
    for shape in ([8], [10**6] * 3, [-1, -8], [True], [], "9", [2.0]):
        line = {"bits": bomb, "shape": shape, "sha256": "0" * 64}
        assert kept_masks.opened(json.dumps(line).encode()) is None
    for text in (b"", b"{}", b"[]", b"null\n", b"\xff", b"[" * 10**5, b'{"shape": [1]}'):
        assert kept_masks.opened(text) is None


def test_arrays_that_are_too_many_together_are_none(monkeypatch):
    lines = [kept_masks.line(np.full((4, 4), n % 2 == 0)) for n in range(2)]
    text = kept_masks.content(lines)
    assert len(kept_masks.opened(text)) == 2
    monkeypatch.setattr(kept_masks, "_MOST_TOGETHER", 31)
    assert kept_masks.opened(text) is None
