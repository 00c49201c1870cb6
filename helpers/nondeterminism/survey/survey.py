"""A survey of one machine: its parts in their order, as far as the time goes, then its arms.

``FOLDER`` holds what ships, at most nine small files; ``FOLDER/work`` what the same command needs
to go on: the rows of each part, and the study of the arms.
"""

import json
from pathlib import Path

import pandas as pd

from helpers import atomic, ours, reading
from helpers.errors import InputError
from helpers.nondeterminism import cudnn, probing, switch_costs
from helpers.nondeterminism.survey import arms, findings
from helpers.nondeterminism.survey.clock import Clock
from helpers.nondeterminism.survey.parts import PARTS, prepare
from helpers.nondeterminism.survey.rows import Rows
from helpers.study import shipping
from helpers.study.fingerprint import differences
from helpers.study.ledger import Ledger


def run(folder, protocol, minutes, say, parts=PARTS, train=arms.train):
    """Go on with a survey, or begin one; what was found is written at every step.

    folder : where it is kept; minutes : after which nothing more is begun
    say    : takes a sentence
    raises : InputError when the folder holds another machine's survey, or something else
    """
    folder, clock = ours.refuse_links(folder), Clock(minutes)
    about = _begin(folder, protocol)
    say(f"{probing.where(about['fingerprint'], about['device'])}.")
    if about["device"] != "GPU":
        say("No GPU was found, so what follows is of a CPU, and says nothing of cuDNN.")
    prepare(protocol)
    try:
        for part in parts:
            say(f"{part.says} …")
            _do(part, folder, protocol, about["device"], clock)
            _write(folder, protocol, about)
        say("arms …")
        train(protocol, _study(folder), clock)
    finally:  # also when somebody stops it
        told = _write(folder, protocol, about)
    for sentence in told:
        say(sentence)


def _begin(folder, protocol):
    """Who is asked: dict of fingerprint and device; written once, and compared ever after."""
    path, prints = folder / "machine.json", probing.prints(protocol)
    try:
        about = reading.parsed(reading.content(path))
        changed = differences(about["fingerprint"], json.loads(json.dumps(prints)))
    except FileNotFoundError:
        if folder.is_dir() and any(folder.iterdir()) or folder.is_file():
            raise InputError(f"{folder} holds something else: name a new folder.") from None
        about, changed = {"fingerprint": prints, "device": cudnn.device()}, []
        atomic.write_bytes(path, (json.dumps(about, indent=1, sort_keys=True) + "\n").encode())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} cannot be read: restore it, or name a new folder.") from error
    if changed:
        raise InputError(
            f"{folder} is of another machine or experiment: {'; '.join(changed)}. Name a new "
            "folder."
        )
    return about


def _do(part, folder, protocol, device, clock):
    rows = _rows(folder, part.name)
    if rows.whole:
        return
    before = len(rows.known)
    for piece in part.pieces(protocol, list(rows.known), device):
        if piece:
            rows.add(*piece)
        elif len(rows.known) > before and clock.passed(part.until):
            return
    rows.close()


def _write(folder, protocol, about):
    """Write what ships, from what is known so far; returns the findings, a list of sentences."""
    known = {part.name: _rows(folder, part.name) for part in PARTS}
    for name, table in _tables(known).items():
        atomic.write_bytes(folder / f"{name}.csv", table.to_csv(index=False).encode())
    ledger = Ledger(_study(folder))
    counts = arms.whole(protocol, ledger.records())
    if any(counts.values()):
        shipping.keep(ledger.folder, "study", folder)
    told = findings.sentences(about, protocol, known, counts, ledger.folder)
    atomic.write_bytes(folder / "findings.txt", ("\n".join(told) + "\n").encode())
    return told


def _tables(known):
    """The frames that ship: dict of name → frame, of the parts that have begun."""
    frames = {name: pd.DataFrame(rows.known) for name, rows in known.items() if rows.known}
    if "probes" in frames:
        frames["probes"] = frames["probes"][list(probing.COLUMNS)]
    if "switches" in frames:
        frames["switches"] = switch_costs.joined(known["switches"].known)
    return frames


def _rows(folder, name):
    return Rows(Path(folder) / "work" / f"{name}.json")


def _study(folder):
    return folder / "work" / "study"
