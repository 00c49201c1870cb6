"""The learning curve of one training."""

from helpers.display.figures.look import PALETTE, described


def learning_curve(losses, ax):
    """The loss 1 − DSC after each epoch; (epoch,) sequence."""
    ax.plot(range(1, len(losses) + 1), losses, "o-", color=PALETTE[0])
    title = f"The loss falls from {losses[0]:.2f} to {losses[-1]:.2f}"
    ax.set(xlabel="epoch", ylabel="1 − DSC of a mini-batch, mean", title=title)
    return described(ax, f"Learning curve. {title} in {len(losses)} epochs.")
