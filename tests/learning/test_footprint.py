"""The operations on paper are those of the layers that Keras has built."""

import numpy as np
import pytest

from helpers.learning import footprint, unet
from helpers.learning.quiet_keras import layers
from helpers.protocol import DEMO, PAPER, PARTING


def _slow_operations(model):
    """Every output pixel of a convolution looks at one kernel for each filter; ×3 with backward."""
    total = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2DTranspose):
            total += np.prod(layer.input.shape[1:3]) * np.prod(layer.kernel.shape)
        elif isinstance(layer, layers.Conv2D):
            total += np.prod(layer.output.shape[1:3]) * np.prod(layer.kernel.shape)
    return 3 * 2 * int(total)


@pytest.mark.parametrize("protocol", [PAPER, PARTING, DEMO], ids=lambda p: p.name)
def test_the_operations_on_paper_are_those_of_keras_layers(protocol):
    p = protocol
    model = unet.build((p.size, p.size, len(p.phases)), p.depth, p.base_filters)
    assert footprint.operations(p) == _slow_operations(model)
