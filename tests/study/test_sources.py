"""Where patients come from."""

from dataclasses import replace

import pytest

from helpers.errors import InputError
from helpers.imaging import hippocampus
from helpers.imaging.phantom import cohort
from helpers.protocol import HIPPOCAMPUS, SMOKE
from helpers.study import sources

TINY = replace(SMOKE, phantom_matrix=64, phantom_slices=2, patients=2)


def test_the_phantom_is_made_once_and_then_found(tmp_path, monkeypatch):
    monkeypatch.setenv("TRAIN_AGAIN_CACHE", str(tmp_path))
    folder = sources.phantom(TINY)
    assert [p.name for p in sorted(folder.glob("[!.]*"))] == ["PHANTOM_000", "PHANTOM_001"]
    monkeypatch.setattr(cohort, "make_phantom_cohort", lambda *_: pytest.fail("made twice"))
    assert sources.folder("phantom", TINY) == folder


def test_more_patients_add_to_those_that_are_there(tmp_path, monkeypatch):
    monkeypatch.setenv("TRAIN_AGAIN_CACHE", str(tmp_path))
    folder = sources.phantom(TINY)
    first = next((folder / "PHANTOM_000").rglob("*.dcm"))
    before = first.stat().st_mtime_ns
    assert sources.phantom(replace(TINY, patients=3)) == folder
    assert (folder / "PHANTOM_002").is_dir() and first.stat().st_mtime_ns == before


def test_an_unknown_cohort_is_refused():
    with pytest.raises(InputError, match="choose phantom, hippocampus or public"):
        sources.folder("mine", TINY)


def test_real_persons_bring_their_protocol_unless_one_of_theirs_was_chosen():
    assert sources.fitting("phantom", TINY) == TINY == sources.fitting("public", TINY)
    assert sources.fitting("hippocampus", TINY) == HIPPOCAMPUS
    short = replace(HIPPOCAMPUS, epochs=1)
    assert sources.fitting("hippocampus", short) == short
    assert sources.own(HIPPOCAMPUS) == sources.folder("hippocampus", TINY) == hippocampus.folder()
