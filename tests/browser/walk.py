"""Walk a built site in Chromium: python -m tests.browser.walk build

Every page at 390 and 1280 pixels, light and dark: no error in the console, no request to any
other place, no dead link, nothing wider than the screen, and no violation that axe-core calls
serious. A page's first table is no wider than a page of 1100 pixels. Screenshots stay in
build/browser. Ends with 1 where any is found.
"""

import argparse
import itertools
import sys
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlparse

import axe_playwright_python
from playwright.sync_api import sync_playwright

from tests.browser.chromium import started

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"  # MPL-2.0; it does not ship
WIDTHS, SCHEMES = {390: 844, 1280: 800}, ("light", "dark")
TABLE_PIXELS = 1100  # of a page on which the first table must be seen whole
BAD = ("serious", "critical")


def main():
    """Walk, tell what was found; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("pages", nargs="*", default=["*.html", "report/*.html"])
    given = parser.parse_args()
    pages = sorted(page for named in given.pages for page in given.site.glob(named))
    shots = given.site / "browser"
    found = [] if pages else [f"{given.site} has no page"]
    with sync_playwright() as playwright, started(playwright) as browser:
        for width, scheme, page in itertools.product(WIDTHS, SCHEMES, pages):
            found += look(browser, page.resolve(), width, scheme, shots)
    print(*found, f"{len(pages)} pages, {len(found)} findings", sep="\n")
    return int(bool(found))


def look(browser, path, width, scheme, shots):
    """What is wrong with one page at one width and scheme: list of sentences; takes a picture."""
    size = {"width": width, "height": WIDTHS[width]}
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page, said = context.new_page(), []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda r: None if _here(r.url) else said.append(f"asks for {r.url[:80]}"))
    page.goto(path.as_uri())
    said += _dead_links(page, path)
    said += _too_wide(page, width)
    if page.title() in ("", "Notebook"):
        said.append("has no title of its own")
    name = f"{path.parent.name}-{path.stem}-{width}-{scheme}"
    page.screenshot(path=shots / f"{name}.png")
    if scheme == "light":
        page.screenshot(path=shots / f"{name}-whole.png", full_page=True)
    said += _violations(page)
    said += _wide_table(page) if width > TABLE_PIXELS else []
    context.close()
    return [f"{path.name} at {width}, {scheme}: {one}" for one in said]


def _here(address):
    return urlparse(address).scheme in ("file", "data")


def _dead_links(page, path):
    """Links within the site that lead nowhere, by file or by place in it."""
    links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    places = set(page.eval_on_selector_all("[id]", "all => all.map(e => e.id)"))
    for link in filter(_here, links):
        file, place = urldefrag(link)
        target = Path(unquote(urlparse(file).path))
        if not target.is_file() or target.suffix != ".html":
            yield f"dead link {link}"
        elif place and target == path and unquote(place) not in places:
            yield f"dead link to #{place}"


def _too_wide(page, width):
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"is {wide} pixels wide"] if wide > width else []


def _wide_table(page):
    """Whether the first table that is not folded must be scrolled on a page of 1100 pixels."""
    page.set_viewport_size({"width": TABLE_PIXELS, "height": 800})
    cut = page.evaluate(
        "[...document.querySelectorAll('table')].filter(t => t.checkVisibility()).slice(0, 1)"
        ".map(t => [t.scrollWidth, t.parentElement.clientWidth]).filter(([is, has]) => is > has)"
    )
    return [f"its first table is {is_} pixels wide, there are {has}" for is_, has in cut]


def _violations(page):
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({resultTypes: ['violations'], preload: false})")["violations"]
    return [
        f"{v['id']} ({v['impact']}) in {len(v['nodes'])}: {v['nodes'][0]['html'][:120]}"
        for v in found
        if v["impact"] in BAD
    ]


if __name__ == "__main__":
    sys.exit(main())
