"""The U-Net as it is drawn in papers: blocks going down, blocks going up, bridges between them."""

from matplotlib.patches import Rectangle

from helpers.display.figures.look import PALETTE, described


def unet_shape(protocol, ax):
    """A block for each level: as high as its pictures, with their pixels and filters.

    protocol : its size, depth, base_filters and phases are drawn
    """
    depth, told = protocol.depth, []
    for level in range(depth + 1):
        size, filters = protocol.size // 2**level, protocol.base_filters * 2**level
        told.append(f"{size} × {size} pixels, {filters} filters")
        sides = [level] if level == depth else [level, 2 * depth - level]
        for place in sides:
            _block(ax, place, -level, 0.8 * size / protocol.size, f"{size}²\n{filters}")
        if level < depth:
            _arrow(ax, (level + 0.3, -level), (2 * depth - level - 0.3, -level), "--")
            _arrow(ax, (level, -level - 0.42), (level + 0.75, -level - 0.95))
            _arrow(
                ax, (2 * depth - level - 0.75, -level - 0.95), (2 * depth - level, -level - 0.42)
            )
    ax.set(xlim=(-0.7, 2 * depth + 0.7), ylim=(-depth - 0.7, 0.7))
    ax.set_axis_off()
    ends = f"{len(protocol.phases)} phases in, one mask out"
    ax.set_title(f"Pixels of a side, and filters below: {ends}", fontsize="medium")
    levels = "; ".join(told)
    return described(ax, f"A U of blocks with bridges across. From the top: {levels}; {ends}.")


def _block(ax, x, y, height, text):
    height = max(height, 0.42)  # room for its text
    ax.add_patch(Rectangle((x - 0.2, y - height / 2), 0.4, height, color=PALETTE[0], alpha=0.35))
    ax.text(x, y, text, ha="center", va="center", fontsize="small")


def _arrow(ax, start, end, line="-"):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "ls": line, "color": "0.4"})
