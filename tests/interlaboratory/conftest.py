"""A study as four arms of DEMO leave it."""

import pytest

from tests.interlaboratory.example_lines import write_study


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The folder of a study of DEMO's four arms of three runs, for all tests to read."""
    return write_study(tmp_path_factory.mktemp("demo"))
