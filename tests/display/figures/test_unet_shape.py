"""The drawn U-Net is the one that is built: its levels, sizes and filters."""

import re
from dataclasses import replace

import pytest

from helpers.display.figures.unet_shape import unet_shape
from helpers.learning import unet
from helpers.protocol import SMOKE


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_the_blocks_are_the_levels_of_the_network_that_is_built(ax, depth):
    protocol = replace(SMOKE, depth=depth)
    assert unet_shape(protocol, ax) is ax and len(ax.patches) == 2 * depth + 1
    drawn = {
        tuple(map(int, two)) for two in re.findall(r"(\d+) × \d+ pixels, (\d+)", ax.get_label())
    }
    shape = (protocol.size, protocol.size, len(protocol.phases))
    layers = [layer for layer in unet.of(protocol, shape).layers if hasattr(layer, "filters")]
    built = {(layer.output.shape[1], layer.filters) for layer in layers if layer.filters > 1}
    assert drawn == built
    assert f"{len(protocol.phases)} phases in" in ax.get_title()
