"""Where a figure becomes a picture: PNG bytes with their alternative text."""

import base64
import html
import io
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np

POLICY = (  # of a page: pictures that are in it and its own style, and nothing else
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">"
)


@dataclass(frozen=True)
class Picture:
    """PNG bytes and the text that says what they show."""

    png: bytes
    alt: str

    @property
    def tag(self):
        """An ``<img>`` that holds both."""
        data, style = base64.b64encode(self.png).decode(), "max-width:100%;height:auto"
        alt = html.escape(self.alt)
        return f'<img alt="{alt}" src="data:image/png;base64,{data}" style="{style}">'


def picture(axes):
    """The figure of an ``ax``, or of several, as a `Picture`; the figure is closed."""
    axes, buffer = np.ravel(axes), io.BytesIO()
    figure = axes[0].figure
    _let_powers_be_set(axes)
    figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)
    return Picture(buffer.getvalue(), " ".join(ax.get_label() for ax in axes))


def draw(*plots, width=7, height=4):
    """A `Picture` of plots side by side, each a callable that takes an ``ax``; inches."""
    with plt.rc_context({"text.parse_math": False}):  # a name may hold $, and is no formula
        _, axes = plt.subplots(1, len(plots), figsize=(width, height), squeeze=False)
        return picture([plot(ax) for plot, ax in zip(plots, axes[0], strict=True)])


def _let_powers_be_set(axes):
    """Logarithmic axes write 10² as a formula of their own."""
    for axis in (axis for ax in axes for axis in (ax.xaxis, ax.yaxis)):
        if axis.get_scale() != "linear":
            for text in axis.get_ticklabels(which="both"):
                text.set_parse_math(True)
