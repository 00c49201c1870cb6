import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from helpers.errors import InputError
from helpers.lesions import tumour_boxes as boxes

COLUMNS = {"slice_thick": 1.0, "mm_per_px": 1.0}


def write(folder, patients=4, **columns):
    """Pictures with a bright ball off the middle, and their table."""
    rows = []
    for number in range(patients):
        (folder / "images" / f"P{number}").mkdir(parents=True)
        for k in range(3):
            pixels = np.full((60, 60, 3), 40, np.uint8)
            pixels[10:24, 30 : 42 + number, 1:] = 120
            name = f"P{number}/{k}.png"
            Image.fromarray(pixels).save(folder / "images" / name)
            box = {"bbox_x": 30, "bbox_y": 10, "bbox_w": 12 + number, "bbox_h": 14}
            rows.append(
                {"filename": name, "pid": f"P{number}", "slice_order": k} | box | COLUMNS | columns
            )
    pd.DataFrame(rows).to_csv(folder / "slices.csv", index=False)
    return folder


def test_a_tumour_is_hit_where_it_enhances_and_not_above(tmp_path):
    rows = [r for t in boxes.read(write(tmp_path)) for r in boxes.tried(t, (1.0, 2.5))]
    table = boxes.by_threshold(pd.DataFrame(rows))
    assert table["hits"].tolist() == [4, 0]
    assert table["others"].tolist() == [0, 0]
    bound = 1 - 0.025 ** (1 / 4)  # none of four
    assert table["low"].tolist() == pytest.approx([1 - bound, 0])
    assert table["high"].tolist() == pytest.approx([1, bound])


def test_a_thicker_slice_holds_more_of_a_tumour(tmp_path):
    """504 pixels of 0.3 mm: 0.05 ml where slices are 1 mm thick, too little for a candidate."""
    for thick, hits in ((1.0, 0), (4.0, 4)):
        (tmp_path / str(thick)).mkdir()
        folder = write(tmp_path / str(thick), slice_thick=thick, mm_per_px=0.3)
        rows = [r for t in boxes.read(folder) for r in boxes.tried(t, (1.0,))]
        assert sum(r["iou"] > 0.9 for r in rows) == hits


def test_columns_run_along_x_and_rows_along_y(tmp_path):
    first = next(boxes.read(write(tmp_path)))
    inside = first.inside
    assert (first.data[..., 1][inside] == 120).all() and (first.data[..., 1][~inside] == 40).all()


def test_the_threshold_of_a_patient_is_learned_from_others():
    """One patient alone is hit at another threshold: it is judged at that of the others."""
    rows = [
        {"patient": f"P{n}", "threshold": t, "candidates": 1, "iou": float((t == 1) != (n == 0))}
        for n in range(6)
        for t in (1, 2)
    ]
    found = boxes.learned(pd.DataFrame(rows), count=3, seed=0)
    assert sorted(found["patient"]) == [f"P{n}" for n in range(6)]
    assert set(found["threshold"]) == {1} and found.set_index("patient")["iou"]["P0"] == 0


def test_a_box_in_the_middle_is_what_a_centred_picture_gives_for_nothing(tmp_path):
    tumours = list(boxes.read(write(tmp_path)))
    assert max(boxes.middle(tumours).values()) < 0.2
    centred = boxes.Tumour("C", tumours[0].data, np.array([[24, 23, 12, 14]] * 3), (0.5, 0.5, 1.0))
    assert boxes.middle([centred])["C"] == pytest.approx(1)


def test_a_table_or_picture_that_is_none_is_refused(tmp_path):
    folder = write(tmp_path)
    (folder / "images/P1/0.png").write_bytes(b"no picture")
    with pytest.raises(InputError, match="0.png cannot be read"):
        list(boxes.read(folder))
    (folder / "slices.csv").write_text("pid\nP1\n")
    with pytest.raises(InputError, match="no column filename"):
        list(boxes.read(folder))
    (folder / "slices.csv").unlink()
    with pytest.raises(InputError, match="cannot be read"):
        list(boxes.read(folder))


def test_most_real_tumours_are_hit():
    """117 real tumours where they are at hand: see docs/lesions.md for the numbers of a run."""
    folder = os.environ.get("BREAST_DCE_TUMOURS")
    if not folder or not Path(folder).is_dir():
        pytest.skip("BREAST_DCE_TUMOURS names no folder of real tumours")
    few = [t for _, t in zip(range(12), boxes.read(folder), strict=False)]
    rows = [row for tumour in few for row in boxes.tried(tumour, (0.8,))]
    assert boxes.by_threshold(pd.DataFrame(rows), least=0.1)["hits"].item() >= 10
