"""A mask lands where its header says, or is refused."""

import json

import nibabel
import nrrd
import numpy as np
import pydicom
import pytest

from helpers.errors import InputError
from helpers.imaging.masks import read_mask, read_seg
from helpers.imaging.volumes import read_dicom, read_nifti

ORIGIN = np.array([-10.0, -20.0, 0.0])  # of the tiny study, LPS mm


def in_volume(picture):
    """(slice, row, column) → (x, y, z) of the tiny study, voxel by voxel."""
    turned = np.zeros((8, 6, 4), bool)
    for level, row, column in np.argwhere(picture):
        turned[7 - column, 5 - row, level] = True
    return turned


def test_the_real_mask_lands_where_the_labels_say_voxel_for_voxel(real_study):
    volume = read_dicom(real_study / "dicom_slab")
    painted = nibabel.load(real_study / "duke153_manual_labels_sparse_448x448x160.nii.gz")
    truth = np.asarray(painted.dataobj)[:, :, 56]
    seg = next((real_study / "seg").glob("*.dcm"))
    assert np.argwhere(read_seg(seg, volume, sparse=True).labelled).ravel().tolist() == [4]
    whole = read_seg(seg, volume, ["Fatty tissue of breast"], sparse=True)
    gland = read_seg(seg, volume, "Mammary Fibroglandular Tissue", sparse=True)
    assert np.array_equal(whole.voxels[:, :, 4], truth > 0)
    assert np.array_equal(gland.voxels[:, :, 4], truth == 2)
    frames = json.loads((real_study / "labelled_slices.json").read_text())["frames"]
    assert whole.voxels.sum() == frames[4]["pixels"]
    assert gland.voxels.sum() == frames[1]["pixels"]


def test_the_real_nifti_labels_give_the_same_mask_as_the_seg(real_study):
    volume = read_dicom(real_study / "dicom_slab")
    labels = real_study / "duke153_manual_labels_sparse_448x448x160.nii.gz"
    seg = read_seg(next((real_study / "seg").glob("*.dcm")), volume, sparse=True)
    nifti = read_mask(labels, volume, sparse=True)
    assert np.array_equal(nifti.voxels, seg.voxels)
    assert np.array_equal(nifti.labelled, seg.labelled)


def test_the_default_is_the_union_of_all_segments(volume, pictures, save_seg):
    mask = read_seg(save_seg(pictures), volume)
    assert np.array_equal(mask.voxels, in_volume(pictures.any(-1)))
    assert mask.segments == ("breast", "tumour")
    assert mask.labelled.all()


def test_segments_are_chosen_by_name(volume, pictures, save_seg):
    mask = read_mask(save_seg(pictures), volume, ["tumour"])
    assert np.array_equal(mask.voxels, in_volume(pictures[..., 1]))


def test_a_segment_that_is_not_there_is_refused(volume, pictures, save_seg):
    with pytest.raises(InputError, match="no segment heart"):
        read_seg(save_seg(pictures), volume, ["heart"])


def test_a_slice_without_a_frame_is_background_when_dense_and_unknown_when_sparse(
    volume, pictures, save_seg
):
    path = save_seg(pictures)
    assert read_seg(path, volume, "breast").labelled.tolist() == [True] * 4
    sparse = read_seg(path, volume, "breast", sparse=True)
    assert sparse.labelled.tolist() == [False, True, True, False]
    both = read_seg(path, volume, sparse=True)
    assert both.labelled.tolist() == [False, False, True, False]
    assert not both.voxels[:, :, ~both.labelled].any()


def each_frame(made):
    return [group.PlanePositionSequence[0] for group in made.PerFrameFunctionalGroupsSequence]


def shared_orientation(made):
    return made.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0]


def turn_by_180_degrees(made):
    """Write the same picture from its last pixel to its first, and say so in the header."""
    made.PixelData = pydicom.pixels.pack_bits(made.pixel_array[:, ::-1, ::-1])
    shared_orientation(made).ImageOrientationPatient = [-1, 0, 0, 0, -1, 0]
    for place in each_frame(made):
        x, y, z = place.ImagePositionPatient
        place.ImagePositionPatient = [x + 7 * 1.5, y + 5 * 2.0, z]


def reverse_the_frames(made):
    made.PixelData = pydicom.pixels.pack_bits(made.pixel_array[::-1])
    groups = made.PerFrameFunctionalGroupsSequence
    made.PerFrameFunctionalGroupsSequence = pydicom.Sequence(list(groups)[::-1])


def shift_by_one_column(made):
    made.PixelData = pydicom.pixels.pack_bits(np.roll(made.pixel_array, 1, axis=2))
    for place in each_frame(made):
        place.ImagePositionPatient = [
            place.ImagePositionPatient[0] - 1.5,
            *place.ImagePositionPatient[1:],
        ]


@pytest.mark.parametrize("change", [turn_by_180_degrees, reverse_the_frames])
def test_a_mask_written_another_way_round_comes_out_the_same(change, volume, pictures, save_seg):
    mask = read_seg(save_seg(pictures, change), volume)
    assert np.array_equal(mask.voxels, in_volume(pictures.any(-1)))


def test_a_mask_whose_frame_starts_elsewhere_comes_out_the_same(volume, pictures, save_seg):
    pictures[:, :, -1] = 0  # the shifted frame has no room for the last column
    mask = read_seg(save_seg(pictures, shift_by_one_column), volume)
    assert np.array_equal(mask.voxels, in_volume(pictures.any(-1)))


def move(made, by):
    for place in each_frame(made):
        place.ImagePositionPatient = np.add(place.ImagePositionPatient, by).tolist()


def tilt(made):
    c, s = np.cos(0.1), np.sin(0.1)
    shared_orientation(made).ImageOrientationPatient = [float(v) for v in (c, s, 0, -s, c, 0)]


def zoom(made):
    made.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing = [2.0, 1.6]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda made: move(made, (0.75, 0, 0)), "do not coincide"),
        (lambda made: move(made, (0, 0, 1.0)), "do not coincide"),
        (lambda made: move(made, (0, 0, 300.0)), "empty on this image"),
        (tilt, "do not coincide"),
        (zoom, "do not coincide"),
        (lambda made: setattr(made, "PatientID", "another"), "another patient"),
        (lambda made: setattr(made, "FrameOfReferenceUID", "1.2"), "another frame of reference"),
        (lambda made: delattr(made, "FrameOfReferenceUID"), "another frame of reference"),
        (lambda made: setattr(made, "PixelData", bytes(len(made.PixelData))), "empty"),
        (lambda made: setattr(made, "PixelData", made.PixelData[:4]), "damaged or cut short"),
        (lambda made: setattr(made, "SegmentationType", "FRACTIONAL"), "no binary DICOM SEG"),
        (lambda made: setattr(made, "Rows", 60_000), "damaged or cut short"),
        (lambda made: delattr(made, "PerFrameFunctionalGroupsSequence"), "damaged or cut short"),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
def test_a_mask_that_does_not_belong_here_is_refused(change, reason, volume, pictures, save_seg):
    with pytest.raises(InputError, match=reason):
        read_seg(save_seg(pictures, change), volume)


def test_a_mask_larger_than_the_cap_is_refused(volume, pictures, save_seg):
    with pytest.raises(InputError, match="more memory"):
        read_seg(save_seg(pictures), volume, memory_cap=100)


@pytest.fixture
def labels(pictures):
    """Labels (x, y, z) on the grid of the tiny volume: 1 breast, 2 tumour."""
    return (in_volume(pictures[..., 0]) | 2 * in_volume(pictures[..., 1])).clip(0, 2)


@pytest.mark.parametrize("flips", [(1, 1, 1), (-1, 1, 1), (-1, -1, 1), (1, -1, -1)])
def test_a_nifti_mask_of_any_orientation_comes_out_right(flips, labels, volume, tmp_path):
    turn = np.column_stack([range(3), flips])
    image = nibabel.Nifti1Image(labels.astype(np.uint8), volume.affine).as_reoriented(turn)
    image.to_filename(tmp_path / "mask.nii.gz")
    assert np.array_equal(read_mask(tmp_path / "mask.nii.gz", volume).voxels, labels > 0)
    tumour = read_mask(tmp_path / "mask.nii.gz", volume, [2])
    assert np.array_equal(tumour.voxels, labels == 2)
    assert tumour.segments == ("2",)


@pytest.mark.parametrize(
    ("stored", "move", "reason"),
    [
        (lambda labels: labels * 0.5, 0, "not labels"),
        (lambda labels: labels * 0, 0, "no segment"),
        (lambda labels: labels, 0.6, "do not coincide"),
        (lambda labels: labels, 1500, "empty on this image"),
        (lambda labels: np.stack([labels] * 2, -1), 0, "three axes"),
    ],
    ids=["interpolated", "empty", "shifted by less than a voxel", "elsewhere", "four axes"],
)
def test_a_nifti_mask_that_does_not_fit_is_refused(stored, move, reason, labels, volume, tmp_path):
    affine = volume.affine.copy()
    affine[0, 3] += move
    image = nibabel.Nifti1Image(stored(labels).astype(np.float32), affine)
    image.to_filename(tmp_path / "mask.nii")
    with pytest.raises(InputError, match=reason):
        read_mask(tmp_path / "mask.nii", volume)


def save_nrrd(path, labels, volume, **fields):
    lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ volume.affine
    header = {
        "space": "left-posterior-superior",
        "space directions": lps[:3, :3].T,
        "space origin": lps[:3, 3],
        "encoding": "gzip",
        "Segment0_Name": "breast",
        "Segment0_LabelValue": "1",
        "Segment1_Name": "tumour",
        "Segment1_LabelValue": "2",
        **fields,
    }
    nrrd.write(str(path), labels.astype(np.uint8), header)


@pytest.mark.parametrize("encoding", ["raw", "gzip"])
def test_an_nrrd_mask_is_placed_and_chosen_by_name(encoding, labels, volume, tmp_path):
    save_nrrd(tmp_path / "mask.nrrd", labels, volume, encoding=encoding)
    mask = read_mask(tmp_path / "mask.nrrd", volume)
    assert np.array_equal(mask.voxels, labels > 0)
    tumour = read_mask(tmp_path / "mask.nrrd", volume, "tumour", sparse=True)
    assert np.array_equal(tumour.voxels, labels == 2)
    assert tumour.labelled.tolist() == [False, False, True, False]


def test_an_nrrd_mask_in_ras_space_flipped_comes_out_the_same(labels, volume, tmp_path):
    flipped = volume.affine @ nibabel.orientations.inv_ornt_aff(
        [[0, -1], [1, 1], [2, 1]], labels.shape
    )
    fields = {"space directions": flipped[:3, :3].T, "space origin": flipped[:3, 3]}
    fields["space"] = "right-anterior-superior"
    save_nrrd(tmp_path / "mask.nrrd", labels[::-1], volume, **fields)
    assert np.array_equal(read_mask(tmp_path / "mask.nrrd", volume).voxels, labels > 0)


def test_an_nrrd_that_asks_for_more_than_it_holds_is_refused(labels, volume, tmp_path):
    path = tmp_path / "mask.nrrd"
    save_nrrd(path, labels, volume)
    path.write_bytes(path.read_bytes().replace(b"sizes: 8 6 4", b"sizes: 8 6 90000"))
    with pytest.raises(InputError, match="fewer or more than its header says"):
        read_mask(path, volume)
    with pytest.raises(InputError, match="raise memory_cap"):
        read_mask(path, volume, memory_cap=1 << 20)


def test_an_nrrd_whose_voxels_lie_in_another_file_is_refused(volume, tmp_path):
    text = (
        "NRRD0005\ntype: uint8\ndimension: 3\nsizes: 8 6 4\nencoding: raw\ndata file: /etc/passwd"
    )
    (tmp_path / "mask.nrrd").write_text(text + "\n\n")
    with pytest.raises(InputError, match="another file"):
        read_mask(tmp_path / "mask.nrrd", volume)


@pytest.mark.parametrize("name", ["mask.nii", "mask.nii.gz", "mask.nrrd", "mask.dcm", "mask.png"])
def test_a_file_that_is_no_mask_is_refused(name, volume, tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_mask(tmp_path / name, volume)
    (tmp_path / name).write_bytes(b"nothing of the kind")
    with pytest.raises(InputError, match=name):
        read_mask(tmp_path / name, volume)


@pytest.mark.parametrize(("zooms", "plane"), [((3, 1, 1), "sagittal"), ((1, 3, 1), "coronal")])
def test_a_sparse_mask_of_an_image_without_axial_slices_is_refused(zooms, plane, tmp_path):
    image = nibabel.Nifti1Image(np.ones((8, 8, 8), np.uint8), np.diag([*zooms, 1.0]))
    image.to_filename(tmp_path / "image.nii")
    volume = read_nifti(tmp_path / "image.nii")
    assert read_mask(tmp_path / "image.nii", volume).voxels.all()
    with pytest.raises(InputError, match=f"its image has {plane} slices.*draw every slice"):
        read_mask(tmp_path / "image.nii", volume, sparse=True)


def test_a_segment_named_twice_is_one(volume, pictures, save_seg):
    once = read_seg(save_seg(pictures), volume, ["breast"], sparse=True)
    twice = read_seg(save_seg(pictures), volume, ["breast", "breast"], sparse=True)
    assert np.array_equal(once.labelled, twice.labelled) and twice.segments == ("breast",)


def test_segments_that_are_never_drawn_together_are_called_that(volume, pictures, save_seg):
    pictures[2, ..., 0], pictures[1, ..., 1] = 0, 0
    with pytest.raises(InputError, match="no slice has a frame of each segment"):
        read_seg(save_seg(pictures), volume, sparse=True)


def test_a_seg_whose_frames_say_everything_themselves_is_read(volume, pictures, save_seg):
    def spread(made):
        for frame in made.PerFrameFunctionalGroupsSequence:
            for element in made.SharedFunctionalGroupsSequence[0]:
                frame[element.tag] = element
        del made.SharedFunctionalGroupsSequence

    assert np.array_equal(
        read_seg(save_seg(pictures, spread), volume).voxels, in_volume(pictures.any(-1))
    )


def test_what_is_drawn_outside_the_image_is_counted(labels, volume, pictures, save_seg, tmp_path):
    moved = volume.affine.copy()
    moved[2, 3] -= 6.0  # two of its four slices
    nibabel.Nifti1Image(labels.astype(np.uint8), moved).to_filename(tmp_path / "mask.nii")
    drawn = [np.count_nonzero(labels[:, :, z]) for z in range(4)]
    assert read_mask(tmp_path / "mask.nii", volume).outside == sum(drawn[:2])
    path = save_seg(pictures, lambda made: move(made, (0, 0, -6.0)))
    lost = in_volume(pictures[..., 0])[:, :, :2].sum() + in_volume(pictures[..., 1])[:, :, :2].sum()
    assert read_seg(path, volume).outside == lost
