"""The fingerprint holds what may change a result, and nothing else moves it."""

import json
import shutil
from pathlib import Path

import pytest

from helpers.protocol import DEMO, SMOKE
from helpers.study import fingerprint

HELPERS = Path(fingerprint.__file__).parent.parent


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the package whose code is digested."""
    root = tmp_path / "helpers"
    shutil.copytree(HELPERS, root, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(fingerprint, "__file__", str(root / "study" / "fingerprint.py"))
    return root


def test_code_that_decides_a_result_moves_the_digest_and_other_code_does_not(copy):
    before = fingerprint.code_sha256()
    for wing in ("statistics", "display", "study"):
        (copy / wing / "__init__.py").write_text("CHANGED = True\n")
    assert fingerprint.code_sha256() == before
    deciding = [copy / "protocol.py", *(copy / "learning").rglob("*.py")]
    seen = {before}
    for path in [*deciding, *(copy / "imaging").rglob("*.py")]:
        path.write_bytes(path.read_bytes() + b"# changed\n")
        seen.add(fingerprint.code_sha256())
    assert len(seen) == 1 + len(deciding) + len(list((copy / "imaging").rglob("*.py")))


def test_it_goes_through_json_and_has_a_digest_of_its_own():
    one, other = (fingerprint.fingerprint(p, "cohort") for p in (SMOKE, DEMO))
    assert json.loads(json.dumps(one)) == one
    assert fingerprint.digest(one) != fingerprint.digest(other)
    assert any("smoke" in said for said in fingerprint.differences(one, other))
    assert fingerprint.differences(one, one) == []


def test_threads_asked_for_by_the_environment_are_in_it(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    found = fingerprint.fingerprint(SMOKE, "cohort")
    assert found["environment"]["OMP_NUM_THREADS"] == "3"


def test_somebodys_own_network_is_in_it_by_name_and_digest():
    found = fingerprint.fingerprint(SMOKE, "cohort", "tests.own_network:build")
    assert found["model"]["name"] == "tests.own_network:build"
    assert len(found["model"]["sha256"]) == 64
    assert "model" not in fingerprint.fingerprint(SMOKE, "cohort")
