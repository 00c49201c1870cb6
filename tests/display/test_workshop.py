"""The workshop runs notebooks, leaves their pages, and names the cell that failed."""

import html.parser
import json
import re
import shutil
import subprocess
import sys

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.display import notebook_page, pictures, report, story, workshop
from helpers.errors import InputError
from helpers.interlaboratory import line
from tests.display.example_room import example_lines


@pytest.fixture
def folder(tmp_path):
    """A function that writes a numbered notebook of some cells into a folder."""
    place = tmp_path / "notebooks"
    place.mkdir()

    def write(name, *cells):
        notebook = new_notebook(cells=[new_markdown_cell("# One"), *map(new_code_cell, cells)])
        notebook.metadata["train_again"] = {"seconds": 5}
        nbformat.write(notebook, place / name)
        return place

    return write


def test_a_notebook_leaves_itself_executed_and_its_page(folder, tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(workshop, "_index", lambda paths, pages: made.append(paths) or "i")
    place = folder("01_sum.ipynb", "print(40 + 2)")
    said = []
    workshop.build(place, tmp_path / "build", said.append)
    executed = nbformat.read(tmp_path / "build" / "01_sum.ipynb", 4)
    assert executed.cells[1].outputs[0].text == "42\n"
    assert "42" in (tmp_path / "build" / "01_sum.html").read_text()
    assert "min left" in said[0] and "first pictures" in said[1] and "open" in said[-1]
    assert len(made) == 1


def test_a_failing_cell_is_named_and_what_was_done_is_kept(folder, tmp_path):
    place = folder("01_sum.ipynb", "print('before')", "1 / 0")
    with pytest.raises(InputError, match=r"01_sum\.ipynb stopped: ZeroDivisionError"):
        workshop.build(place, tmp_path / "build", lambda _: None)
    kept = nbformat.read(tmp_path / "build" / "01_sum.ipynb", 4)
    assert kept.cells[1].outputs[0].text == "before\n"


def test_a_notebook_whose_process_is_ended_is_named(folder, tmp_path):
    place = folder("01_sum.ipynb", "import os; os._exit(9)")
    with pytest.raises(InputError, match=r"01_sum\.ipynb stopped: its process was ended"):
        workshop.build(place, tmp_path / "build", lambda _: None)


def test_time_left_follows_the_pace():
    assert workshop.time_left([60, 120], finished=0, elapsed=0) == "about 3.0 min left"
    twice_as_slow = workshop.time_left([60, 120], finished=1, elapsed=120)
    assert twice_as_slow == "about 4.0 min left"


@pytest.fixture
def quick(monkeypatch):
    """A page of the study that is there at once."""
    made = {"index.html": b"<p>all</p>", "summary.md": b"all"}
    told = story.Story("A lead.", pictures.Picture(b"png", "dots"), [("It", "is so.")], ["Here."])
    monkeypatch.setattr(report, "contents", lambda *_, **__: dict(made))
    monkeypatch.setattr(story, "shipped_story", lambda: told)
    monkeypatch.setattr(workshop.runner, "home", lambda _: "study")


def _says(out):
    return (out / "01_a.html").read_text(), (out / "index.html").read_text()


def test_a_second_workshop_works_over_the_first_and_keeps_what_others_have_there(
    folder, tmp_path, quick
):
    out = tmp_path / "build"
    (out / "colab").mkdir(parents=True)
    (out / "mine.txt").write_text("mine")
    for number in (41, 42):
        place = folder("01_a.ipynb", f"print({number})")
        workshop.build(place, out, lambda _: None)
        page, index = _says(out)
        assert f"{number}\n" in page and 'href="01_a.html"' in index and "is so." in index
    assert (out / "report" / "summary.md").read_text() == "all"
    assert (out / "report" / "index.html").read_text() == "<p>all</p>"
    assert (out / "mine.txt").read_text() == "mine" and (out / "colab").is_dir()


def test_the_words_have_a_page_where_the_project_has_a_glossary(folder, tmp_path, quick):
    place = folder("00_a.ipynb", "1")
    workshop.build(place, tmp_path / "without", lambda _: None)
    assert not (tmp_path / "without" / "glossary.html").exists()
    assert "glossary" not in (tmp_path / "without" / "index.html").read_text()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "glossary.md").write_text(
        "# Glossary\n\n| word | is |\n|---|---|\n| a | b |\n"
    )
    index = workshop.build(place, tmp_path / "with", lambda _: None)
    page = (tmp_path / "with" / "glossary.html").read_text()
    assert "<title>Glossary" in page and "<td>a</td>" in page and 'href="index.html"' in page
    start = index.read_text()
    assert 'href="glossary.html"' in start and 'Begin with <a href="00_a.html">One</a>' in start


def test_a_class_finds_its_room_on_the_start_page_and_no_notebook_is_run_again(
    folder, tmp_path, quick, monkeypatch
):
    place, out, said = folder("01_a.ipynb", "1"), tmp_path / "build", []
    lines = tmp_path / "lines.txt"
    lines.write_text("\n".join(line.text(one) for one in example_lines()))
    with pytest.raises(InputError, match="no whole site: run the notebooks first"):
        workshop.add_room(place, out, [lines], said.append)
    before = workshop.build(place, out, lambda _: None).read_text()
    monkeypatch.setattr(workshop, "_run", pytest.fail)
    monkeypatch.setattr(report, "contents", pytest.fail)  # the study may be gone: its page stays
    workshop.add_room(place, out, [lines], said.append)
    after = (out / "index.html").read_text()
    numbers = json.loads((out / "room" / "room.json").read_text())
    assert "12 machines" in said[-1] and "on 12 machines" in after and "machines" not in before
    told = numbers["arms"]["control"]
    assert f"12 machines, {told['distinct']} different results; 12 of 12 repeat themselves" in after
    assert f"less than 0.5 points: {told['verdict']}." in after
    assert 'href="room/index.html"' in after and (out / "room" / "index.html").is_file()


@pytest.mark.parametrize("name", ["index.html", "01_a.html", "01_a.ipynb", "report/summary.md"])
def test_a_page_that_is_not_the_workshops_stays_and_nothing_is_run(folder, tmp_path, quick, name):
    path = tmp_path / "build" / name
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    with pytest.raises(InputError, match="something else than an earlier"):
        workshop.build(folder("01_a.ipynb", "1"), tmp_path / "build", pytest.fail)
    assert path.read_text() == "mine"


def test_pages_are_not_written_over_their_notebooks_nor_through_a_link(folder, tmp_path, quick):
    place = folder("01_a.ipynb", "1")
    with pytest.raises(InputError, match=r"something else .*: 01_a\.ipynb"):
        workshop.build(place, place, pytest.fail)
    (tmp_path / "build").symlink_to(place)
    with pytest.raises(InputError, match="is a link"):
        workshop.build(place, tmp_path / "build", pytest.fail)


@pytest.mark.parametrize("way", ["JUPYTER_PATH", "JUPYTER_DATA_DIR"])
def test_notebooks_run_in_this_python_whatever_kernel_another_has_left(
    folder, tmp_path, quick, monkeypatch, way
):
    kernel = tmp_path / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    gone = {"argv": ["/gone/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]}
    text = json.dumps(gone | {"display_name": "stale", "language": "python"})
    (kernel / "kernel.json").write_text(text)
    monkeypatch.setenv(way, str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    place = folder("01_a.ipynb", "import os, sys; print(sys.executable, os.getpid())")
    workshop.build(place, tmp_path / "build", lambda _: None)
    path, number = (
        nbformat.read(tmp_path / "build" / "01_a.ipynb", 4).cells[1].outputs[0].text.split()
    )
    assert path == sys.executable and not psutil.pid_exists(int(number))


class _Loads(html.parser.HTMLParser):
    """What a page would run or load: tags and addresses."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.addresses, self.policies = set(), [], []
        self.feed(page)
        styles = " ".join(re.findall(r"<style.*?</style>|style=\"[^\"]*\"", page, re.S))
        self.addresses += re.findall(r"(?:@import|url\()\s*[\"']?([^\"')]*)", styles)

    def handle_starttag(self, tag, attributes):
        """Keep it."""
        given = dict(attributes)
        self.tags.add(tag)
        if tag != "a":
            self.addresses += [given[name] for name in ("src", "href", "data") if name in given]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policies.append(given["content"])


def _page(text="", shown="<b>seen</b>"):
    data = {"text/html": shown, "application/vnd.jupyter.widget-view+json": {"model_id": "a"}}
    output = nbformat.v4.new_output("display_data", data=data)
    cells = [new_markdown_cell(f"# One {text}"), new_code_cell("1", outputs=[output])]
    return notebook_page.page(new_notebook(cells=cells))


def test_a_notebooks_page_runs_no_script_and_loads_nothing_from_elsewhere():
    page = _page()
    found = _Loads(page)
    assert not found.tags & {"script", "link", "iframe", "object", "embed"}
    assert [a for a in found.addresses if not a.startswith(("data:", "#"))] == []
    assert not re.search(r"https?://(?!www\.w3\.org/)", page)
    [policy] = found.policies
    assert policy in pictures.POLICY and "default-src 'none'" in policy
    assert page.index("Content-Security-Policy") < page.index("<title>") and "<b>seen</b>" in page


def test_a_report_has_the_policy_too_before_anything_else_is_read(tmp_path):
    page = report.contents("helpers/reference/published_table.csv")["index.html"].decode()
    found = _Loads(page)
    assert len(found.policies) == 1 and "script" not in found.tags
    assert all(address.startswith("data:image/png") for address in found.addresses)
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_a_browser_runs_and_loads_nothing_that_somebody_brought_in(tmp_path):
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium is installed")
    brought = (
        "<script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">"
        "<img src='http://127.0.0.1:9/x.png'><link rel=stylesheet href='http://127.0.0.1:9/x.css'>"
    )
    (tmp_path / "page.html").write_text(_page(brought, brought))
    words = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0"]
    words += [f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", tmp_path / "page.html"]
    done = subprocess.run([browser, *words], capture_output=True, text=True, timeout=200)
    assert "<title>One" in done.stdout
    said = done.stderr
    for part in ("script", "image", "stylesheet"):
        assert re.search(rf"(?i){part}.*violates the following Content Security Policy", said), said
