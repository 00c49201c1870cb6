"""Input that cannot be used ends in one clear sentence, with nothing written and nobody named."""

import copy
import gzip
import io
import logging
import os
import traceback
import tracemalloc
import warnings

import highdicom
import nibabel
import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydicom.encaps import encapsulate
from pydicom.sr.codedict import codes
from pydicom.uid import DeflatedExplicitVRLittleEndian, JPEG2000Lossless, generate_uid

from helpers.errors import InputError
from helpers.imaging.masks import read_mask
from helpers.imaging.volumes import extract, read_dicom, read_nifti, save_nifti

FUZZ = settings(
    max_examples=200,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
CAP = 1 << 20  # bytes


def drop(*numbers):
    def change(images):
        for number in sorted(numbers, reverse=True):
            del images[number]

    return change


def put(tag, value, *numbers):
    def change(images):
        for number in numbers or range(len(images)):
            setattr(images[number], tag, value)

    return change


def without(tag):
    def change(images):
        for image in images:
            delattr(image, tag)

    return change


def merged_without(*numbers):
    def change(images):
        for number, image in enumerate(images):
            image.SeriesInstanceUID = "1.2.3"
            image.TemporalPositionIdentifier = 1 + number // 4
        drop(*numbers)(images)

    return change


def untold(images):
    for image in images:
        image.SeriesInstanceUID = "1.2.3"
        del image.AcquisitionTime


def localizer(images):
    extra = copy.deepcopy(images[0])
    extra.SeriesInstanceUID, extra.SOPInstanceUID = generate_uid(), generate_uid()
    extra.Rows, extra.Columns = 4, 12
    images.append(extra)


def shear(images):
    for number, image in enumerate(images):
        image.ImagePositionPatient = [-10.0 + number % 4, -20.0, 3.0 * (number % 4)]


def compress(images):
    images[5].PixelData = encapsulate([b"no JPEG 2000 stream"])
    images[5]["PixelData"].VR = "OB"
    images[5].file_meta.TransferSyntaxUID = JPEG2000Lossless


def deflate(images):
    images[5].file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian


def foreign(images):
    for number, image in enumerate(images):
        image.ImageType = ["ORIGINAL", "PRIMARY", "CANARY" if number > 7 else "M"]


def scattered(images):
    for number, image in enumerate(images):
        image.SeriesInstanceUID = f"1.2.{number}"


BAD = {
    "a slice missing in one phase": (drop(5), "slice is missing"),
    "another slice missing in each phase": (drop(1, 6, 9), "same positions|unevenly"),
    "a slice missing in all phases": (drop(1, 5, 9), "unevenly spaced"),
    "only one phase": (drop(*range(4, 12)), "one phase only"),
    "a slice missing in a merged series": (merged_without(5), "missing"),
    "a phase missing in a merged series": (merged_without(4, 5, 6, 7), "a phase is missing"),
    "phases that nothing tells apart": (untold, "tells the phases of a series apart"),
    "uneven spacing": (put("ImagePositionPatient", [-10, -20, 4.0], 1, 5, 9), "unevenly spaced"),
    "sheared slices": (shear, "sheared"),
    "two studies": (put("StudyInstanceUID", "1.2.3", 8, 9, 10, 11), "more than one study"),
    "two patients": (put("PatientID", "Jane", 8, 9, 10, 11), "more than one patient"),
    "two spaces": (put("FrameOfReferenceUID", "1.2.3", 8, 9, 10, 11), "frames of reference"),
    "phases of different shape": (localizer, "different shape"),
    "phases of different spacing": (put("PixelSpacing", [2, 2], 8, 9, 10, 11), "differ in spacing"),
    "pixels that no decoder reads": (compress, "no installed decoder"),
    "a deflated file": (deflate, "deflated"),
    "colour": (put("SamplesPerPixel", 3), "not greyscale"),
    "no pixels": (without("PixelData"), "no pixels"),
    "no position": (without("ImagePositionPatient"), "where it lies"),
    "a spacing of 0": (put("PixelSpacing", [0, 1]), "not above 0"),
    "a spacing that is no number": (put("PixelSpacing", ["nan", "1"]), "where it lies"),
    "axes that are not square": (
        put("ImageOrientationPatient", [1, 0, 0, 1, 0, 0]),
        "perpendicular",
    ),
    "more rows than the file holds": (put("Rows", 60_000), "cut short"),
    "no rows": (put("Rows", 0), "not greyscale"),
    "a slope of 0": (put("RescaleSlope", 0), "slope is 0"),
    "a slope beyond all numbers": (put("RescaleSlope", "1e300"), "no numbers"),
    "another kind of image": (foreign, "differ in kind of image"),
    "one image as two": (put("SOPInstanceUID", "1.2.3"), "different images have one UID"),
    "one moment twice": (
        put("AcquisitionTime", "100000.500000", 4, 5, 6, 7),
        "one acquisition time",
    ),
    "stored bits that cannot be": (put("HighBit", 3), "stored bits do not fit"),
    "a series UID for each slice": (scattered, "a series UID of its own"),
    "no image at all": (put("Modality", "SR"), "no DICOM MR image"),
}


@pytest.mark.parametrize(("change", "reason"), BAD.values(), ids=BAD.keys())
@pytest.mark.filterwarnings("ignore::UserWarning:pydicom", "ignore::RuntimeWarning")
def test_a_study_is_refused_that_has(change, reason, tiny_images, save_images, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    change(tiny_images)
    folder = save_images(tiny_images)
    with pytest.raises(InputError, match=reason) as caught:
        read_dicom(folder)
    assert str(folder) in str(caught.value)
    with pytest.raises(InputError, match=reason):
        extract(folder, out / "study.nii")
    assert not list(out.iterdir())


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(share, tiny_images, save_images):
    folder = save_images(tiny_images)
    path = folder / "0003.dcm"
    os.truncate(path, int(path.stat().st_size * share))
    with pytest.raises(InputError, match="cut short|damaged|where it lies|no pixels|greyscale"):
        read_dicom(folder)


def test_a_folder_without_dicom_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(InputError, match="no DICOM MR image"):
        read_dicom(tmp_path)
    with pytest.raises(InputError, match="is not a folder"):
        read_dicom(tmp_path / "notes.txt")


def test_a_study_larger_than_the_cap_is_refused_before_memory_is_taken(tiny_images, save_images):
    folder = save_images(tiny_images)
    with pytest.raises(InputError, match="raise memory_cap"):
        read_dicom(folder, memory_cap=100)


def test_a_study_takes_at_most_three_times_its_bytes(real_study):
    tracemalloc.start()
    volume = read_dicom(real_study / "dicom_slab")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * volume.data.nbytes


def nifti_bytes(shape, dtype=np.int16, data=b"", **fields):
    header = nibabel.Nifti1Header()
    header.set_data_dtype(dtype)
    header.set_data_shape(shape)
    header.set_sform(np.eye(4), code=1)
    header["magic"], header["vox_offset"] = b"n+1", 352
    for name, value in fields.items():
        header[name] = value
    return header.binaryblock + bytes(4) + data


def test_a_nifti_of_377_bytes_that_asks_for_18_gigabytes_is_refused(tmp_path):
    path = tmp_path / "huge.nii"
    path.write_bytes(nifti_bytes((3000, 3000, 1000), data=bytes(25)))
    assert path.stat().st_size == 377
    with pytest.raises(InputError, match="16.8 GiB|33.5 GiB"):
        read_nifti(path)
    with pytest.raises(InputError, match="more voxels than the file can hold"):
        read_nifti(path, memory_cap=1 << 40)


def test_a_gzip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "bomb.nii.gz"
    cases = [
        ((400, 400, 400), 128_000_000, "raise memory_cap"),
        ((10, 10, 10), 128_000_000, "longer than its header says"),
        ((400, 400, 300), 0, "more voxels than the file can hold"),
    ]
    for shape, size, reason in cases:
        path.write_bytes(gzip.compress(nifti_bytes(shape, data=bytes(size))))
        tracemalloc.start()
        with pytest.raises(InputError, match=reason):
            read_nifti(path, memory_cap=200_000_000)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 4 << 20


NIFTI = {
    "no NIfTI": b"this is no header",
    "nothing": b"",
    "colour": nifti_bytes((2, 2, 2), "RGB", bytes(24)),
    "complex numbers": nifti_bytes((2, 2, 2), np.complex64, bytes(64)),
    "five axes": nifti_bytes((2, 2, 2, 2, 2), data=bytes(64)),
    "no place in space": nifti_bytes((2, 2, 2), data=bytes(16), sform_code=0),
    "a flat space": nifti_bytes((2, 2, 2), data=bytes(16), srow_x=0),
    "too few voxels": nifti_bytes((2, 2, 2), data=bytes(15)),
    "too many voxels": nifti_bytes((2, 2, 2), data=bytes(17)),
    "an offset beyond the file": nifti_bytes((2, 2, 2), data=bytes(16), vox_offset=1e9),
    "values that are no numbers": nifti_bytes((1, 1, 1), np.float32, b"\0\0\xc0\x7f"),
}


@pytest.mark.parametrize("content", NIFTI.values(), ids=NIFTI.keys())
@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_a_nifti_is_refused_that_has(content, ending, tmp_path):
    path = tmp_path / f"own{ending}"
    path.write_bytes(gzip.compress(content) if ending == ".nii.gz" else content)
    with pytest.raises(InputError, match="own"):
        read_nifti(path)


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        '{"times_s": [0]}',
        '{"times_s": [5, 1]}',
        '{"times_s": [0, NaN]}',
        "[" * 100_000,
    ],
)
def test_a_sidecar_that_does_not_fit_is_refused(text, tmp_path):
    (tmp_path / "own.nii").write_bytes(nifti_bytes((1, 1, 1, 2), data=bytes(4)))
    (tmp_path / "own.json").write_text(text)
    with pytest.raises(InputError, match="own.json"):
        read_nifti(tmp_path / "own.nii")


NAMED = {
    "PatientName": "CANARY01^Jane",
    "PatientBirthDate": "19991231",
    "PatientAddress": "CANARY03 Street",
    "PatientID": "CANARY04",
    "OtherPatientIDs": "CANARY05",
    "PatientComments": "CANARY06",
    "InstitutionName": "CANARY07",
    "ReferringPhysicianName": "CANARY08",
    "OperatorsName": "CANARY09",
    "AccessionNumber": "CANARY10",
    "StudyDescription": "CANARY11",
    "SeriesDescription": "CANARY12",
    "ProtocolName": "CANARY13",
    "StationName": "CANARY14",
    "StudyID": "CANARY15",
    "PatientTelephoneNumbers": "CANARY16",
    "MilitaryRank": "CANARY17",
    "RequestingPhysician": "CANARY18",
}
CANARIES = ("CANARY", "19991231")


def plant(images):
    for image in images:
        for tag, value in NAMED.items():
            setattr(image, tag, value)
        image.private_block(0x0019, "CANARY19", create=True).add_new(1, "LO", "CANARY20")


def assert_nobody_is_named(text):
    assert not [canary for canary in CANARIES if canary in text]


def test_nobody_is_named_in_what_is_written(tiny_images, save_images, tmp_path):
    plant(tiny_images)
    folder = save_images(tiny_images)
    for path in folder.iterdir():
        path.rename(folder / f"CANARY {path.name}")
    out = tmp_path / "out"
    out.mkdir()
    save_nifti(read_dicom(folder), out / "study.nii")
    assert len(list(out.iterdir())) == 2
    for path in out.iterdir():
        assert_nobody_is_named(path.name + path.read_bytes().decode("latin-1"))


@pytest.mark.parametrize(("change", "_"), BAD.values(), ids=BAD.keys())
def test_nobody_is_named_when_a_study_is_refused_that_has(
    change, _, tiny_images, save_images, caplog, capfd
):
    plant(tiny_images)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        change(tiny_images)
        folder = save_images(tiny_images)
    for path in folder.iterdir():
        path.rename(folder / f"CANARY {path.name}")
    caplog.clear()
    with (
        caplog.at_level(logging.DEBUG),
        warnings.catch_warnings(record=True) as warned,
        pytest.raises(InputError) as caught,
    ):
        warnings.simplefilter("always")
        read_dicom(folder)
    told = [*traceback.format_exception(caught.value), caplog.text, *capfd.readouterr()]
    assert_nobody_is_named(" ".join([*told, *(str(w.message) for w in warned)]))


def test_nobody_is_named_when_values_break_the_rules(tiny_images, save_images, caplog):
    for tag in ("StudyInstanceUID", "PatientID", "AcquisitionTime", "PixelSpacing"):
        with pydicom.config.disable_value_validation():
            tiny_images[3].add_new(tag, "LO", "CANARY^" * 20)
    folder = save_images(tiny_images)
    with (
        warnings.catch_warnings(record=True) as warned,
        pytest.raises(InputError) as caught,
    ):
        warnings.simplefilter("always")
        read_dicom(folder)
    told = [*traceback.format_exception(caught.value), caplog.text]
    assert_nobody_is_named(" ".join([*told, *(str(w.message) for w in warned)]))


def only_input_error(read, *arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return read(*arguments)
        except InputError as error:
            assert "\n" not in str(error)
            return None


TAGS = [
    *("Rows", "Columns", "BitsAllocated", "SamplesPerPixel", "PixelRepresentation"),
    *("NumberOfFrames", "PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient"),
    *("RescaleSlope", "RescaleIntercept", "AcquisitionTime", "AcquisitionDate", "TriggerTime"),
    *("TemporalPositionIdentifier", "AcquisitionNumber", "SeriesNumber", "SeriesInstanceUID"),
    *("AcquisitionDateTime", "ContentTime", "SliceThickness", "Modality", "StudyInstanceUID"),
]
VALUES = st.one_of(
    st.none(),
    st.integers(-(2**33), 2**33).map(str),
    st.floats().map(str),
    st.text(max_size=20),
    st.lists(st.sampled_from(["0", "1", "-1", "1e308", "nan", "inf", "", "x"]), max_size=7).map(
        "\\".join
    ),
)


def set_raw(image, tag, value):
    """Put ``value`` into the file as bytes, past pydicom's own checks."""
    if value is None:
        image.pop(tag, None)
        return
    number = pydicom.datadict.tag_for_keyword(tag)
    vr = pydicom.datadict.dictionary_VR(number)
    content = value.encode("utf-8")
    content += b" " * (len(content) % 2)
    image[number] = pydicom.dataelem.RawDataElement(
        pydicom.tag.Tag(number), vr, len(content), content, 0, False, True
    )


@pytest.fixture
def written(tiny_images, tmp_path):
    """A folder of the tiny study, its files numbered as its images."""
    (tmp_path / "study").mkdir()
    for number, image in enumerate(tiny_images):
        image.save_as(tmp_path / "study" / f"{number:04d}.dcm", enforce_file_format=True)
    return tmp_path / "study"


@pytest.fixture
def intact(written):
    return [path.read_bytes() for path in sorted(written.iterdir())]


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
@FUZZ
@given(
    changes=st.lists(st.tuples(st.sampled_from(TAGS), VALUES), min_size=1, max_size=4),
    first=st.integers(0, 11),
    count=st.sampled_from([1, 4, 12]),
)
@example(changes=[("NumberOfFrames", "999999999")], first=0, count=12)
@example(changes=[("ImagePositionPatient", "1e308\\1e308\\-1e308")], first=0, count=12)
@example(changes=[("AcquisitionTime", "235959")], first=4, count=4)
def test_headers_of_any_content_give_a_volume_or_one_sentence(
    changes, first, count, written, intact
):
    for number in range(first, min(first + count, 12)):
        image = pydicom.dcmread(io.BytesIO(intact[number]))
        for tag, value in changes:
            set_raw(image, tag, value)
        image.save_as(written / f"{number:04d}.dcm")
    volume = only_input_error(read_dicom, written, CAP)
    for number, content in enumerate(intact):
        (written / f"{number:04d}.dcm").write_bytes(content)
    assert volume is None or (np.isfinite(volume.data).all() and volume.data.nbytes <= CAP)


FLIPS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=12)


def flip(content, flips, keep):
    content = bytearray(content[: max(1, int(len(content) * keep))])
    for place, value in flips:
        content[place % len(content)] = value
    return bytes(content)


@FUZZ
@given(flips=FLIPS, keep=st.sampled_from([1, 1, 1, 0.99, 0.5]))
def test_damaged_bytes_of_a_study_give_a_volume_or_one_sentence(flips, keep, written):
    path = written / "0005.dcm"
    intact = path.read_bytes()
    path.write_bytes(flip(intact, flips, keep))
    volume = only_input_error(read_dicom, written, CAP)
    path.write_bytes(intact)
    assert volume is None or volume.data.nbytes <= CAP


@FUZZ
@given(flips=FLIPS, keep=st.sampled_from([1, 1, 1, 0.99, 0.5]), packed=st.booleans())
def test_damaged_bytes_of_a_nifti_give_a_volume_or_one_sentence(flips, keep, packed, tmp_path):
    path = tmp_path / ("own.nii.gz" if packed else "own.nii")
    content = flip(nifti_bytes((4, 4, 4), data=bytes(range(128))), flips, keep)
    path.write_bytes(gzip.compress(content) if packed else content)
    volume = only_input_error(read_nifti, path, CAP)
    assert volume is None or volume.data.nbytes <= CAP


@FUZZ
@given(flips=FLIPS, keep=st.sampled_from([1, 1, 1, 0.99, 0.5]))
def test_damaged_bytes_of_a_mask_give_a_mask_or_one_sentence(flips, keep, written, tmp_path):
    volume = read_dicom(written)
    lines = ["NRRD0005", "type: uint8", "dimension: 3", "space: left-posterior-superior"]
    lines += ["sizes: 8 6 4", "space directions: (1.5,0,0) (0,2,0) (0,0,3)", "encoding: raw"]
    lines += ["space origin: (-10,-20,0)", "Segment0_Name:=a", "Segment0_LabelValue:=1"]
    content = "\n".join([*lines, "", ""]).encode() + bytes([0, 1] * 96)
    (tmp_path / "own.nrrd").write_bytes(flip(content, flips, keep))
    mask = only_input_error(read_mask, tmp_path / "own.nrrd", volume, None, False, CAP)
    assert mask is None or mask.voxels.shape == (8, 6, 4)


def seg_bytes(images):
    """A SEG of one segment on the tiny study, as highdicom writes it."""
    sources = copy.deepcopy(images[:4])
    for number, image in enumerate(sources):
        image.PatientName = image.PatientBirthDate = image.PatientSex = image.StudyID = ""
        image.StudyDate = image.StudyTime = image.AccessionNumber = ""
        image.InstanceNumber = number + 1
    drawn = np.zeros((4, 6, 8), np.uint8)
    drawn[1:3, 2:5, 2:6] = 1
    made = highdicom.seg.Segmentation(
        source_images=sources,
        pixel_array=drawn,
        segmentation_type=highdicom.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[
            highdicom.seg.SegmentDescription(
                segment_number=1,
                segment_label="breast",
                segmented_property_category=codes.SCT.Tissue,
                segmented_property_type=codes.SCT.Tissue,
                algorithm_type=highdicom.seg.SegmentAlgorithmTypeValues.MANUAL,
            )
        ],
        series_instance_uid="1.2.3",
        series_number=300,
        sop_instance_uid="1.2.4",
        instance_number=1,
        manufacturer="nobody",
        manufacturer_model_name="none",
        software_versions="0",
        device_serial_number="0",
    )
    content = io.BytesIO()
    made.save_as(content)
    return content.getvalue()


@FUZZ
@given(flips=FLIPS, keep=st.sampled_from([1, 1, 1, 0.99, 0.5]))
def test_damaged_bytes_of_a_seg_give_a_mask_or_one_sentence(flips, keep, seg, tmp_path):
    volume, content = seg
    (tmp_path / "seg.dcm").write_bytes(flip(content, flips, keep))
    mask = only_input_error(read_mask, tmp_path / "seg.dcm", volume, None, False, CAP)
    assert mask is None or mask.voxels.shape == (8, 6, 4)


@pytest.fixture
def seg(written, tiny_images):
    return read_dicom(written), seg_bytes(tiny_images)


def test_a_header_that_claims_four_gigabytes_for_one_tag_takes_no_memory(seg, written, tmp_path):
    volume, content = seg
    claim = b"\x28\x00\x30\x00DS", b"\x28\x00\x30\x00OB\0\0\xff\xff\xff\xf0"
    (tmp_path / "seg.dcm").write_bytes(content.replace(*claim))
    image = written / "0005.dcm"
    image.write_bytes(image.read_bytes().replace(*claim))
    assert claim[1] in (tmp_path / "seg.dcm").read_bytes() and claim[1] in image.read_bytes()
    tracemalloc.start()
    only_input_error(read_mask, tmp_path / "seg.dcm", volume, None, False, CAP)
    with pytest.raises(InputError):
        read_dicom(written)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20


@pytest.mark.parametrize(
    "affine", [np.full((4, 4), 1e-30), np.ones((4, 4)), np.diag([1e30, 1e-30, 1, 1])]
)
def test_a_mask_in_an_impossible_space_is_refused(affine, seg, tmp_path):
    affine[3] = [0, 0, 0, 1]
    header = nifti_bytes((2, 2, 2), np.uint8, bytes([0, 1] * 4), srow_x=affine[0], srow_y=affine[1])
    (tmp_path / "own.nii").write_bytes(header)
    with pytest.raises(InputError, match=r"own\.nii"):
        read_mask(tmp_path / "own.nii", seg[0])


def test_a_mask_that_begins_beyond_all_voxels_is_refused(seg, tmp_path):
    affine = seg[0].affine.copy()
    affine[0, 3] = 3e30
    labels = np.ones(seg[0].data.shape[:3], np.uint8)
    nibabel.Nifti1Image(labels, affine).to_filename(tmp_path / "own.nii")
    with pytest.raises(InputError, match="do not coincide"):
        read_mask(tmp_path / "own.nii", seg[0])


def test_a_broken_nifti_header_says_nothing_in_the_log(tmp_path, caplog):
    content = b"\0" + nifti_bytes((2, 2, 2), data=bytes(16))[1:]
    (tmp_path / "own.nii").write_bytes(content)
    read_nifti(tmp_path / "own.nii")
    assert not caplog.text
    nibabel.Nifti1Header.from_fileobj(io.BytesIO(content))
    assert "sizeof_hdr" in caplog.text


@pytest.mark.parametrize("value", [np.inf, np.nan, 0.5])
def test_a_mask_whose_values_are_no_labels_is_refused(value, seg, tmp_path):
    labels = np.zeros(seg[0].data.shape[:3], np.float32)
    labels[2, 2, 2] = value
    nibabel.Nifti1Image(labels, seg[0].affine).to_filename(tmp_path / "own.nii")
    with pytest.raises(InputError, match="not labels"):
        read_mask(tmp_path / "own.nii", seg[0])
