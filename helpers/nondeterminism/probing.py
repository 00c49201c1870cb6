"""All probes on this machine: a table, and a sentence that says what was found on what."""

import contextlib
import json

import pandas as pd

from helpers import atomic, ours, reading
from helpers.errors import InputError
from helpers.learning import frameworks
from helpers.learning import switches as process
from helpers.learning.arms import arm
from helpers.study import fingerprint
from helpers.study.progress import bar

COLUMNS = (
    "framework",
    "device",
    "switches",
    "loaded",
    "probe",
    "shape",
    "runs",
    "distinct",
    "largest_relative_difference",
    "where",
    "seconds",
    "cudnn",
)


def table(chosen, runs=20, busy=False, switches="default", seed=0, only=""):
    """One row a probe, as a frame with ``COLUMNS``, computed in this process.

    chosen   : Protocol, whose network and mini-batch give the shapes
    runs     : how many times each probe is computed on the same input
    busy     : whether other processes keep every core busy meanwhile
    switches : an arm's name: control has every switch on, default none
    seed     : of the inputs
    only     : text that a probe's name must contain
    raises   : InputError when this process already runs under other switches, or no probe has
               that name
    """
    process.apply(process.wanted(arm(switches).behaviour.fixed, chosen))
    from helpers.nondeterminism.probes import adapters, catalogue, load, probe

    wanted = [p for p in catalogue.probes(chosen) if only.lower() in p.name.lower()]
    if not wanted:
        raise InputError(f"No probe has {only!r} in its name: leave --only out to see all names.")
    rows = []
    with load.busy() if busy else contextlib.nullcontext(), bar(len(wanted), "probe") as shown:
        for one in wanted:
            shown.set_postfix_str(one.name)
            rows.append(probe.run(one, runs, seed))
            shown.update()
    known = {"framework": frameworks.name(), "device": adapters.device()}
    known |= {"switches": switches, "loaded": busy}
    return pd.DataFrame([known | row for row in rows], columns=COLUMNS)


def prints(chosen):
    """The fingerprint of this process; probes draw their own numbers, so it names no cohort."""
    return fingerprint.fingerprint(chosen, None)


def sentence(found, here):
    """What was found and on what, in one sentence.

    found : frame of ``table``; here : fingerprint
    """
    looked = found.dropna(subset="distinct")
    parted = looked[looked["distinct"] > 1].groupby("probe", sort=False)["distinct"].max()
    most = ", ".join(f"{name} ({int(count)} results)" for name, count in parted.items())
    busy = " while other processes kept every core busy" if found["loaded"].any() else ""
    return (
        f"{(looked['distinct'] > 1).sum()} of {len(looked)} probes parted in "
        f"{found['runs'].max()} runs{busy}, switches {found['switches'].iloc[0]}, "
        f"on {where(here, found['device'].iloc[0])}" + (f": {most}." if most else ".")
    )


def where(here, device):
    """Framework, version and device, as text; here : fingerprint, device : CPU or GPU."""
    name, seen = here["backend"], here if device == "GPU" else here | {"gpu": None}
    version = next(v for k, v in here["packages"].items() if k.startswith(name))
    return f"{name} {version}, {device} {fingerprint.device(seen)}, {here['cores']} cores"


def write(found, here, path):
    """Write the frame as CSV and the fingerprint beside it as JSON; raises as `refuse_others`."""
    refuse_others(found.columns, path)
    atomic.write_bytes(path, found.to_csv(index=False).encode())
    text = json.dumps(here, indent=1, sort_keys=True) + "\n"
    atomic.write_bytes(path.with_suffix(".json"), text.encode())


def refuse_others(columns, path):
    """InputError unless a table with these columns may be written: over nothing, or an earlier one.

    An earlier one is known by its first line; its fingerprint lies beside it.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder: name a .csv.")
    path, beside = ours.refuse_links(path), ours.refuse_links(path.with_suffix(".json"))
    if path == beside:
        raise InputError(f"{path} is the name of its fingerprint: name a .csv.")
    earlier = _head(path) == ",".join(columns).encode()
    if not earlier and (path.exists() or beside.exists()):
        there = path if path.exists() else beside
        raise InputError(f"{there} is no earlier table of probes: name another, or move it first.")
    if beside.exists() and not _is_fingerprint(beside):
        raise InputError(f"{beside} is no fingerprint: name another table, or move it first.")


def _head(path):
    with contextlib.suppress(OSError):
        return next(reading.lines(path), b"").rstrip(b"\r\n")


def _is_fingerprint(path):
    with contextlib.suppress(OSError, ValueError):
        return {"packages", "backend"} <= set(reading.parsed(reading.content(path)))
    return False
