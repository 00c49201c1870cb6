"""The DSC of each held-out patient beside the most that its slices allow."""

from helpers.display.figures.look import PALETTE, described


def patient_dots(dsc, ceiling, ax):
    """DSC of each patient beside the round-trip ceiling.

    dsc, ceiling : dicts of patient → DSC in %
    """
    names = sorted(dsc, key=dsc.get)
    ax.plot([dsc[n] for n in names], names, "o", color=PALETTE[0], label="network")
    ax.plot([ceiling[n] for n in names], names, "|", color=PALETTE[1], label="round-trip ceiling")
    title = f"Held-out patients: {dsc[names[0]]:.1f} to {dsc[names[-1]]:.1f} %"
    ax.set(xlabel="DSC (%)", title=title)
    ax.legend()
    return described(ax, f"Dots of the DSC by patient. {title}; ceilings beside them.")
