"""What a notebook puts on the page: pictures with alternative text, real code, widgets."""

import functools
import inspect

import ipywidgets
from IPython.display import HTML, Code

from helpers.display import pictures
from helpers.display.figures import disagreement, false_alarms, phases, worse_method
from helpers.imaging.planes import upright
from helpers.study import kept_masks, mask_votes

_VIEW = "application/vnd.jupyter.widget-view+json"


def shown(ax):
    """The figure of an ``ax`` (or of several) as IPython HTML, one ``<img alt=…>``; closes it."""
    return HTML(pictures.picture(ax).tag)


def show_source(function):
    """A function's own code, so that a text and what runs cannot drift apart."""
    code = Code(inspect.getsource(function), language="python")._repr_html_()
    return HTML(f'<div style="font-family:monospace">{code}</div>')


class _Viewer(ipywidgets.VBox):
    """Sliders and, last, their picture, which a page without JavaScript shows as it was."""

    _ipython_display_ = None  # by which ipywidgets 7, Colab's, shows a widget and no picture

    def _repr_mimebundle_(self, **_):
        image = self.children[-1]
        still = pictures.Picture(bytes(image.value), image.alt)
        note = "<p><small>In a running notebook, sliders change this picture.</small></p>"
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {"text/plain": image.alt, _VIEW: view, "text/html": still.tag + note}


def volume_viewer(volume):
    """Sliders for slice and phase of a volume; needs JavaScript."""
    pixels = upright(volume.data, volume.affine)
    sliders = [
        ipywidgets.IntSlider(len(pixels) // 2, 0, len(pixels) - 1, description="slice"),
        ipywidgets.IntSlider(0, 0, volume.data.shape[3] - 1, description="phase"),
    ]
    limits = phases.window(pixels)
    image = _redrawn(sliders, [lambda z, t, ax: phases.grey(pixels[z, t], ax, limits)], 4, 4)
    return _Viewer([ipywidgets.HBox(sliders), image])


def disagreement_viewer(ledger, arm, patient=None, prepared=None, protocol=None):
    """Sliders for two runs and a slice: where the two disagree, and where all ever do.

    ledger  : `Ledger` of a study that kept its masks; arm : name
    patient : name; the one whose runs dispute most when None
    prepared, protocol : the patient as the network saw it, for the image behind; none when None
    raises  : InputError where no masks are kept; needs JavaScript, without it a picture stands
    """
    patient = patient or mask_votes.most_disputed(ledger, arm)
    counted, records = (f(ledger, arm, patient) for f in (mask_votes.counted, mask_votes.records))

    @functools.lru_cache(maxsize=4)
    def _drawn(run):
        return kept_masks.read(ledger.folder, records[run])[patient]

    def _two(one, other, z, ax):
        drawn, names = map(_drawn, (one, other)), (f"run {one}", f"run {other}")
        return disagreement.two_runs(drawn, names, counted.truth, z, ax, prepared, protocol)

    def _all(_one, _other, z, ax):
        return disagreement.ever(counted, z, ax, prepared, protocol)

    sliders = _mask_sliders(counted)
    return _Viewer([ipywidgets.HBox(sliders), _redrawn(sliders, [_two, _all], 9, 4.5)])


def _mask_sliders(counted):
    """Two runs and a slice: at first the first two, and the slice that is most disputed."""
    runs, last = counted.runs, len(counted.counts) - 1
    two = [
        ipywidgets.SelectionSlider(options=runs, value=runs[i % len(runs)], description=name)
        for i, name in enumerate(("one run", "another"))
    ]
    z = disagreement.most_disputed(counted)
    return [*two, ipywidgets.IntSlider(z, 0, last, description="slice")]


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
    return _Viewer([*sliders, _redrawn(sliders, [plot], 7, 3.5)])


def _redrawn(sliders, plots, width, height):
    """The picture of each ``plot(*values, ax)``, drawn again when a slider moves; inches."""
    layout = ipywidgets.Layout(max_width=f"{100 * width}px")
    image = ipywidgets.Image(format="png", layout=layout)

    def _draw(_=None):
        values = [slider.value for slider in sliders]
        ready = [functools.partial(plot, *values) for plot in plots]
        drawn = pictures.draw(*ready, width=width, height=height)
        image.value, image.alt = drawn.png, drawn.alt or "what the sliders choose"

    for slider in sliders:
        slider.observe(_draw, "value")
    _draw()
    return image
