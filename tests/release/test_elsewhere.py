"""Where Colab gives no machine: Binder, Codespaces and a lab's own hub get the same package."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
BINDER = ROOT / "binder"
PYTHON = (BINDER / "runtime.txt").read_text().strip().removeprefix("python-")
MACHINE = {
    "python_version": PYTHON,
    "python_full_version": f"{PYTHON}.0",
    "sys_platform": "linux",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
    "extra": "",
}


def _pins(path):
    """The exact versions of a requirements file on `MACHINE`: dict of name → specifier."""
    found = {}
    for line in re.findall(r"^([\w.-]+(?:\[\w+\])?==[^\\\n]+)", path.read_text(), re.M):
        one = Requirement(line.strip())
        if one.marker is None or one.marker.evaluate(MACHINE):
            assert one.name not in found, line
            found[one.name] = str(one.specifier)
    return found


def test_binder_installs_what_the_package_needs_at_the_versions_of_the_lock():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["tensorflow"]
    here = [
        one for one in map(Requirement, wanted) if not one.marker or one.marker.evaluate(MACHINE)
    ]
    binder, locked = _pins(BINDER / "requirements.txt"), _pins(ROOT / "requirements.txt")
    assert binder == {one.name: locked[one.name] for one in here}
    assert all(one.specifier.contains(binder[one.name][2:]) for one in here)


def test_the_python_of_binder_is_one_that_the_package_takes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert Requirement(f"python{project['requires-python']}").specifier.contains(f"{PYTHON}.0")


def test_post_build_is_sound_and_may_be_run():
    script = BINDER / "postBuild"
    assert subprocess.run(["bash", "-n", script]).returncode == 0
    assert script.stat().st_mode & 0o111 and script.read_text().startswith("#!")
    assert "--no-deps --editable ." in script.read_text()


def test_codespaces_does_the_same_on_a_machine_that_is_large_enough():
    told = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    assert told["image"].endswith(f":{PYTHON}")
    assert "-r binder/requirements.txt" in told["postCreateCommand"]
    assert told["postCreateCommand"].endswith("&& binder/postBuild")
    assert int(told["hostRequirements"]["cpus"]) >= 2
