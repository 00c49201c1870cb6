"""The parts of a survey before its arms: each yields the rows that are not known yet, one by one.

A part takes (protocol, known rows, device) and yields lists of rows, each kept together as soon as
it is there; an empty list where the part may stop and be gone on with another time.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from helpers.imaging import cohort as cohorts
from helpers.learning import frameworks
from helpers.nondeterminism import cudnn, fresh_process, same_seed_runs, switch_costs
from helpers.nondeterminism.cudnn_verdict import ALONE
from helpers.nondeterminism.settings import SETTINGS
from helpers.protocol import PAPER

RUNS, STEPS = 5, 10  # same-seed trainings, and steps that are watched
_TRIED = ("nothing", "seed", "op determinism", "inter-op 1", "XLA", "TF32")
_ROUNDS, _TRAININGS, _TIMED_STEPS = 2, 3, 10


@dataclass(frozen=True)
class Part:
    """One part.

    pieces : function (protocol, known, device) → iterator of lists of rows
    until  : share of the time after which it stops where it may
    """

    name: str
    says: str
    pieces: Callable
    until: float


def paper_step(protocol, known, device):
    """PAPER's step, one row, whatever the protocol is."""
    if known:
        return
    try:
        yield [fresh_process.call(_paper_step)]
    except fresh_process.Died as error:
        yield [{"device": device, "batch": PAPER.batch, "fits": False, "said": str(error)}]


def probes(protocol, known, device):
    """The probes of cuDNN's list and of the network; it may stop between sets of switches."""
    found = list(known)
    for name in cudnn.tried():
        if name != "default" and (name not in ALONE or cudnn.ended(found)):
            yield []
        for row in cudnn.under(name, protocol, cudnn.RUNS, found):
            found.append(row)
            yield [row]


def same_seeds(protocol, known, device):
    """Five same-seed trainings under ``default`` and under ``control``, watched step by step."""
    long = replace(protocol, epochs=max(protocol.epochs, STEPS))
    there = {row["arm"] for row in known}
    for arm in ("default", "control"):
        if arm not in there:
            yield []
            yield fresh_process.call(same_seed_runs.watched, long, arm, RUNS, STEPS, 0)


def switches(protocol, known, device):
    """What switches bring and cost, by turns, as far as framework and device have them."""
    there = [n for n in _TRIED if SETTINGS[n].is_there(frameworks.name(), device)]
    names = [n for n in there if n != cudnn.INTER_OP or frameworks.has_inter_op()]
    images, masks = switch_costs.slices(protocol, _TIMED_STEPS)
    job = protocol, names, _TRAININGS, (images, masks), None, _ROUNDS, known
    for number, turn in enumerate(switch_costs.turns(*job), len(known) + 1):
        yield [turn]
        if number < _ROUNDS * len(names):
            yield []


PARTS = (
    Part("paper_step", "PAPER's step under the cap", paper_step, 0.1),
    Part("probes", "cuDNN's list", probes, 0.4),
    Part("same_seeds", "same seeds, step by step", same_seeds, 0.5),
    Part("switches", "what switches cost", switches, 0.65),
)


def prepare(protocol):
    """Make or find the protocol's cohort, so that no part waits for it."""
    from helpers.study import sources

    sources.own(protocol)
    cohorts.load(protocol)


def _paper_step():
    from helpers.nondeterminism.survey import paper_step as step

    return step.measure(PAPER)
