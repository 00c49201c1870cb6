"""Training loops: Keras' fit, and an epoch as one function compiled by TensorFlow.

Both see the same mini-batches, in an order that is passed in, and both take Keras' own training
step. They differ in how the steps are run, and so in rounding and in time.
"""

import functools
import math

import numpy as np

from helpers.errors import InputError
from helpers.learning.quiet_keras import keras


def run(model, protocol, trained, next_order, callbacks):
    """Train a compiled model for the protocol's epochs by the protocol's loop.

    model      : keras.Model, compiled
    trained    : list of Prepared, one a patient
    next_order : function n → (n,) int array, the order of n slices in the next epoch
    callbacks  : Keras callbacks; one that sets ``model.stop_training`` ends the training
    raises     : InputError when the loop is ``compiled`` and the backend is not TensorFlow
    """
    images = np.concatenate([p.images[p.labelled] for p in trained])
    masks = np.concatenate([p.masks[p.labelled] for p in trained])
    loop = {"fit": _fit, "compiled": _compiled}[protocol.loop]
    loop(model, protocol, images, masks, next_order, callbacks)


def _fit(model, protocol, images, masks, next_order, callbacks):
    """Keras' fit on arrays, an epoch a call, so that the order of the slices is ours."""
    for epoch in range(protocol.epochs):
        order = next_order(len(images))
        model.fit(
            images[order],
            masks[order],
            batch_size=protocol.batch,
            initial_epoch=epoch,
            epochs=epoch + 1,
            shuffle=False,
            verbose=0,
            callbacks=callbacks,
        )
        if model.stop_training:
            return


def _compiled(model, protocol, images, masks, next_order, callbacks):
    """An epoch in a few calls of one compiled function, the slices in the device's memory."""
    _require_tensorflow()
    import tensorflow as tf

    data = tf.constant(images), tf.constant(masks)
    told = keras.callbacks.CallbackList(callbacks, model=model)
    watched = max(map(_watched, callbacks), default=0)
    model.stop_training = False
    told.on_train_begin()
    for epoch in range(protocol.epochs):
        told.on_epoch_begin(epoch)
        model.reset_metrics()
        calls = _calls(next_order(len(images)), protocol.batch, watched)
        watched -= _run_calls(model, protocol.batch, data, calls, watched, told)
        told.on_epoch_end(epoch, _metrics(model))
        if model.stop_training:
            break
    told.on_train_end()


def _require_tensorflow():
    backend = keras.backend.backend()
    if backend != "tensorflow":
        raise InputError(
            f"loop='compiled' exists in TensorFlow only: use loop='fit' with the {backend} backend."
        )


def _watched(callback):
    """After how many of a training's first steps a callback wants to be called.

    None when it looks at no step, else its attribute ``first``, else all.
    """
    none = keras.callbacks.Callback
    own = type(callback)
    if own.on_train_batch_end is none.on_train_batch_end:
        return 0
    return getattr(callback, "first", math.inf)


def _calls(order, batch, watched):
    """An epoch's order cut into calls: list of (steps, slices) int32 arrays.

    The first ``watched`` mini-batches come one a call, the others together, a partial one last.
    """
    full = len(order) // batch * batch
    steps, partial = np.split(order.astype("int32"), [full])
    steps = steps.reshape(-1, batch)
    alone = min(watched, len(steps))
    calls = [*steps[:alone, None], steps[alone:], partial[None]]
    return [call for call in calls if call.size]


def _run_calls(model, batch, data, calls, watched, told):
    """Run the calls of an epoch, telling of the first ``watched``; returns how many were told."""
    for number, order in enumerate(calls):
        steps = _steps(model, batch if order.shape[1] == batch else None)
        if number >= watched:
            steps(*data, order)
            continue
        told.on_train_batch_begin(number)
        steps(*data, order)
        told.on_train_batch_end(number, _metrics(model))
        if model.stop_training:
            break
    return min(watched, len(calls))


def _metrics(model):
    return {name: float(value) for name, value in model.get_metrics_result().items()}


@functools.lru_cache(maxsize=2)
def _steps(model, batch):
    """The compiled function (images, masks, order) that trains a model step by step.

    batch : slices of each mini-batch, so that the graph knows every shape; any number when None
    order : (steps, batch) int32, the slices of each mini-batch

    One trace serves any number of slices and steps, and so every cell of a process.
    """
    import tensorflow as tf

    def _train(images, masks, order):
        def _step(step):
            model.train_step((tf.gather(images, order[step]), tf.gather(masks, order[step])))
            return step + 1

        count = tf.shape(order)[0]
        tf.while_loop(lambda step: step < count, _step, [0], parallel_iterations=1)

    slices = [
        tf.TensorSpec((None, *shape[1:])) for shape in (model.input_shape, model.output_shape)
    ]
    signature = [*slices, tf.TensorSpec((None, batch), tf.int32)]
    return tf.function(_train, input_signature=signature, autograph=False, jit_compile=False)
