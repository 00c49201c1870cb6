"""Where cohorts and studies are kept, and what is said where there is no such place."""

import os
from pathlib import Path

import pytest

from helpers.errors import InputError
from helpers.imaging import cache
from helpers.imaging.phantom import cohort as phantom_cohort
from helpers.protocol import SMOKE


def test_the_environment_names_another_place(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.CACHE, str(tmp_path / "mine"))
    assert cache.cache_folder() == tmp_path / "mine"


def test_a_user_without_a_home_is_told_to_name_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (cache.CACHE, "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # a number without an entry
    with pytest.raises(InputError, match="no home folder.*TRAIN_AGAIN_CACHE"):
        cache.cache_folder()
    monkeypatch.setattr(cache.platformdirs, "user_cache_path", lambda _: Path("~/.cache/x"))
    with pytest.raises(InputError, match="no home folder.*TRAIN_AGAIN_CACHE"):
        cache.cache_folder()  # as older versions of platformdirs answer
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_made_is_named_with_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv(cache.CACHE, str(tmp_path / "file" / "below"))
    with pytest.raises(InputError, match="cannot be made.*TRAIN_AGAIN_CACHE"):
        cache.cache_folder()


def test_a_cache_of_another_user_is_refused(tmp_path, monkeypatch):
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(tmp_path, 65534, 65534)
    monkeypatch.setenv(cache.CACHE, str(tmp_path))
    with pytest.raises(InputError, match="belongs to another user.*TRAIN_AGAIN_CACHE"):
        cache.cache_folder()


def test_a_cache_that_everybody_may_write_to_is_refused(tmp_path, monkeypatch):
    tmp_path.chmod(0o777)
    monkeypatch.setenv(cache.CACHE, str(tmp_path))
    with pytest.raises(InputError, match="Everybody may write to.*TRAIN_AGAIN_CACHE"):
        cache.cache_folder()


def test_a_place_that_cannot_be_written_to_is_named_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.CACHE, str(tmp_path))
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InputError, match="cannot be written to.*TRAIN_AGAIN_CACHE"):
        cache.cache_folder()


def test_a_full_disk_under_the_cache_is_said_with_what_to_do(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setenv(cache.CACHE, str(tmp_path))
    monkeypatch.setattr(phantom_cohort, "write_cohort", full)
    with pytest.raises(InputError, match="No space left on device; make room.*TRAIN_AGAIN_CACHE"):
        phantom_cohort.make_phantom_cohort(SMOKE)
