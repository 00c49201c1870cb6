"""A report as Markdown, to be pasted into a paper; its pictures lie beside it."""


def page(report):
    """The text of a `Report` in Markdown."""
    parts = [f"# {report.title} {report.name}"]
    for section in report.sections:
        parts += [f"## {section.title}"] if section.title else []
        parts += [_WRITTEN[block.kind](block) for block in section.blocks]
    return "\n\n".join(parts) + "\n"


def _list(sentences):
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _table(block):
    frame = block.frame
    lines = [frame.columns, ("---",) * len(frame.columns), *frame.itertuples(index=False)]
    return "\n".join(f"| {' | '.join(str(c).replace('|', '/') for c in line)} |" for line in lines)


def _picture(name, alt):
    return f"![{alt.replace('[', '(').replace(']', ')')}]({name}.png)"


_WRITTEN = {
    "links": lambda block: " · ".join(f"[{text}]({address})" for address, text in block.pairs),
    "verdicts": lambda block: _list(f"**{arm}** · {said}" for arm, said in block.said.items()),
    "paragraphs": lambda block: "\n\n".join(block.said),
    "bullets": lambda block: _list(block.said),
    "heading": lambda block: f"### {block.text}",
    "table": _table,
    "pictures": lambda block: "\n\n".join(_picture(n, p.alt) for n, p in block.drawn.items()),
}
