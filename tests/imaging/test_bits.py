"""Only the bits that a header calls stored are pixels, whatever the others hold."""

import io

import nibabel
import numpy as np
import pytest
from PIL import Image
from pydicom.encaps import encapsulate
from pydicom.pixels.encoders import RLELosslessEncoder
from pydicom.uid import (
    ExplicitVRBigEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from helpers.errors import InputError
from helpers.imaging.dicom.pixels import only_pixel_bits
from helpers.imaging.masks import read_seg
from helpers.imaging.volumes import extract, read_dicom, read_nifti

SHAPE = (3, 4, 6, 8)  # phase, slice, row, column


def values_of(signed, stored):
    """Pixels that use every bit, (phase, slice, row, column), the extremes among them."""
    low = -(1 << stored - 1) if signed else 0
    rng = np.random.default_rng(stored)
    pixels = rng.integers(low, low + (1 << stored), SHAPE)
    pixels[..., 0, 0], pixels[..., 0, 1] = low, low + (1 << stored) - 1
    return pixels


def put(images, pixels, signed=False, allocated=16, stored=12, high=None, garbage=True):
    """Write pixels as cells of ``allocated`` bits, the bits beside the pixel drawn at random."""
    high = stored - 1 if high is None else high
    low = high + 1 - stored
    mask = ((1 << stored) - 1) << low
    cells = (pixels.astype(np.int64) << low) & mask
    if garbage:
        noise = np.random.default_rng(1).integers(0, 1 << allocated, pixels.shape)
        cells |= noise & ~mask & ((1 << allocated) - 1)
    for number, image in enumerate(images):
        image.PixelRepresentation, image.InstanceNumber = int(signed), 1 + number % 4
        image.BitsAllocated, image.BitsStored, image.HighBit = allocated, stored, high
        image.PixelData = cells[divmod(number, 4)].astype(f"<u{allocated // 8}").tobytes()
    return images


def as_read(pixels):
    """(phase, slice, row, column) as the volume's (x, y, z, time), by the slow obvious way."""
    data = np.zeros((8, 6, 4, 3), np.float32)
    for time, level, row, column in np.ndindex(*SHAPE):
        data[7 - column, 5 - row, level, time] = pixels[time, level, row, column]
    return data


def by_dcm2niix(convert, folder):
    """What dcm2niix makes of the tiny study's phases, (x, y, z, time)."""
    images = convert(folder)
    numbers = [int(image.get_filename().rsplit("/", 1)[1].split("_")[0]) for image in images]
    order = np.argsort(numbers)[::-1]  # the first phase has the highest number
    straight = [nibabel.as_closest_canonical(images[i]).get_fdata() for i in order]
    return np.stack(straight, -1)


def test_twelve_signed_bits_of_sixteen_without_sign_extension(
    tiny_images, save_images, dcm2niix, tmp_path
):
    pixels = np.random.default_rng(0).integers(-194, 1994, SHAPE)
    folder = save_images(put(tiny_images, pixels, signed=True, garbage=False))
    assert np.array_equal(read_dicom(folder).data, as_read(pixels))
    extract(folder, tmp_path / "study.nii")
    assert np.array_equal(read_nifti(tmp_path / "study.nii").data, as_read(pixels))
    assert np.array_equal(by_dcm2niix(dcm2niix, folder), as_read(pixels))


def test_an_overlay_in_the_upper_bits_is_no_pixel_for_dcm2niix_either(
    tiny_images, save_images, dcm2niix
):
    folder = save_images(put(tiny_images, values_of(False, 12)))
    assert np.array_equal(read_dicom(folder).data, as_read(values_of(False, 12)))
    assert np.array_equal(by_dcm2niix(dcm2niix, folder), as_read(values_of(False, 12)))


@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "signed"])
@pytest.mark.parametrize(
    ("allocated", "stored", "high"),
    [(16, 12, 11), (16, 12, 15), (16, 12, 13), (16, 10, 9), (16, 15, 14), (16, 16, 15), (16, 1, 0)]
    + [(8, 6, 5), (8, 6, 7), (8, 8, 7), (32, 20, 19), (32, 20, 31), (32, 24, 27)],
)
def test_bits_beside_the_pixel_do_not_count(
    signed, allocated, stored, high, tiny_images, save_images
):
    pixels = values_of(signed, stored)
    folder = save_images(put(tiny_images, pixels, signed, allocated, stored, high))
    assert np.array_equal(read_dicom(folder).data, as_read(pixels))


@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "signed"])
def test_the_rescale_slope_comes_after_the_bits(signed, tiny_images, save_images):
    pixels = values_of(signed, 12)
    for image in put(tiny_images, pixels, signed):
        image.RescaleSlope, image.RescaleIntercept = "0.5", "-3"
    assert np.array_equal(read_dicom(save_images(tiny_images)).data, as_read(pixels) / 2 - 3)


@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "signed"])
@pytest.mark.parametrize("high", [11, 15])
def test_big_endian_and_run_length_files_hold_the_same_cells(
    high, signed, tiny_images, save_images
):
    pixels = values_of(signed, 12)
    plain = as_read(pixels)
    put(tiny_images, pixels, signed, high=high)
    for number, image in enumerate(tiny_images):
        image.file_meta.TransferSyntaxUID = (RLELossless, ExplicitVRBigEndian)[number % 2]
        cells = np.frombuffer(image.PixelData, "<u2").reshape(6, 8)
        if number % 2:
            image.PixelData = cells.astype(">u2").tobytes()
        else:
            image.PixelData = encapsulate([run_lengths(cells)])
        image["PixelData"].VR = "OW" if number % 2 else "OB"
    assert np.array_equal(read_dicom(save_images(tiny_images)).data, plain)


def run_lengths(cells):
    return RLELosslessEncoder.encode(
        cells.tobytes(),
        rows=6,
        columns=8,
        samples_per_pixel=1,
        number_of_frames=1,
        bits_allocated=16,
        bits_stored=16,
        pixel_representation=0,
        photometric_interpretation="MONOCHROME2",
    )


@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "signed"])
def test_what_a_decoder_of_jpeg_ls_gives_clean_stays_as_it_is(signed, tiny_images, save_images):
    pixels = values_of(signed, 12)
    put(tiny_images, pixels, signed, garbage=False)
    for number, image in enumerate(tiny_images):
        image.PixelData = pixels[divmod(number, 4)].astype("<i2" if signed else "<u2").tobytes()
        image.compress(JPEGLSLossless, generate_instance_uid=False)
    assert np.array_equal(read_dicom(save_images(tiny_images)).data, as_read(pixels))


@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "signed"])
def test_jpeg_2000_that_keeps_whole_cells_has_their_unused_bits_taken_out(
    signed, tiny_images, save_images
):
    pixels = values_of(signed, 12)
    for image in put(tiny_images, pixels, signed):
        cells, packed = np.frombuffer(image.PixelData, "<u2").reshape(6, 8), io.BytesIO()
        Image.fromarray(cells).save(packed, "JPEG2000", no_jp2=True, irreversible=False)
        image.PixelData = encapsulate([packed.getvalue()])
        image["PixelData"].VR = "OB"
        image.file_meta.TransferSyntaxUID = JPEG2000Lossless
    assert np.array_equal(read_dicom(save_images(tiny_images)).data, as_read(pixels))


def test_a_header_without_stored_bits_means_all_of_them(tiny_images, save_images):
    truth = read_dicom(save_images(tiny_images, "whole")).data
    for image in tiny_images:
        del image.BitsStored, image.HighBit
    assert np.array_equal(read_dicom(save_images(tiny_images)).data, truth)


@pytest.mark.parametrize(
    ("stored", "high"), [(17, 16), (12, 16), (12, 10), (40_000, 11)], ids=lambda value: f"{value}"
)
def test_bits_that_cannot_be_are_refused(stored, high, tiny_images, save_images):
    tiny_images[5].BitsStored, tiny_images[5].HighBit = stored, high
    with pytest.raises(InputError, match="stored bits do not fit"):
        read_dicom(save_images(tiny_images))


def test_a_palette_is_no_greyscale(tiny_images, save_images):
    tiny_images[5].PhotometricInterpretation = "PALETTE COLOR"
    with pytest.raises(InputError, match="not greyscale"):
        read_dicom(save_images(tiny_images))


@pytest.mark.parametrize("high", [0, 4])
def test_a_segmentation_of_a_byte_a_pixel_has_one_bit_of_each(high, volume, pictures, save_seg):
    def in_bytes(made):
        drawn = made.pixel_array.astype(np.uint8)
        made.BitsAllocated, made.BitsStored, made.HighBit = 8, 1, high
        made.PixelData = (drawn << high | (0xA5 & ~(1 << high))).astype(np.uint8).tobytes()

    mask = read_seg(save_seg(pictures, in_bytes), volume)
    assert np.array_equal(mask.voxels, pictures.any(-1).T[::-1, ::-1])


def test_the_bits_of_an_array_are_cleaned_in_place():
    cells = np.array([0xF000, 0x0FFF, 0x0800, 0x07FF], "<u2")
    assert only_pixel_bits(cells.copy(), 12, 11).tolist() == [0, 4095, 2048, 2047]
    assert only_pixel_bits(cells.view("<i2"), 12, 11).tolist() == [0, -1, -2048, 2047]


def test_the_real_slab_with_noise_in_its_unused_bits_is_the_real_slab(real_images, save_images):
    truth = read_dicom(save_images(real_images[:20], "clean")).data
    for image in real_images[:20]:
        noise = np.random.default_rng(2).integers(0, 16, 448 * 448).astype("<u2") << 12
        image.PixelData = (np.frombuffer(image.PixelData, "<u2") | noise).tobytes()
    assert np.array_equal(read_dicom(save_images(real_images[:20])).data, truth)
