"""Settings: sets of switches, under each of which the same training is done again and again.

They are what a user may try, one after the other, until the runs agree; after the first that should
suffice, one thing is changed at a time. Some are there for one framework or one device only.

A cap on oneDNN's instructions makes a CPU compute as an older one would: another machine, without
one. Source: oneDNN, "CPU Dispatcher Control",
https://oneapi-src.github.io/oneDNN/dev_guide_cpu_dispatcher_control.html
"""

import functools
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Setting:
    """One set of switches; threads None mean the framework's own choice.

    optimiser : whether TensorFlow's graph optimiser (Grappler) rewrites the graph
    shuffled  : the slices are shuffled by an unseeded generator before fit
    isa       : the newest instructions that oneDNN may use, "" for the machine's own
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
    isa: str = ""

    @property
    def variables(self):
        """Variables that must be set before the framework is imported: dict."""
        off = {} if self.onednn else {"TF_ENABLE_ONEDNN_OPTS": "0"}
        return off | ({"ONEDNN_MAX_CPU_ISA": self.isa} if self.isa else {})

    def is_there(self, framework, device):
        """Whether a framework (its name) has this setting on a device, GPU or CPU."""
        if self.tf32:
            return device == "GPU"
        if self.isa:
            return device == "CPU" and framework != "jax"
        own = not self.optimiser or not self.onednn or self.xla
        return framework == "tensorflow" if own else True


NOTHING = Setting("nothing", "no switch at all")
SEED = Setting("seed", "keras.utils.set_random_seed", seeded=True)
OPS = replace(SEED, name="op determinism", says="and enable_op_determinism", op_determinism=True)
REFERENCE = replace(OPS, name="inter-op 1", says="and one op at a time", inter_op=1)

# Keras leaves XLA out when op determinism is on, so this one is without.
ONE = replace(
    REFERENCE, name="inter-op 1 alone", says="seed, one op at a time", op_determinism=False
)

CAPS = ("AVX512_CORE", "AVX2", "SSE41")  # of oneDNN's instructions, newest first

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
        *(_after(name=isa, says=f"the same, ONEDNN_MAX_CPU_ISA={isa}", isa=isa) for isa in CAPS),
        replace(ONE, name="XLA", says="seed, one op at a time, jit_compile=True", xla=True),
        _after(name="TF32", says="the same, TF32 on: on a GPU only", tf32=True),
        _after(name="unseeded order", says="the same, slices in another order", shuffled=True),
        replace(SEED, name="graph optimiser off", says="seed, and no Grappler", optimiser=False),
    )
}
