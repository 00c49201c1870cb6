"""Who takes up the contrast agent, and when: mean intensity of regions over time."""

from helpers.display.figures.look import MARKS, PALETTE, described, each


def curves(volume, regions, ax):
    """Mean intensity over time of some regions.

    volume : Volume; regions : dict of name → (x, y, z) bool
    """
    means = {name: volume.data[region].mean(axis=0) for name, region in regions.items()}
    colours, marks = each(means, PALETTE), each(means, MARKS)
    for name, mean in means.items():
        ax.plot(volume.times, mean, f"{marks[name]}-", color=colours[name], label=name)
    rises = {name: mean[1:].max() / mean[0] - 1 for name, mean in means.items()}
    most = max(rises, key=rises.get)
    title = f"{most.capitalize()} rises most: {rises[most]:+.0%}"
    ax.set(xlabel="time after the first phase (s)", ylabel="mean intensity (a.u.)", title=title)
    ax.legend()
    says = ", ".join(f"{name} {rise:+.0%}" for name, rise in rises.items())
    return described(ax, f"Intensity over time. Largest rise over the first phase: {says}.")
