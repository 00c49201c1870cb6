"""Run the notebooks top to bottom and make their pages, saying what is being done."""

import json
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from helpers import ours
from helpers.display import notebook_page, report, room, start_page, story
from helpers.errors import InputError
from helpers.protocols import choose
from helpers.study import runner

GLOSSARY, ROOM = "glossary.html", "room"


def build(notebooks, out, say):
    """Run the numbered notebooks of a folder; leave them, their HTML and an index in ``out``.

    notebooks : folder; say : callable that is told, in sentences, what is being done
    raises    : InputError naming the notebook and cell that failed, or, before any is run, a file
                in ``out`` that is not the workshop's own
    """
    paths = sorted(Path(notebooks).glob("[0-9][0-9]_*.ipynb"))
    if not paths:
        raise InputError(f"{notebooks} holds no notebook: run this where the project is.")
    expected = [nbformat.read(p, 4).metadata["train_again"]["seconds"] for p in paths]
    pages = _place(paths, out)
    started, heads = time.monotonic(), [_head(path, path) for path in paths]
    for number, path in enumerate(paths):
        left = time_left(expected, number, time.monotonic() - started)
        say(f"[{number + 1}/{len(paths)}] {path.stem} · {left}")
        page = _run(path, pages, heads, number)
        if number == 0:
            say(f"first pictures: {page}")
    index = _index(paths, pages)
    say(f"done in {time.monotonic() - started:.0f} s: open {index}")
    return index


def add_room(notebooks, out, lines, say):
    """Put what a class's room found on the start page of a site; no notebook is run.

    notebooks, out, say : as `build` had them; lines : files of lines that were handed in
    raises : InputError where ``out`` holds no whole site, or naming a file that holds no line
    """
    paths = sorted(Path(notebooks).glob("[0-9][0-9]_*.ipynb"))
    if not paths or not all(Path(out, name).is_file() for name in _names(paths)):
        raise InputError(f"{out} holds no whole site: run the notebooks first, without --room.")
    _, found = room.write(lines, Path(out) / ROOM)
    say(f"{len(found.lines)} machines: open {_start(paths, _place(paths, out))}")


def _names(paths):
    """What each notebook leaves: itself, run, and its page."""
    return [name for p in paths for name in (p.name, f"{p.stem}.html")]


def _place(paths, out):
    """Where the pages go; whatever stands there under their names must be theirs."""
    names = [*_names(paths), GLOSSARY]
    ours.check(Path(out) / "report", report.KIND, paths[0].parent)
    return ours.Pages(out, "workshop", paths[0].parent, [*names, "index.html"])


def time_left(expected, finished, elapsed):
    """A sentence on the time left, from how it goes here.

    expected : seconds each notebook takes on two cores; finished : how many are; elapsed : seconds
    """
    past = sum(expected[:finished])
    pace = elapsed / past if past else 1
    return f"about {sum(expected[finished:]) * pace / 60:.1f} min left"


class Forwarding(NotebookClient):
    """A client in this Python that passes a cell's progress bar on to the terminal."""

    def create_kernel_manager(self):
        """One that looks nowhere for a kernel: where it finds none, it takes this Python."""
        self.km = AsyncKernelManager(kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
        return self.km

    def output(self, outs, msg, display_id, cell_index):
        """Show text that redraws its line, then keep it as usual."""
        text = msg["content"].get("text", "")
        if "\r" in text:
            sys.stderr.write(text + "\n" * ("100%" in text))
            sys.stderr.flush()
        return super().output(outs, msg, display_id, cell_index)


def _head(path, where):
    """What a notebook says of itself; ``where`` : the file that is read, run or not."""
    return notebook_page.head(nbformat.read(where, 4), f"{path.stem}.html")


def _run(path, pages, heads, number):
    """Execute one notebook of those with these heads; returns the path of its page."""
    notebook = nbformat.read(path, 4)
    where = {"metadata": {"path": str(path.parent)}}
    client = Forwarding(notebook, timeout=None, resources=where, coalesce_streams=True)
    try:
        client.execute(stderr=subprocess.DEVNULL)  # the framework's own chatter
    except CellExecutionError as error:
        raise InputError(f"{path} stopped: {error.ename}: {error.evalue}") from error
    except DeadKernelError as error:
        raise InputError(
            f"{path} stopped: its process was ended, as it is for lack of memory: run it again."
        ) from error
    finally:
        pages.write(path.name, nbformat.writes(notebook).encode())
    around = (heads[n] if 0 <= n < len(heads) else None for n in (number - 1, number + 1))
    page = notebook_page.page(notebook, heads[number], *around)
    return pages.write(f"{path.stem}.html", page.encode())


def _glossary(path, pages):
    """The page of the words, where the project has them; returns its file's name or None."""
    if not path.is_file():
        return None
    text = nbformat.v4.new_markdown_cell(path.read_text(encoding="utf-8"))
    page = notebook_page.page(
        nbformat.v4.new_notebook(cells=[text]), notebook_page.Head(GLOSSARY, "Glossary", "", "", "")
    )
    pages.write(GLOSSARY, page.encode())
    return GLOSSARY


def _index(paths, pages):
    """The report of what was trained here, in a folder, and the start page beside it."""
    made = report.contents(
        runner.home(choose("demo")), notebooks=[("../index.html", "Train it again")]
    )
    ours.write(pages.folder / "report", made, report.KIND, paths[0].parent)
    return _start(paths, pages)


def _start(paths, pages):
    """The start page, with the numbers of the report and of a room that lie beside it."""
    here = _numbers(pages.folder / "report" / "summary.json")
    found = _numbers(pages.folder / ROOM / "room.json")
    cards = [_head(path, pages.folder / path.name) for path in paths]
    words = _glossary(paths[0].parent.parent / "docs" / "glossary.md", pages)
    start = start_page.page(cards, story.shipped_story(), here, words, found)
    return pages.write("index.html", start.encode())


def _numbers(path):
    """What a JSON file of the site holds, or None where there is none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
