import numpy as np
import pytest

from helpers.lesions import texture


def slow_codes(plane):
    """Uniform rotation-invariant patterns of the inner pixels of a plane, by Ojala's words.

    Neighbours on a circle of radius 1, in between pixels by bilinear interpolation.
    """
    codes = np.zeros(plane.shape, int)
    angles = 2 * np.pi * np.arange(texture.POINTS) / texture.POINTS
    for r in range(1, plane.shape[0] - 1):
        for c in range(1, plane.shape[1] - 1):
            bits = []
            for a in angles:
                y, x = round(r - np.sin(a), 5), round(c + np.cos(a), 5)
                y0, x0 = int(np.floor(y)), int(np.floor(x))
                dy, dx = y - y0, x - x0
                y1, x1 = min(y0 + 1, plane.shape[0] - 1), min(x0 + 1, plane.shape[1] - 1)
                top = (1 - dx) * plane[y0, x0] + dx * plane[y0, x1]
                low = (1 - dx) * plane[y1, x0] + dx * plane[y1, x1]
                bits.append((1 - dy) * top + dy * low >= plane[r, c])
            changes = sum(a != b for a, b in zip(bits, bits[1:] + bits[:1], strict=True))
            codes[r, c] = sum(bits) if changes <= 2 else texture.POINTS + 1
    return codes


def test_patterns_are_those_of_a_slow_version():
    rng = np.random.default_rng(0)
    data = rng.integers(0, 1000, (9, 8, 4, 5)).astype(float)
    voxels = np.array([[3, 3, 1], [4, 3, 1], [4, 4, 2]])
    found = texture.patterns(data, voxels)
    codes = []
    codes.append([slow_codes(data[:, :, z, t])[x, y] for x, y, z in voxels for t in range(5)])
    codes.append([slow_codes(data[:, y, z])[x, t] for x, y, z in voxels for t in range(1, 4)])
    codes.append([slow_codes(data[x, :, z])[y, t] for x, y, z in voxels for t in range(1, 4)])
    shares = [np.bincount(one, minlength=texture.BINS) / len(one) for one in codes]
    np.testing.assert_allclose(found, np.concatenate(shares))


def test_shares_add_up_to_one_on_each_plane_and_at_the_edge_of_the_image():
    data = np.random.default_rng(1).integers(0, 99, (6, 6, 3, 3)).astype(float)
    found = texture.patterns(data, np.argwhere(np.ones((6, 6, 3))))
    assert found.reshape(3, -1).sum(1) == pytest.approx([1, 1, 1])
    assert len(found) == len(texture.NAMES)


def test_the_gain_of_the_scanner_changes_no_pattern():
    data = np.random.default_rng(2).integers(0, 99, (8, 8, 3, 4)).astype(float)
    voxels = np.argwhere(np.ones((8, 8, 3)))[60:90]
    np.testing.assert_array_equal(
        texture.patterns(data, voxels), texture.patterns(4 * data, voxels)
    )
