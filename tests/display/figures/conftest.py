"""An ``ax`` that is closed when its test is done."""

import matplotlib.pyplot as plt
import pytest


@pytest.fixture
def ax():
    """The ax of a new figure."""
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


@pytest.fixture
def axes():
    """Three axes of a new figure."""
    figure, axes = plt.subplots(1, 3)
    yield axes
    plt.close(figure)
