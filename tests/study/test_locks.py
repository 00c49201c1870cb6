"""Locks where the file system has none, and where a folder may only be read."""

import errno
import os

import pytest

from helpers.errors import InputError
from helpers.study import locks


@pytest.mark.parametrize("reason", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_named_with_what_to_do(tmp_path, monkeypatch, reason):
    def none(*_):
        raise OSError(reason, os.strerror(reason))

    monkeypatch.setattr(locks.fcntl, "flock", none)
    with (
        pytest.raises(InputError, match="has no locks.*keep the study on a local disk"),
        locks.exclusive(tmp_path / "a"),
    ):
        pass


def test_whether_a_lock_is_held_can_be_asked_without_the_right_to_write(tmp_path, monkeypatch):
    handle = locks.hold(tmp_path / "a")
    real = os.open

    def only_reading(path, how, *more):
        if how & (os.O_RDWR | os.O_WRONLY):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, how, *more)

    monkeypatch.setattr(os, "open", only_reading)
    assert locks.is_held(tmp_path / "a")
    os.close(handle)
    assert not locks.is_held(tmp_path / "a")
    assert not locks.is_held(tmp_path / "missing")
