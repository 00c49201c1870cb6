"""Run the notebooks top to bottom and make their pages, saying what is being done."""

import subprocess
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter

from helpers import atomic
from helpers.display import report
from helpers.errors import InputError
from helpers.protocol import choose
from helpers.study import runner


def build(notebooks, out, say):
    """Run the numbered notebooks of a folder; leave them, their HTML and an index in ``out``.

    notebooks : folder; say : callable that is told, in sentences, what is being done
    raises    : InputError naming the notebook and cell that failed
    """
    paths = sorted(Path(notebooks).glob("[0-9][0-9]_*.ipynb"))
    if not paths:
        raise InputError(f"{notebooks} holds no notebook: run this where the project is.")
    expected = [nbformat.read(p, 4).metadata["train_again"]["seconds"] for p in paths]
    started = time.monotonic()
    for number, path in enumerate(paths):
        left = time_left(expected, number, time.monotonic() - started)
        say(f"[{number + 1}/{len(paths)}] {path.stem} · {left}")
        page = _run(path, Path(out))
        if number == 0:
            say(f"first pictures: {page}")
    index = _index(paths, Path(out))
    say(f"done in {time.monotonic() - started:.0f} s: open {index}")
    return index


def time_left(expected, finished, elapsed):
    """A sentence on the time left, from how it goes here.

    expected : seconds each notebook takes on two cores; finished : how many are; elapsed : seconds
    """
    past = sum(expected[:finished])
    pace = elapsed / past if past else 1
    return f"about {sum(expected[finished:]) * pace / 60:.1f} min left"


class Forwarding(NotebookClient):
    """A client that passes a cell's progress bar on to the terminal."""

    def output(self, outs, msg, display_id, cell_index):
        """Show text that redraws its line, then keep it as usual."""
        text = msg["content"].get("text", "")
        if "\r" in text:
            sys.stderr.write(text + "\n" * ("100%" in text))
            sys.stderr.flush()
        return super().output(outs, msg, display_id, cell_index)


def _run(path, out):
    """Execute one notebook; returns the path of its page."""
    notebook = nbformat.read(path, 4)
    where = {"metadata": {"path": str(path.parent)}}
    client = Forwarding(notebook, timeout=None, resources=where, coalesce_streams=True)
    try:
        client.execute(stderr=subprocess.DEVNULL)  # the framework's own chatter
    except CellExecutionError as error:
        raise InputError(f"{path} stopped: {error.ename}: {error.evalue}") from error
    finally:
        atomic.write_bytes(out / path.name, nbformat.writes(notebook).encode())
    page, _ = HTMLExporter().from_notebook_node(notebook)
    return atomic.write_bytes(out / f"{path.stem}.html", page.encode())


def _index(paths, out):
    links = [(f"{p.stem}.html", p.stem.replace("_", " ")) for p in paths]
    return report.write(runner.home(choose("demo")), out, notebooks=links)
