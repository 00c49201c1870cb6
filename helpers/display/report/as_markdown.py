"""A report as Markdown, to be pasted into a paper; its pictures lie beside it."""


def page(report):
    """The text of a `Report` in Markdown."""
    parts = [f"# {report.title} {report.name}"]
    for section in report.sections:
        written = [_WRITTEN[type(block).__name__](block.content) for block in section.blocks]
        parts += [f"## {section.title}" if section.title else "", *written]
    return "\n\n".join(part for part in parts if part) + "\n"


def _list(sentences):
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _table(frame):
    lines = [frame.columns, ("---",) * len(frame.columns), *frame.itertuples(index=False)]
    return "\n".join(f"| {' | '.join(str(c).replace('|', '/') for c in line)} |" for line in lines)


def _picture(name, alt):
    return f"![{alt.replace('[', '(').replace(']', ')')}]({name}.png)"


_WRITTEN = {
    "Links": lambda pairs: " · ".join(f"[{text}]({address})" for address, text in pairs),
    "Verdicts": lambda said: _list(f"**{arm}** · {sentence}" for arm, sentence in said.items()),
    "Paragraphs": "\n\n".join,
    "Note": str,
    "Bullets": _list,
    "Heading": "### {}".format,
    "Table": _table,
    "Answers": _table,
    "Pictures": lambda drawn: "\n\n".join(_picture(n, p.alt) for n, p in drawn.items()),
}
