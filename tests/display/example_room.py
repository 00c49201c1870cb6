"""A made-up room: lines of machines of a few kinds."""

import dataclasses

import numpy as np

from helpers.interlaboratory import machine, room
from helpers.interlaboratory.line import ArmRuns, Line

KINDS = ("none", "ONEDNN_MAX_CPU_ISA:AVX2", "ONEDNN_MAX_CPU_ISA:SSE41", "TF_ENABLE_ONEDNN_OPTS:0")


def example_lines(machines=12, kinds=4, arms=("control", "order", "seeds")):
    """Lines of machines, of which every ``kinds``-th has the same bits under control."""
    return [_line(n, n % kinds, arms) for n in range(machines)]


def example_room(**changed):
    """The `Room` of the same."""
    return room.of_lines(example_lines(**changed))


def _line(n, kind, arms):
    told = dict.fromkeys(machine.NAMES, "x1") | {"cpu": "AMD+EPYC", "cores": str(2 + n % 2)}
    told["set"] = KINDS[kind % len(KINDS)] if kind < len(KINDS) else f"other:{kind:06d}"
    digests = {"protocol": "demo.00000000", "code": "0" * 8, "data": "0" * 8, "study": f"{n:08d}"}
    return Line(**digests, machine=told, arms=tuple(_arm(arm, n, kind) for arm in arms))


def _arm(arm, n, kind):
    rng = np.random.default_rng([kind, n if arm == "order" else 0, len(arm)])
    base = 90 + 0.2 * kind
    medians = {
        "control": [base] * 2,
        "default": [base + 0.01] * 2,
        "order": list(base + 0.3 * rng.normal(size=2)),
        "seeds": [base, base - 0.9, base + 0.5],
    }[arm]
    own = kind if arm != "order" else n
    distinct = len(set(medians))
    values = tuple(round(float(m), 4) for m in medians)
    return ArmRuns(arm, len(values), distinct, f"{arm[:3]}{own:05d}", values, (4.0,) * len(values))


def renamed(line, **changed):
    """A line whose machine says something else."""
    return dataclasses.replace(line, machine=line.machine | changed)
