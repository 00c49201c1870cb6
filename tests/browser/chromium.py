"""Debian's Chromium, as both walks start it."""

import contextlib
import shutil

FLAGS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")


@contextlib.contextmanager
def started(playwright):
    """A browser, closed at the end; SystemExit with a sentence where there is none."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        raise SystemExit("No chromium is on the PATH: apt-get install chromium.")
    browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
    try:
        yield browser
    finally:
        browser.close()
