"""A training that is watched for some steps ends with them."""

from types import SimpleNamespace

import numpy as np

from helpers.nondeterminism.parting import Trail


def test_a_trail_keeps_so_many_steps_and_then_asks_the_training_to_stop():
    trail = Trail(2)
    model = SimpleNamespace(get_weights=lambda: [np.ones((2, 2)), np.zeros(3)], stop_training=False)
    trail.set_model(model)
    stops = []
    for batch in range(3):
        trail.on_train_batch_end(batch)
        stops.append(model.stop_training)
    assert stops == [False, True, True]
    assert [w.tolist() for w in trail.weights] == 2 * [[1, 1, 1, 1, 0, 0, 0]]
