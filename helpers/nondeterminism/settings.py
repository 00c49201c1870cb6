"""Settings: sets of switches, under each of which the same training is done again and again.

They are what a user may try in TensorFlow, one after the other, until the runs agree; after the
first that should suffice, one thing is changed at a time.
"""

import functools
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Setting:
    """One set of switches; threads None mean the framework's own choice.

    optimiser : whether TensorFlow's graph optimiser (Grappler) rewrites the graph
    shuffled  : the slices are shuffled by an unseeded generator before fit
    """

    name: str
    says: str
    seeded: bool = False
    op_determinism: bool = False
    inter_op: int | None = None
    intra_op: int | None = None
    optimiser: bool = True
    onednn: bool = True
    xla: bool = False
    tf32: bool = False
    shuffled: bool = False

    @property
    def variables(self):
        """Variables that must be set before TensorFlow is imported: dict."""
        return {} if self.onednn else {"TF_ENABLE_ONEDNN_OPTS": "0"}


NOTHING = Setting("nothing", "no switch at all")
SEED = Setting("seed", "keras.utils.set_random_seed", seeded=True)
OPS = replace(SEED, name="op determinism", says="and enable_op_determinism", op_determinism=True)
REFERENCE = replace(OPS, name="inter-op 1", says="and one op at a time", inter_op=1)

# Keras leaves XLA out when op determinism is on, so this one is without.
ONE = replace(
    REFERENCE, name="inter-op 1 alone", says="seed, one op at a time", op_determinism=False
)

_after = functools.partial(replace, REFERENCE)

SETTINGS = {
    s.name: s
    for s in (
        NOTHING,
        SEED,
        OPS,
        REFERENCE,
        ONE,
        _after(name="fresh process", says="the same in another process"),
        _after(name="intra-op 1", says="the same, one thread an op", intra_op=1),
        _after(name="intra-op 2", says="the same, two threads an op", intra_op=2),
        _after(name="intra-op 4", says="the same, four threads an op", intra_op=4),
        _after(name="oneDNN off", says="the same, TF_ENABLE_ONEDNN_OPTS=0", onednn=False),
        replace(ONE, name="XLA", says="seed, one op at a time, jit_compile=True", xla=True),
        _after(name="TF32", says="the same, TF32 on: on a GPU only", tf32=True),
        _after(name="unseeded order", says="the same, slices in another order", shuffled=True),
        replace(SEED, name="graph optimiser off", says="seed, and no Grappler", optimiser=False),
    )
}
