"""Colab's image: every version is kept, and a change of one is named."""

from tests.colab import image, machines

FREEZE = """# as published
numpy==2.1.3
Jinja2==3.1.6
tensorflow==2.20.0
setuptools==75.2.0
torch @ https://example.org/torch-2.11.0.whl
"""


def test_every_version_of_the_image_is_a_constraint_and_the_framework_for_cpus_is_its_own():
    kept = image.constraints(FREEZE)
    assert {"numpy==2.1.3", "jinja2==3.1.6", "tensorflow-cpu==2.20.0"} <= set(kept)
    assert len(image.constraints(image.FREEZE.read_text())) > 600


def test_a_change_of_a_version_or_of_what_comes_from_an_address_is_named():
    assert not list(image.changed({"numpy": "2.1.3", "pydicom": "3.0.2"}, FREEZE))
    [said] = image.changed({"numpy": "1.26.4", "pydicom": "3.0.2"}, FREEZE)
    assert said == "numpy 2.1.3 would become 1.26.4"
    [said] = image.changed({"torch": "2.11.0"}, FREEZE)
    assert said.startswith("torch would be replaced")


def test_the_lock_changes_nothing_of_the_image_but_what_builds_and_tests():
    locked = image.pins(machines.LOCK.read_text())
    wrong = list(image.changed(locked, image.FREEZE.read_text()))
    assert {said.split()[0] for said in wrong} <= image.TOOLS
    assert {"numpy", "tensorflow-cpu", "ipywidgets", "pydicom", "nbmake"} <= set(locked)


def test_a_lock_is_parted_into_what_the_image_has_and_the_rest():
    known, new = "Jinja2==3.1.6 \\\n    --hash=a\n", "pydicom==3.0.2 \\\n    --hash=b\n"
    assert image.split(f"# by make\n{known}{new}", FREEZE) == (known, new)
    parts = image.split(machines.LOCK.read_text(), image.FREEZE.read_text())
    assert sum(len(image.pins(part)) for part in parts) == machines.LOCK.read_text().count("==")
    assert "pydicom" in image.pins(parts[1]) and "setuptools" in image.pins(parts[1])
