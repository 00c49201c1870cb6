"""cuDNN's list on this machine: the probes of its entries and of the U-Net, each set of switches
in a fresh process of its own.

First what a user gets (``default``) and every switch (``control``); then, where one has ended
something, each switch alone, on what it has ended.
"""

import functools

import pandas as pd

from helpers.learning import frameworks
from helpers.learning import switches as process
from helpers.learning.frameworks import nvidia_smi
from helpers.nondeterminism import cudnn_verdict, fresh_process
from helpers.nondeterminism.probing import COLUMNS
from helpers.study.progress import bar

INTER_OP = "inter-op 1"
RUNS = 20  # computations of each probe on the same input


def switch_sets(protocol):
    """The sets of switches by name: dict of name → Switches."""
    return {
        "default": process.wanted(False, protocol),
        "control": process.wanted(True, protocol),
        "op determinism": process.Switches(op_determinism=True),
        INTER_OP: process.Switches(inter_op_threads=1),
    }


def tried():
    """The names of the sets that are there on this framework, in the order of their turns."""
    alone = [name for name in cudnn_verdict.ALONE if name != INTER_OP or frameworks.has_inter_op()]
    return "default", "control", *alone


def live_or(shipped, protocol, on="GPU", runs=RUNS):
    """The probes computed now where the framework computes on ``on``, else a table that ships.

    shipped : frame of ``probing.table``, or several joined
    """
    return live(protocol, runs) if device() == on else shipped


def device():
    """What the framework computes on in a fresh process, GPU or CPU; CPU where NVIDIA has none."""
    return fresh_process.call(_device) if nvidia_smi.query("name") else "CPU"


def live(protocol, runs=RUNS):
    """All rows as a frame of ``probing.COLUMNS``, with a text bar."""
    found = []
    with bar(None, "probe", "cuDNN's list") as shown:
        for row in rows(protocol, runs):
            found.append(row)
            shown.set_postfix_str(f"{row['switches']}: {row['probe']}")
            shown.update()
    return pd.DataFrame(found, columns=COLUMNS).replace({"cudnn": {"": None}})


def rows(protocol, runs=RUNS, known=()):
    """Yield the rows that ``known`` lacks, one a probe and set of switches, as they are computed.

    known : rows (dicts of ``COLUMNS``) of an earlier call, which are not computed again
    """
    found = list(known)
    for name in tried():
        for row in under(name, protocol, runs, found):
            found.append(row)
            yield row


def under(name, protocol, runs, found):
    """Yield the rows of one set of switches that ``found`` lacks.

    A switch alone is asked for what ``control`` has ended, so after ``control``.
    """
    only = ended(found) if name in cudnn_verdict.ALONE else None
    there = {(r["probe"], r["shape"]) for r in found if r["switches"] == name}
    if only is not None and only <= there:
        return
    with fresh_process.kept() as call:
        for place, key in enumerate(call(_keys, protocol)):
            if key not in there and (only is None or key in only):
                yield call(_row, protocol, name, place, runs)


def ended(found):
    """What ``control`` has ended in some rows: set of (probe, shape)."""
    return cudnn_verdict.ended_by_control(pd.DataFrame(found, columns=COLUMNS))


def listed(protocol):
    """The probes of cuDNN's list, and the U-Net's gradient and step, as a list of Probe."""
    from helpers.nondeterminism.probes import catalogue

    ends = f"batch norm {protocol.batch_norm}"
    probes = catalogue.probes(protocol)
    return [p for p in probes if p.cudnn or p.name.startswith("U-Net") and p.name.endswith(ends)]


def _keys(protocol):
    return [(p.name, p.shape) for p in _cached(protocol)]


def _row(protocol, name, place, runs):
    from helpers.nondeterminism.probes import adapters, probe

    process.apply(switch_sets(protocol)[name])
    known = {"framework": frameworks.name(), "device": adapters.device()}
    row = known | probe.run(_cached(protocol)[place], runs)
    return row | {"switches": name, "loaded": False}


def _device():
    import helpers.learning.quiet_keras  # noqa: F401 - starts the framework without its chatter
    from helpers.nondeterminism.probes import adapters

    return adapters.device()


@functools.lru_cache(maxsize=1)
def _cached(protocol):
    return listed(protocol)
