"""A notebook that was run as one page: it runs no script and loads nothing from elsewhere."""

import jinja2
from nbconvert import HTMLExporter
from traitlets.config import Config

from helpers.display.pictures import POLICY

_TEMPLATE = f"""{{%- extends 'lab/index.html.j2' -%}}
{{%- block html_head -%}}{POLICY}{{{{ super() }}}}{{%- endblock html_head -%}}
{{%- block html_head_js -%}}{{%- endblock html_head_js -%}}
{{%- block jupyter_widgets -%}}{{%- endblock jupyter_widgets -%}}
{{%- block html_head_js_mathjax -%}}{{%- endblock html_head_js_mathjax -%}}
{{%- block html_head_js_mermaidjs -%}}{{%- endblock html_head_js_mermaidjs -%}}"""
_SHOWN = ("text/html", "image/png", "text/markdown", "text/plain")  # the first that is there


def page(notebook):
    """The page of a notebook, as text in HTML."""
    exporter = HTMLExporter(
        config=Config({"NbConvertBase": {"display_data_priority": list(_SHOWN)}}),
        extra_loaders=[jinja2.DictLoader({"own.html.j2": _TEMPLATE})],
        template_file="own.html.j2",
    )
    return exporter.from_notebook_node(notebook)[0]
