"""Training loops: Keras' fit, and an epoch as one function compiled by TensorFlow.

Both see the same mini-batches, in an order that is passed in, and both take Keras' own training
step. They differ in how the steps are run, and so in rounding and in time.
"""

import functools
import math

import numpy as np

from helpers.errors import InputError
from helpers.learning import feeds
from helpers.learning.minibatches import Slices, ahead
from helpers.learning.quiet_keras import keras


def run(model, protocol, trained, next_order, callbacks):
    """Train a compiled model for the protocol's epochs by the protocol's loop.

    model      : keras.Model, compiled
    trained    : list of Prepared, one a patient
    next_order : function n → (n,) int array, the order of n slices in the next epoch
    callbacks  : Keras callbacks; one that sets ``model.stop_training`` ends the training
    raises     : InputError when the loop is ``compiled`` and the backend is not TensorFlow
    """
    loop = {"fit": _fit, "compiled": _compiled}[protocol.loop]
    loop(model, protocol, Slices(trained, protocol.slice_step), next_order, callbacks)


def _fit(model, protocol, slices, next_order, callbacks):
    """Keras' fit, an epoch a call, so that the order of the slices is ours."""
    for epoch in range(protocol.epochs):
        model.fit(
            feeds.epoch(slices, next_order(len(slices)), protocol.batch),
            initial_epoch=epoch,
            epochs=epoch + 1,
            shuffle=False,
            verbose=0,
            callbacks=callbacks,
        )
        if model.stop_training:
            return


def _compiled(model, protocol, slices, next_order, callbacks):
    """An epoch in a few calls of one compiled function, few slices in the device's memory."""
    _require_tensorflow()
    feed = _streamed(slices) if slices.are_streamed else _held(slices)
    told = keras.callbacks.CallbackList(callbacks, model=model)
    watched = max(map(_watched, callbacks), default=0)
    model.stop_training = False
    told.on_train_begin()
    for epoch in range(protocol.epochs):
        told.on_epoch_begin(epoch)
        model.reset_metrics()
        order = next_order(len(slices))
        alone = len(order) if slices.are_streamed else watched
        calls = feed(_calls(order, protocol.batch, alone))
        watched -= _run_calls(model, protocol.batch, calls, watched, told)
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


def _held(slices):
    """A function that gives each call all slices, which lie in the device's memory."""
    import tensorflow as tf

    everything = [tf.constant(array) for array in slices.gather(range(len(slices)))]
    return lambda calls: ((*everything, order) for order in calls)


def _streamed(slices):
    """A function that gives each call its own slices, gathered one call ahead."""

    def _gather(order):
        own = np.arange(order.size, dtype="int32").reshape(order.shape)
        return *slices.gather(order.ravel()), own

    return lambda calls: ahead(_gather, calls)


def _run_calls(model, batch, calls, watched, told):
    """Run the calls of an epoch, telling of the first ``watched``; returns how many were told.

    calls : iterable of (images, masks, order) as ``_steps`` takes them
    """
    number = -1
    for number, (images, masks, order) in enumerate(calls):
        steps = _steps(model, batch if order.shape[1] == batch else None)
        if number >= watched:
            steps(images, masks, order)
            continue
        told.on_train_batch_begin(number)
        steps(images, masks, order)
        told.on_train_batch_end(number, _metrics(model))
        if model.stop_training:
            break
    return min(watched, number + 1)


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
