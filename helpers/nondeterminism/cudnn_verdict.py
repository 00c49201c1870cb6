"""Does it lie in cuDNN? The rule by which a table of probes answers: docs/gpu.md has it in words.

1. An entry of cuDNN's list *parts* under some switches when one of its probes gave more than one
   result there. A probe that is not there, or that was refused, says nothing.
2. A switch *ends* what parted under ``default`` when every probe that parted was computed again
   under it and gave one result; an operation that is refused is not ended.
3. The network parts when its gradient or its step does.
4. The framework's *own graph* parts without the list when, under some switches, the network parts
   and none of the list's probes that it is made of does: its convolutions' gradients, and its max
   pooling, but no other kernel's or window's. What was not computed there is as by default.
5. From these one of ``CLAIMS``. On a CPU there is no cuDNN, and nothing is claimed.
"""

from dataclasses import dataclass

NETWORK = ("ConvolutionBackwardFilter", "ConvolutionBackwardData", "PoolingBackward")
_NOT_ITS = ("convolution 5×5", "convolution 1×1", "max pooling 3×3")  # probes beside the U-Net
ALONE = ("op determinism", "inter-op 1")  # switches that are tried one by one
CLAIMS = {
    "no GPU": "There is no cuDNN here, so of cuDNN nothing is claimed.",
    "not looked at": "The network's probes are not computed yet, so nothing is claimed.",
    "refused": "The network's probes were refused or are not there, so nothing is claimed.",
    "nothing parts": "Nothing parted here: neither an entry of the list nor the network.",
    "the list alone": "Entries of the list part here, and the network does not.",
    "the list": "The network parts here only where entries of the list do that it is made of.",
    "the list so far": "The network parts here, and so do entries of the list that it is made of; "
    "no switch was tried.",
    "both": "Entries of the list part here, and the network parts without them too.",
    "the graph": "The network parts here, and no entry of the list that it is made of does.",
}


@dataclass(frozen=True)
class Verdict:
    """What a table of one framework and device says.

    claim    : one of ``CLAIMS``
    entries  : dict of entry → dict of switches → most distinct results of its probes
    parted   : the entries that part under ``default``: tuple
    ended_by : dict of entry, or "U-Net", that parts under ``default`` → the switches that end it,
               of those that were tried on it; without what no other was tried on
    network  : dict of switches → most distinct results of the U-Net's probes
    without  : the switches under which the network parts and no entry of its does: tuple
    runs     : computations of each probe
    """

    claim: str
    entries: dict
    parted: tuple
    ended_by: dict
    network: dict
    without: tuple
    runs: int


def verdict(found):
    """The Verdict of a frame with the columns of ``probing.COLUMNS``, of one framework."""
    found = found.fillna({"cudnn": ""})
    rows = found.dropna(subset="distinct")
    own = rows[rows["probe"].str.startswith("U-Net")]
    entries = {name: _most(some) for name, some in rows[rows["cudnn"] != ""].groupby("cudnn")}
    network = _most(own)
    parted = tuple(name for name, most in entries.items() if most.get("default", 1) > 1)
    looked = {name: found[found["cudnn"] == name] for name in parted}
    looked |= (
        {"U-Net": found[found["probe"].str.startswith("U-Net")]}
        if network.get("default", 1) > 1
        else {}
    )
    is_its = rows["cudnn"].str.startswith(NETWORK) & ~rows["probe"].str.startswith(_NOT_ITS)
    made_of = rows[is_its]
    return Verdict(
        _claim(found, network, parted, made_of),
        entries,
        parted,
        {name: _enders(some) for name, some in looked.items() if some["switches"].nunique() > 1},
        network,
        _without(network, made_of),
        int(found["runs"].max()),
    )


def says(found):
    """The verdict of each framework in a frame, in sentences: text."""
    return "\n".join(
        f"{name} on a {device}: {_sentences(verdict(some))}"
        for (name, device), some in found.groupby(["framework", "device"], sort=False)
    )


def ended_by_control(found):
    """The probes that part under ``default`` and not under ``control``: set of (probe, shape)."""
    by = {s: _results(found[found["switches"] == s]) for s in ("default", "control")}
    return {k for k, n in by["default"].items() if n > 1 and by["control"].get(k) == 1}


def _claim(found, network, parted, made_of):
    if set(found["device"]) != {"GPU"}:
        return "no GPU"
    if "default" not in network:
        return "refused" if found["probe"].str.startswith("U-Net").any() else "not looked at"
    if network["default"] == 1:
        return "the list alone" if parted else "nothing parts"
    if not _part(made_of, "default"):
        return "the graph"
    if len(network) == 1:
        return "the list so far"
    return "both" if _without(network, made_of) else "the list"


def _without(network, made_of):
    """The switches under which the network parts and nothing of the list that it is made of."""
    return tuple(s for s, n in network.items() if n > 1 and not _part(made_of, s))


def _part(rows, switches):
    """Whether a probe parts under some switches; one that was not computed there as by default."""
    by_default, there = (_results(rows[rows["switches"] == s]) for s in ("default", switches))
    return any(n > 1 for n in (by_default | there).values())


def _enders(rows):
    """The switches that end what parts by default in some rows: tuple of names."""
    by = {name: _results(some) for name, some in rows.groupby("switches", sort=False)}
    parted = [k for k, n in by["default"].items() if n > 1]
    return tuple(s for s, n in by.items() if all(n.get(k) == 1 for k in parted))


def _most(rows):
    return {name: int(n) for name, n in rows.groupby("switches")["distinct"].max().items()}


def _results(rows):
    """Distinct results by (probe, shape), the most of several: dict."""
    return rows.groupby(["probe", "shape"])["distinct"].max().dropna().to_dict()


def _sentences(v):
    parts = [CLAIMS[v.claim]]
    if v.parted:
        counted = (f"{n} ({v.entries[n]['default']} results)" for n in v.parted)
        parts.append(f"Entries that part by default: {', '.join(counted)}.")
    for name, ends in v.ended_by.items():
        parts.append(f"{name} is ended by {' and by '.join(ends) or 'no switch that was tried'}.")
    if v.without:
        parts.append(f"The network parts without them under {', '.join(v.without)}.")
    if v.claim == "nothing parts":
        parts.append(f"{v.runs} that agree still allow another result in {_allowed(v.runs):.0%}.")
    return " ".join(parts)


def _allowed(runs):
    """The share of other results that so many equal ones still allow at 95 %, exact binomial."""
    return 1 - 0.05 ** (1 / max(runs - 1, 1))
