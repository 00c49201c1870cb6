"""A picture in docs/ of results that ship is what those results draw today."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.statistics import csv_tables
from release import pictures

SEEN, FEW = 0.25, 20  # of a colour's range; pixels, fewer than a digit changes


def _pixels(png):
    return plt.imread(io.BytesIO(png))


def _same(one, other):
    one, other = _pixels(one), _pixels(other)
    return one.shape == other.shape and (abs(one - other).max(axis=-1) > SEEN).sum() <= FEW


@pytest.mark.parametrize("name", pictures.PICTURES)
def test_a_picture_in_docs_is_what_the_results_draw_today(name):
    assert _same((pictures.DOCS / name).read_bytes(), pictures.PICTURES[name]().png)


def test_a_picture_whose_numbers_changed_by_a_hundredth_is_noticed(monkeypatch):
    table = csv_tables.read_published(pictures.PUBLISHED)
    table.loc[np.argmax(table["lower"]), "lower"] += 0.01
    monkeypatch.setattr(pictures.csv_tables, "read_published", lambda _: table)
    old = (pictures.DOCS / "published_intervals.png").read_bytes()
    assert not _same(old, pictures.published_intervals().png)


def test_all_pictures_are_written_into_the_folder_that_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pictures, "PICTURES", {"a.png": pictures.published_intervals})
    pictures.main(tmp_path)
    assert _pixels((tmp_path / "a.png").read_bytes()).size and "a.png" in capsys.readouterr().out
