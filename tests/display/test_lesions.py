"""The page from mask to diagnosis, what ships of it, and the page of a study without truth."""

import json
from dataclasses import replace

import nibabel as nib
import numpy as np
import pandas as pd
import pytest

from helpers.__main__ import main
from helpers.display.lesions import files, one_volume, sections, shipping, tables, twins
from helpers.errors import InputError
from helpers.imaging.phantom.patient import make_patient
from helpers.lesions import small_study
from helpers.lesions.findings import Findings
from helpers.protocol import LESIONS
from helpers.statistics import diagnoses
from helpers.study import shipped
from tests.statistics.example_findings import CANDIDATES, MASKS
from tests.statistics.example_findings import LESIONS as TRUTH

FOUND = Findings(CANDIDATES, TRUTH, MASKS)


def some_twins():
    image = np.linspace(0, 1, 60 * 70).reshape(60, 70).astype("float32")
    lesion = np.zeros((60, 70), bool)
    lesion[30:36, 30:38] = True
    masks = {"malignant (run 0)": image > 0.2, "not shown (run 1)": image > 0.9}
    return twins.Twins("order", "A", 2, image, lesion, masks, (1.5, 1.5))


def test_the_page_says_phantoms_first_and_has_every_number():
    made = files.contents(FOUND, some_twins(), LESIONS, "my study")
    page = made["index.html"].decode()
    assert "These are phantoms" in page and "my study" in page
    assert "2 of 3 phantoms" in page and "1 of 4 lesions appear or vanish" in page
    told = json.loads(made["lesions.json"])
    assert told["order"]["patients"]["flipped"] == 2 and told["seeds"]["patients"] is None
    assert {"free_response.png", "auc.png", "twins.png", "candidates.csv"} <= set(made)


def test_where_nothing_flips_the_page_says_what_that_still_allows():
    same = CANDIDATES.query("arm == 'order' and repetition == 0")
    again = pd.concat([same, same.assign(repetition=1)])
    masks = MASKS.query("arm == 'order'")
    better = masks.assign(dsc_percent=masks["dsc_percent"] + masks["repetition"])
    summary = diagnoses.summarise(again, TRUTH, better)
    said = sections.verdict(summary["order"])
    assert said.startswith("nothing flips in 2 runs: no phantom of 3 and no lesion of 4")
    assert f"up to {100 * (1 - 0.05 ** (1 / 3)):.1f} %" in said
    assert "0 of 3 (below" in tables.arms(summary)["phantoms told otherwise"].item()


def test_runs_that_are_one_run_have_no_scatter_and_no_bound():
    """Three runs: the SD of three equal numbers is not 1.4e-16."""
    one, mask = (t.query("arm == 'order' and repetition == 0") for t in (CANDIDATES, MASKS))
    again, masks = (pd.concat([t.assign(repetition=r) for r in range(3)]) for t in (one, mask))
    summary = diagnoses.summarise(again, TRUTH, masks)
    assert summary["order"]["alike"] and summary["order"]["auc"]["sd"] == 0
    assert "nothing flips in 3 phantoms and 4 lesions" in sections.verdict(summary["order"])
    assert tables.arms(summary)["lesions told otherwise"].item() == "0 of 4 (runs alike)"


def test_lesions_that_a_run_hides_go_first():
    every = twins.parted(FOUND)
    assert [(arm, patient, lesion) for arm, patient, lesion, _ in every] == [
        ("order", "A", 2),
        ("order", "C", 1),
    ]
    assert every[0][3] == {"benign": 0, "not shown": 1}


def test_twins_come_back_as_they_were_packed():
    one = some_twins()
    back = twins.unpacked(twins.packed(one))
    assert (back.arm, back.patient, back.lesion_number) == ("order", "A", 2)
    assert list(back.masks) == list(one.masks) and back.spacing == one.spacing
    for name, mask in one.masks.items():
        np.testing.assert_array_equal(back.masks[name], mask)
    np.testing.assert_allclose(back.image, one.image, atol=1e-3)


@pytest.fixture(scope="module")
def nifti(tmp_path_factory):
    """A phantom as NIfTI with its mask beside it."""
    folder = tmp_path_factory.mktemp("volume")
    made = make_patient(1, replace(LESIONS, phantom_matrix=112, phantom_slices=20))
    nib.save(nib.Nifti1Image(made.data, made.affine), folder / "study.nii.gz")
    mask = nib.Nifti1Image(made.breast.astype("uint8"), made.affine)
    nib.save(mask, folder / "mask.nii.gz")
    return folder


def test_a_study_without_truth_is_shown_and_no_word_more(nifti, tmp_path, capsys):
    words = ["lesions", str(nifti / "study.nii.gz"), "--mask", str(nifti / "mask.nii.gz")]
    words += ["--times", "0,180,300,420,540", "--out", str(tmp_path / "page")]
    assert main(words) == 0
    page = (tmp_path / "page/index.html").read_text()
    assert "No truth available" in page and "within the mask, known in" in page
    listed = pd.read_csv(tmp_path / "page/candidates.csv")
    assert len(listed) >= 2 and (listed["ml"].diff().dropna() <= 0).all()
    assert str(tmp_path / "page/index.html") in capsys.readouterr().out


def test_without_a_mask_the_page_does_not_speak_of_one(nifti, tmp_path):
    source, page = str(nifti / "study.nii.gz"), tmp_path / "page"
    assert main(["lesions", source, "--times", "0,180,300,420,540", "--out", str(page)]) == 0
    told = (page / "index.html").read_text()
    assert "anywhere in the picture" in told and "within the mask" not in told


@pytest.mark.parametrize(
    ("times", "says"), [([], "rising times"), (["--times", "0,180"], "5 phases and 2 times")]
)
def test_times_that_are_missing_or_too_few_are_refused_and_nothing_is_written(
    nifti, tmp_path, capsys, times, says
):
    words = ["lesions", str(nifti / "study.nii.gz"), *times, "--out", str(tmp_path / "page")]
    assert main(words) == 2
    assert says in capsys.readouterr().err and not (tmp_path / "page").exists()


def test_a_folder_that_is_no_study_is_refused(tmp_path, capsys):
    assert main(["lesions", str(tmp_path), "--out", str(tmp_path / "page")]) == 2
    assert "holds no study" in capsys.readouterr().err


def test_slices_with_most_candidate_voxels_are_shown():
    class One:
        voxels = np.array([[0, 0, 3], [0, 1, 3], [0, 0, 5]])

    assert one_volume.chosen([One], np.ones(8, bool)) == [3, 5]
    labelled = np.zeros(8, bool)
    labelled[[2, 6, 7]] = True
    assert one_volume.chosen([], labelled) == [6]


def test_what_ships_is_read_back_as_it_was_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(shipping.kept_study, "of_study", lambda *_: (FOUND, LESIONS))
    monkeypatch.setattr(shipping.kept_study, "masks_of", lambda *_: None)
    monkeypatch.setattr(shipping, "Ledger", lambda _: FakeLedger)
    monkeypatch.setattr(shipping.cases, "of_phantoms", lambda *_: {})
    monkeypatch.setattr(shipping.twins, "of_study", lambda *_: some_twins())
    shipping.keep("study", out=tmp_path)
    back = shipping.shown(out=tmp_path)
    for part in shipping.FRAMES:
        expected = getattr(FOUND, part)
        pd.testing.assert_frame_equal(getattr(back.found, part), expected, check_dtype=False)
    assert back.twins.patient == "A" and back.protocol == LESIONS
    assert "masks of 0 trainings, 42 phantom patients" in back.says
    (tmp_path / "lesions_masks.csv.gz").write_bytes(b"other")
    with pytest.raises(InputError, match="not what was kept"):
        shipping.shown(out=tmp_path)


class FakeLedger:
    """A ledger of no records under the protocol LESIONS."""

    study = {
        "protocol": {k: list(v) if isinstance(v, tuple) else v for k, v in vars(LESIONS).items()},
        "cpu": {"model": "a CPU"},
    }

    @staticmethod
    def records():
        """None."""
        return []


def test_what_ships_says_that_default_parts_and_how_seldom_it_changes_what_is_told():
    table = shipped.table("lesions")
    free = table[table["arm"] == "default"].drop_duplicates(["repetition", "fold"])
    assert len(free) == free["weights_sha256"].nunique() == 100
    found = shipping.shipped().found
    said = diagnoses.summarise(found.candidates, found.lesions, found.masks)
    flips = {arm: said[arm]["shown"]["flipped"] for arm in ("control", "default", "order", "seeds")}
    assert flips == {"control": 0, "default": 3, "order": 4, "seeds": 15}
    keys = ["arm", "repetition", "patient"]
    ours = found.masks[found.masks["arm"] != "by hand"].set_index(keys)["dsc_percent"]
    assert (ours - table.set_index(keys)["dsc_percent"]).abs().max() < 1e-3


def test_without_what_ships_a_small_study_is_made_and_says_so(tmp_path, monkeypatch, cache):
    tiny = replace(small_study.SMALL, phantom_matrix=112, patients=4, epochs=4)
    monkeypatch.setattr(small_study, "SMALL", tiny)
    monkeypatch.setattr(small_study.small_study, "__defaults__", (tiny, small_study.ARMS))
    shown = shipping.shown(out=tmp_path)
    assert shown.says.startswith("Computed now: 8 short trainings, 4 phantom patients")
    runs = diagnoses.runs(shown.found.masks)
    assert runs == {"by hand": [0], "order": [0, 1], "seeds": [0, 1]}
    assert shown.found.masks["dsc_percent"].mean() > 40
