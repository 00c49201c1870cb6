"""What a notebook puts on the page: pictures with alternative text, real code, widgets."""

import inspect

import ipywidgets
from IPython.display import HTML, Code

from helpers.display import pictures
from helpers.display.figures import false_alarms, phases, worse_method
from helpers.imaging.planes import upright


def shown(ax):
    """The figure of an ``ax`` (or of several) as IPython HTML, one ``<img alt=…>``; closes it."""
    return HTML(pictures.picture(ax).tag)


def show_source(function):
    """A function's own code, so that a text and what runs cannot drift apart."""
    code = Code(inspect.getsource(function), language="python")._repr_html_()
    return HTML(f'<div style="font-family:monospace">{code}</div>')


class _Viewer(ipywidgets.VBox):
    """Sliders and, last, their picture, which a page without JavaScript shows as it was."""

    def _repr_mimebundle_(self, **named):
        image = self.children[-1]
        still = pictures.Picture(bytes(image.value), image.alt)
        note = "<p><small>In a running notebook, sliders change this picture.</small></p>"
        return super()._repr_mimebundle_(**named) | {"text/html": still.tag + note}


def volume_viewer(volume):
    """Sliders for slice and phase of a volume; needs JavaScript."""
    pixels = upright(volume.data, volume.affine)
    sliders = [
        ipywidgets.IntSlider(len(pixels) // 2, 0, len(pixels) - 1, description="slice"),
        ipywidgets.IntSlider(0, 0, volume.data.shape[3] - 1, description="phase"),
    ]
    limits = phases.window(pixels)
    image = _redrawn(sliders, lambda z, t, ax: phases.grey(pixels[z, t], ax, limits), 4, 4)
    return _Viewer([ipywidgets.HBox(sliders), image])


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
    return _stacked(sliders, false_alarms.at_a_glance)


def decision_viewer(sd=0.15, difference=0.5, trainings=1, repetitions=10):
    """Sliders for the chance of taking the worse of two methods; needs JavaScript.

    sd, difference : points of DSC; trainings : of each method; repetitions : of one
    """
    sliders = [
        ipywidgets.FloatSlider(sd, min=0.01, max=2, step=0.01, description="SD, points"),
        ipywidgets.FloatSlider(difference, min=0, max=3, step=0.05, description="apart, points"),
        ipywidgets.IntSlider(trainings, 1, 20, description="trainings"),
        ipywidgets.IntSlider(repetitions, 2, 50, description="repetitions"),
    ]
    return _stacked(sliders, worse_method.at_a_glance)


def _stacked(sliders, plot):
    for slider in sliders:
        slider.continuous_update, slider.style.description_width = False, "7.5em"
    return _Viewer([*sliders, _redrawn(sliders, plot, 7, 3.5)])


def _redrawn(sliders, plot, width, height):
    """The picture of ``plot(*values, ax)``, drawn again when a slider moves; inches."""
    layout = ipywidgets.Layout(max_width=f"{100 * width}px")
    image = ipywidgets.Image(format="png", layout=layout)

    def _draw(_=None):
        values = [slider.value for slider in sliders]
        drawn = pictures.draw(lambda ax: plot(*values, ax), width=width, height=height)
        image.value, image.alt = drawn.png, drawn.alt or "what the sliders choose"

    for slider in sliders:
        slider.observe(_draw, "value")
    _draw()
    return image
