"""What a notebook puts on the page: pictures with alternative text, real code, widgets."""

import base64
import html
import inspect
import io

import ipywidgets
import matplotlib.pyplot as plt
from IPython.display import HTML, Code

from helpers.display import images, rules
from helpers.imaging.slices import upright


def shown(ax):
    """The figure of an ``ax`` (or of several) as a picture with its alternative text; closes it.

    returns : IPython HTML with one ``<img alt=…>``
    """
    axes = list(ax) if hasattr(ax, "__len__") else [ax]
    figure = axes[0].figure
    alt = " ".join(a.get_label() for a in axes)
    return HTML(image_tag(png(figure), alt))


def png(figure):
    """A figure as PNG bytes; the figure is closed."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)
    return buffer.getvalue()


def image_tag(content, alt):
    """An ``<img>`` that holds PNG bytes and their alternative text."""
    data = base64.b64encode(content).decode()
    style = "max-width:100%;height:auto"
    return f'<img alt="{html.escape(alt)}" src="data:image/png;base64,{data}" style="{style}">'


def show_source(function):
    """A function's own code, so that a text and what runs cannot drift apart."""
    code = Code(inspect.getsource(function), language="python")._repr_html_()
    return HTML(f'<div style="font-family:monospace">{code}</div>')


def volume_viewer(volume):
    """Sliders for slice and phase of a volume; needs JavaScript."""
    pixels = upright(volume.data, volume.affine)
    z = ipywidgets.IntSlider(len(pixels) // 2, 0, len(pixels) - 1, description="slice")
    t = ipywidgets.IntSlider(0, 0, volume.data.shape[3] - 1, description="phase")
    picture = ipywidgets.Image(format="png", layout=ipywidgets.Layout(max_width="400px"))

    def _draw(_=None):
        figure, ax = plt.subplots(figsize=(4, 4))
        images.grey(pixels[z.value, t.value], ax, images.window(pixels))
        picture.value = png(figure)

    z.observe(_draw, "value")
    t.observe(_draw, "value")
    _draw()
    return ipywidgets.VBox([ipywidgets.HBox([z, t]), picture])


def rules_viewer(patients=42, repetitions=10, shift=0.0, margin=0.5):
    """Sliders for what every rule says of simulated runs; needs JavaScript.

    patients, repetitions : counts to begin with; shift, margin : points of DSC
    """
    sliders = [
        ipywidgets.IntSlider(patients, 6, 100, description="patients"),
        ipywidgets.IntSlider(repetitions, 2, 50, description="repetitions"),
        ipywidgets.FloatSlider(shift, min=0, max=3, step=0.1, description="shift, points"),
        ipywidgets.FloatSlider(margin, min=0.1, max=3, step=0.1, description="margin, points"),
    ]
    picture = ipywidgets.Image(format="png", layout=ipywidgets.Layout(max_width="700px"))

    def _draw(_=None):
        _, ax = plt.subplots(figsize=(7, 3.5))
        picture.value = png(rules.at_a_glance(*(s.value for s in sliders), ax).figure)

    for slider in sliders:
        slider.continuous_update, slider.style.description_width = False, "6.5em"
        slider.observe(_draw, "value")
    _draw()
    return ipywidgets.VBox([*sliders, picture])
