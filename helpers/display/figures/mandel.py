"""Mandel's h and k: which machines are off, and which scatter more than the others."""

import numpy as np

from helpers.display.figures.look import PALETTE, titled

_MOST = 40  # machines that have a number on the axis


def mandel(room, found, arm, ax):
    """Mandel's h by machine as bars, its critical values as lines; k as dots where s_r is not 0.

    room : `Room`; found : its `room_summary`
    """
    numbers, machines = found[arm], list(room.results(arm))
    h = np.array(numbers["h"], dtype=float)
    k = np.array(numbers["k"], dtype=float)
    if len(h) <= _MOST:
        ax.bar(range(len(h)), np.nan_to_num(h), color=PALETTE[0], alpha=0.7, label="h")
    else:
        ax.vlines(range(len(h)), 0, h, color=PALETTE[0], lw=0.7, label="h")
    if not np.isnan(k).all():
        ax.plot(range(len(k)), k, "D", color=PALETTE[3], ms=4, label="k")
        _limits(numbers["critical_k"], "k", PALETTE[3], (1,), ax)
    _limits(numbers["critical_h"], "h", PALETTE[1], (1, -1), ax)
    ax.axhline(0, color="0.4", lw=0.8)
    ax.set_xticks(*((range(len(h)), machines) if len(h) <= _MOST else ([],)))
    ax.set(xlabel="machine", ylabel="Mandel's h (bars), k (dots)")
    ax.legend(fontsize="x-small", loc="upper left", bbox_to_anchor=(1, 1))
    at_5, _ = numbers["critical_h"]
    beyond = [str(m) for m, one in zip(machines, h, strict=True) if at_5 and abs(one) > at_5]
    named = f"beyond 5 %: {', '.join(beyond[:9])}" if beyond else "none beyond 5 %"
    told = ", ".join(f"{m} {v:.2f}" for m, v in list(zip(machines, h, strict=True))[:_MOST])
    return titled(ax, f"{arm}, h: {named}", "Bars of Mandel's h by machine.", told)


def _limits(limits, name, colour, signs, ax):
    for value, style, level in zip(limits, (":", "--"), ("5 %", "1 %"), strict=True):
        if value is not None:
            for sign in signs:
                label = f"{name} at {level}" if sign == 1 else None
                ax.axhline(sign * value, color=colour, ls=style, lw=1, label=label)
