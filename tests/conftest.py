"""What several tests share: the real study, a scratch cache, and the SMOKE protocol."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")


@pytest.fixture(scope="session")
def real_study():
    """The folder of a real five-phase study, named by BREAST_DCE_STUDY."""
    folder = os.environ.get("BREAST_DCE_STUDY")
    if folder and Path(folder).is_dir():
        return Path(folder)
    reason = "BREAST_DCE_STUDY names no folder with the real study"
    if os.environ.get("REQUIRE_REAL_DATA"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """A cache folder of the tests' own, so that they neither see nor leave anything."""
    before = os.environ.get("TRAIN_AGAIN_CACHE")
    if not before:
        os.environ["TRAIN_AGAIN_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield Path(os.environ["TRAIN_AGAIN_CACHE"])
    if not before:
        del os.environ["TRAIN_AGAIN_CACHE"]
