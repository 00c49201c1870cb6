"""A report of a study: summary.json, the table, the figures and one page that shows them."""

import json
from pathlib import Path

import jinja2
import matplotlib.pyplot as plt
import pandas as pd

from helpers import atomic
from helpers.display import figures, viewers
from helpers.errors import InputError
from helpers.statistics import intervals, summary
from helpers.study.ledger import Ledger


def write(source, folder, margin=0.5, notebooks=()):
    """Write the report of ``source`` into ``folder``; returns the path of its page.

    source : a study's folder, a published table, or a CSV of one row a patient and cell
    margin : percentage points, chosen before looking
    notebooks : (link, title) pairs for the head of the page
    raises : InputError naming the file and what is wrong with it; nothing is written then
    """
    make = published_files if _is_published(source) else study_files
    files = make(source, margin, notebooks)
    folder = Path(folder)
    for name, content in files.items():
        atomic.write_bytes(folder / name, content)
    return folder / "index.html"


def study_files(source, margin, notebooks=()):
    """The files of a study's report: dict of name → bytes."""
    table = read_table(source)
    found = summary.summarise(table, margin)
    pictures = {}
    for arm, frame in summary.by_arm(table).items():
        pictures |= _pictures(arm, frame)
    medians = pd.DataFrame(
        [{"arm": arm, "median": m} for arm, n in found.items() for m in n["medians"]]
    )
    pictures["medians"] = _draw(lambda ax: figures.run_medians(medians, ax), height=2.5)
    return _files(found, pictures, overview(found), Path(source).name, notebooks)


def published_files(source, margin, notebooks=()):
    """The files of a published table's report: dict of name → bytes."""
    table = intervals.read_published(source)
    found = summary.summarise_published(table, margin)
    pictures = {"published_intervals": _draw(lambda ax: figures.interval_strip(table, ax))}
    return _files(found, pictures, overview(found), Path(source).name, notebooks)


def read_table(source):
    """The tidy table of a study's folder or of a CSV, checked."""
    source = Path(source)
    if source.is_dir():
        Ledger(source).study  # noqa: B018 - refuses a folder that holds no study
        return summary.check_table(Ledger(source).table(), str(source))
    return summary.check_table(_read_csv(source), str(source))


def _is_published(source):
    return not Path(source).is_dir() and "median_dsc_percent" in _read_csv(source).columns


def _read_csv(path):
    try:
        return pd.read_csv(path)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: name a study's folder or a CSV.") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not a CSV that can be read: {error}.") from error


def _pictures(arm, frame):
    tidy = frame.melt(ignore_index=False, value_name="dsc_percent").reset_index()
    strip = intervals.overlap_table(frame)
    colour = figures.arm_colour(arm)
    drawn = {f"{arm}_boxplots": _draw(lambda ax: figures.boxplots(tidy, ax, colour))}
    if strip["lower"].notna().all():
        drawn[f"{arm}_intervals"] = _draw(lambda ax: figures.interval_strip(strip, ax, colour))
    return drawn


def _draw(plot, height=4):
    """(PNG bytes, alternative text) of one plot."""
    figure, ax = plt.subplots(figsize=(7, height))
    alt = plot(ax).get_label()
    return viewers.png(figure), alt


def overview(found):
    """One row an arm of a summary (dict of arm → dict): what a reader wants to see first."""
    rows = [
        {
            "arm": arm,
            "runs": n["runs"],
            "distinct results": n["distinct_digests"],
            "run medians of DSC (%)": f"{min(n['medians']):.2f} to {max(n['medians']):.2f}",
            "intervals overlap": {True: "yes", False: "no", None: "unknown"}[n["overlap"]],
            "SD of run medians (points)": _shown(n["run_sd"]),
            "RC, upper bound (points)": _shown(n["rc_upper"]),
            "verdict": n["verdict"],
        }
        for arm, n in found.items()
    ]
    return pd.DataFrame(rows)


def _shown(value):
    return "–" if value is None else f"{value:.3f}"


def _files(found, pictures, arms, name, notebooks):
    template = jinja2.Environment(
        loader=jinja2.PackageLoader("helpers.display", "."), autoescape=True
    ).get_template("report.html")
    page = template.render(
        name=name,
        notebooks=notebooks,
        overview=arms.to_html(index=False, border=0, na_rep="not recorded"),
        found=found,
        pictures={n: viewers.image_tag(png, alt) for n, (png, alt) in pictures.items()},
    )
    files = {"summary.json": (json.dumps(found, indent=1) + "\n").encode()}
    files["table.csv"] = arms.to_csv(index=False).encode()
    files |= {f"{n}.png": content for n, (content, _) in pictures.items()}
    return files | {"index.html": page.encode()}
