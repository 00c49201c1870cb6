"""Notebooks in JupyterLab in Chromium: python -m tests.browser.lab notebooks [--python …] [01 04]

Each is opened from a folder of its own, run from top to bottom with small numbers, and every
slider in it is moved: by a step, and by a step where all counts of its widget are at their
largest, which is the full size. Told are the milliseconds until the picture has changed, the
shortest of three; 500 are wanted. The walk ends with 1 where a move takes thirty times as many (a
machine may be busy), where a cell or the console has an error, a page asks another place, a
slider changes nothing, a widget is not drawn, or a label is cut. Screenshots stay in build/lab.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlparse

from playwright.sync_api import sync_playwright

from tests.browser import full_size
from tests.browser.chromium import started
from tests.browser.server import jupyterlab

CHOSEN = ("01", "04", "05", "07")
WANTED_MS, LIMIT_MS, MINUTES = 500, 15_000, 30
LOADED = "() => window.jupyterapp && jupyterapp.shell.currentWidget?.sessionContext?.isReady"
RUN = """minutes => Promise.race([
  jupyterapp.commands.execute('notebook:run-all-cells').then(() => true),
  new Promise(tell => setTimeout(tell, minutes * 60_000, false))])"""
ERRORS = """() => [...jupyterapp.shell.currentWidget.content.model.cells].flatMap((cell, n) =>
  (cell.toJSON().outputs || []).filter(o => o.output_type === 'error')
    .map(o => `cell ${n}: ${o.ename}: ${o.evalue}`))"""
NOT_RUN = """() => [...jupyterapp.shell.currentWidget.content.model.cells].filter(cell =>
  cell.type === 'code' && cell.toJSON().source && !cell.executionCount).length"""
WIDGETS = """() => [...jupyterapp.shell.currentWidget.content.model.cells].flatMap(cell =>
  (cell.toJSON().outputs || []).filter(o => o.data?.['application/vnd.jupyter.widget-view+json'])
).length"""
VIEWER = ".jp-OutputArea-output:has(.noUi-handle):has(img)"
LABEL = "handle => handle.closest('.widget-slider').querySelector('label').textContent"
COUNTS = "handle => !handle.closest('.widget-slider').innerText.includes('.')"
CUT = """viewer => [...viewer.querySelectorAll('label')]
  .filter(l => l.scrollWidth > l.clientWidth).map(l => `${l.textContent}: its name is cut`)"""
WATCH = """picture => { const began = performance.now(); picture.told = new Promise(tell =>
  new MutationObserver((_, watch) => { watch.disconnect(); tell(performance.now() - began) })
    .observe(picture, {attributes: true, attributeFilter: ['src']})) }"""


def main():
    """Walk the notebooks, tell what was found; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("notebooks", type=Path)
    parser.add_argument("chosen", nargs="*", default=CHOSEN, help="their numbers")
    parser.add_argument("--python", default=sys.executable, help="the Python that runs the cells")
    parser.add_argument("--out", type=Path, default=Path("build/lab"))
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    paths = [p for n in given.chosen for p in sorted(given.notebooks.glob(f"{n}_*.ipynb"))]
    found = [] if len(paths) == len(given.chosen) else [f"not all of {given.chosen} are there"]
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        paths.append(full_size.write(folder / "full_size.ipynb"))
        with started(playwright) as browser, jupyterlab(given.python, folder) as address:
            for path in paths:
                found += look(browser, address, _alone(path, folder), given.out)
    print(*found, f"{len(paths)} notebooks, {len(found)} findings", sep="\n")
    return int(bool(found))


def _alone(path, folder):
    """A copy of the notebook in a folder that holds nothing else; its path from ``folder``."""
    place = folder / "notebooks" / path.stem
    place.mkdir(parents=True)
    return Path(shutil.copy(path, place)).relative_to(folder)


def look(browser, address, notebook, out):
    """What is wrong with one notebook: list of sentences; tells times, takes pictures."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page, said = context.new_page(), []
    page.set_default_timeout(120_000)
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda r: None if _here(r.url) else said.append(f"asks for {r.url[:80]}"))
    place, token = address.split("?")
    page.goto(f"{place}lab/tree/{notebook.as_posix()}?{token}&reset")
    page.wait_for_function(LOADED)
    if not page.evaluate(RUN, MINUTES):
        said.append(f"is not done after {MINUTES} minutes")
    said += page.evaluate(ERRORS)
    if left := page.evaluate(NOT_RUN):
        said.append(f"{left} cells were not run")
    page.screenshot(path=out / f"{notebook.stem}.png")
    said += _move_all(page, notebook.stem, out)
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    context.close()
    return [f"{notebook.stem}: {one}" for one in said]


def _here(address):
    return urlparse(address).scheme in ("data", "blob") or urlparse(address).hostname == "127.0.0.1"


def _move_all(page, name, out):
    """Move each slider of each viewer of a page; what does not answer."""
    viewers = page.locator(VIEWER).all()
    if (widgets := page.evaluate(WIDGETS)) != len(viewers):
        yield f"{widgets} widgets, but {len(viewers)} pictures with sliders are drawn"
    for number, viewer in enumerate(viewers):
        viewer.scroll_into_view_if_needed()
        handles = viewer.locator(".noUi-handle").all()
        yield from viewer.evaluate(CUT)
        yield from _moved(viewer, handles, "one step")
        for handle in handles:
            if handle.evaluate(COUNTS) and not _at_end(handle):
                _milliseconds(viewer, handle, "End")
        yield from _moved(viewer, handles, "at full size")
        viewer.screenshot(path=out / f"{name}-viewer-{number + 1}.png")
    print(f"{name}: {len(viewers)} pictures with sliders", flush=True)


def _moved(viewer, handles, how):
    """Move each handle to and fro, from its end backwards, and tell the shortest time."""
    for handle in handles:
        keys = ("Left", "Right", "Left") if _at_end(handle) else ("Right", "Left", "Right")
        took = [_milliseconds(viewer, handle, f"Arrow{key}") for key in keys]
        label = handle.evaluate(LABEL)
        if None in took:
            yield f"{label}, {how}: the picture did not change within {LIMIT_MS} ms"
        else:
            over = f", more than {WANTED_MS}" if min(took) > WANTED_MS else ""
            print(f"  {label}, {how}: {min(took):.0f} ms{over}", flush=True)


def _at_end(handle):
    return handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")


def _milliseconds(viewer, handle, key):
    """From a key on a handle until the picture is another one; None where it stays as it is."""
    picture = viewer.locator("img").last
    picture.evaluate(WATCH)
    handle.press(key)
    late = "new Promise(tell => setTimeout(tell, limit, null))"
    return picture.evaluate(f"(p, limit) => Promise.race([p.told, {late}])", LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
