"""The pages' templates: what a page says is text unless it is marked as HTML of ours."""

import jinja2
from markupsafe import Markup

from helpers.display.pictures import POLICY
from helpers.plain import plain

LOADER = jinja2.PackageLoader("helpers.display", "pages")


def _shown(value):
    """What is written of a value: a text that is no HTML of ours only shows."""
    return plain(value) if type(value) is str else value


_TEMPLATES = jinja2.Environment(loader=LOADER, autoescape=True, trim_blocks=True, finalize=_shown)


def rendered(name, **given):
    """The page that the template called ``name`` makes of what is given: text in HTML."""
    return _TEMPLATES.get_template(name).render(policy=Markup(POLICY), **given)
