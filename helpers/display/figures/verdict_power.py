"""How many runs it takes until they are found repeatable."""

from helpers.display.figures.look import LINES, arm_colours, each, titled, unable
from helpers.plain import decimals
from helpers.statistics import planning, repeatability

WANTED = 80  # %, as `planning.runs_needed` has it


def verdict_power(sds, margin, ax, most=60, done=None):
    """The chance of the verdict "repeatable" against the number of repetitions, a line an arm.

    sds : dict of name → SD of the run medians, points, left out where None or 0
    done : dict of name → repetitions that there are, marked, with their chance before looking;
        the title then has the repetitions at both ends of the SD's 95 % interval, too
    """
    known, most = {n: sd for n, sd in sds.items() if sd}, max(most, *(done or {}).values(), 0)
    if not known:
        return unable(ax, "No SD above 0 is known: there is nothing to plan with.")
    runs, lines, colours, needed = range(2, most + 1), each(known, LINES), arm_colours(sds), []
    for name, sd in known.items():
        chance = [100 * planning.verdict_power(sd, r, margin) for r in runs]
        label = f"{name}, SD {decimals(sd, 2)}"
        if name in (done or {}):
            before = 100 * planning.verdict_power(sd, done[name], margin)
            label += f", {before:.0f} % with {done[name]} runs"
            ax.plot(done[name], before, "o", c=colours[name], label="_")
        ax.plot(runs, chance, ls=lines[name], c=colours[name], label=label)
        needed.append(f"{name} {_needed(sd, margin, (done or {}).get(name))}")
    ax.axhline(WANTED, color="0.7", lw=1)
    ax.set(
        xlabel="runs, or what trainings are worth",
        ylabel=f"found repeatable within ±{margin:g} (%)",
        ylim=(-3, 103),
    )
    ax.legend(fontsize="x-small")
    title = f"Runs for {WANTED} %, if these SDs are the true ones: {', '.join(needed)}"
    return titled(ax, title, "Lines of the chance of the verdict.")


def _needed(sd, margin, done):
    """How many repetitions it takes, and at the ends of the interval that so many give the SD."""
    ends = [] if done is None else [sd * factor for factor in repeatability.sd_factors(done)]
    needed, *ends = [planning.runs_needed(s, margin) or "never" for s in (sd, *ends)]
    return f"{needed} ({ends[0]} to {ends[1]})" if ends else str(needed)
