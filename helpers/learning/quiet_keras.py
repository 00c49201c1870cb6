"""Keras, imported without the chatter that its framework writes to the terminal.

Numbers are float32 and channels last, whatever the user's keras.json says.
"""

import contextlib
import os
import sys


@contextlib.contextmanager
def _silent_terminal():
    sys.stderr.flush()
    terminal, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)
        os.close(nowhere)


with _silent_terminal():
    import keras
    from keras import layers, ops

keras.config.set_floatx("float32")
keras.config.set_image_data_format("channels_last")

__all__ = ["keras", "layers", "ops"]
