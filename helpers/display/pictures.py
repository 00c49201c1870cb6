"""Where a figure becomes a picture: PNG bytes with their alternative text."""

import base64
import html
import io
import warnings
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.text import Text

from helpers.plain import plain

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
        alt = html.escape(plain(self.alt))
        return f'<img alt="{alt}" src="data:image/png;base64,{data}" style="{style}">'


def picture(axes):
    """The figure of an ``ax``, or of several, as a `Picture`; the figure is closed."""
    axes, buffer = np.ravel(axes), io.BytesIO()
    figure = axes[0].figure
    options = {"dpi": 110, "bbox_inches": "tight", "metadata": {"Software": None}}
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", "Glyph"
        )  # it would show the name to the terminal as it is
        figure.savefig(buffer, format="png", **options)
    plt.close(figure)
    return Picture(buffer.getvalue(), " ".join(ax.get_label() for ax in axes))


def draw(*plots, width=7, height=4):
    """A `Picture` of plots side by side, each a callable that takes an ``ax``; inches.

    Texts are no formulas: a $ is one, in a name too.
    """
    with plt.rc_context({"text.parse_math": False}):
        figure, axes = plt.subplots(1, len(plots), figsize=(width, height), squeeze=False)
        drawn = [plot(ax) for plot, ax in zip(plots, axes[0], strict=True)]
        _set_powers(figure.axes)
        _escape_wrapped(figure)
        return picture(drawn)


def _set_powers(axes):
    """Logarithmic axes write 10² as a formula of their own."""
    for axis in (axis for ax in axes for axis in (ax.xaxis, ax.yaxis)):
        if axis.get_scale() != "linear":
            for text in axis.get_ticklabels(which="both"):
                text.set_parse_math(True)


def _escape_wrapped(figure):
    """Matplotlib measures a text that may wrap as a formula, even one that is none."""
    for text in figure.findobj(Text):
        if text.get_wrap():
            text.set_parse_math(True)
            text.set_text(text.get_text().replace("$", r"\$"))
