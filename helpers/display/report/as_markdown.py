"""A report as Markdown, to be pasted into a paper; its pictures lie beside it."""

from helpers.display.escaping import markdown


def page(report):
    """The text of a `Report` in Markdown."""
    parts = [f"# {report.title} {markdown(report.name)}"]
    for section in report.sections:
        written = [_WRITTEN[type(block).__name__](block.content) for block in section.blocks]
        parts += [f"## {section.title}" if section.title else "", *written]
    return "\n\n".join(part for part in parts if part) + "\n"


def _list(sentences):
    return "\n".join(f"- {markdown(sentence)}" for sentence in sentences)


def _table(frame):
    head, *rows = [map(markdown, row) for row in (frame.columns, *frame.itertuples(index=False))]
    lines = [head, ("---",) * len(frame.columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _picture(name, alt):
    return f"![{markdown(alt)}]({name}.png)"


_WRITTEN = {
    "Links": lambda pairs: " · ".join(f"[{markdown(text)}]({address})" for address, text in pairs),
    "Verdicts": lambda said: "\n".join(
        f"- **{markdown(arm)}** · {markdown(sentence)}" for arm, sentence in said.items()
    ),
    "Paragraphs": lambda said: "\n\n".join(map(markdown, said)),
    "Note": markdown,
    "Bullets": _list,
    "Heading": lambda text: f"### {markdown(text)}",
    "Table": _table,
    "Answers": _table,
    "Pictures": lambda drawn: "\n\n".join(_picture(n, p.alt) for n, p in drawn.items()),
}
