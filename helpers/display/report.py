"""A report of a study: one page, a Markdown summary, summary.json, the table and the figures."""

import json
import re
from importlib.resources import files
from pathlib import Path

import jinja2
import pandas as pd

from helpers import atomic
from helpers.display import analysis, checklists, markdown, viewers
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
    made = make(source, margin, notebooks)
    folder = Path(folder)
    for name, content in made.items():
        atomic.write_bytes(folder / name, content)
    return folder / "index.html"


def study_files(source, margin, notebooks=()):
    """The files of a study's report: dict of name → bytes."""
    table = read_table(source)
    found = summary.summarise(table, margin)
    told = analysis.sentences(table, found)
    left_out, made_with = summary.left_out(table), _made_with(source, found)
    tested = analysis.comparable(table, found)
    records = Ledger(source).records() if Path(source).is_dir() else []
    answered = checklists.of_study(found, told, left_out, made_with, tested, records)
    report = {
        "told": told,
        "left_out": left_out,
        "made_with": made_with,
        "compared": analysis.compared(table, found, margin),
        "variances": analysis.variances(found),
        "checklists": answered,
    }
    drawn = analysis.pictures(table, found, margin, published_value())
    return _files(found, report, drawn, Path(source).name, notebooks)


def published_files(source, margin, notebooks=()):
    """The files of a published table's report: dict of name → bytes."""
    table = intervals.read_published(source)
    found = summary.summarise_published(table, margin)
    report = {
        "told": {arm: [n["sentence"], n["overlap_sentence"]] for arm, n in found.items()},
        "left_out": ["A row named ICPR2018, if there is one: it is an earlier paper's figure."],
        "made_with": [],
        "compared": [],
        "variances": pd.DataFrame(),
        "checklists": checklists.of_published(found),
    }
    drawn = analysis.published_pictures(table, found, margin)
    return _files(found, report, drawn, Path(source).name, notebooks)


def read_table(source):
    """The tidy table of a study's folder or of a CSV, checked."""
    source = Path(source)
    if source.is_dir():
        Ledger(source).study  # noqa: B018 - refuses a folder that holds no study
        return summary.check_table(Ledger(source).table(), str(source))
    return summary.check_table(_read_csv(source), str(source))


def published_value():
    """The mean of the published run medians, DSC in %."""
    table = intervals.read_published(files("helpers.reference") / "published_table.csv")
    return float(table["median"].mean())


def overview(found):
    """One row an arm of a summary (dict of arm → dict): what a reader wants to see first."""
    rows = [
        {
            "arm": arm,
            "runs": n["runs"],
            "distinct results": _recorded(n["distinct_digests"]),
            "run medians of DSC (%)": f"{min(n['medians']):.2f} to {max(n['medians']):.2f}",
            "intervals overlap": {True: "yes", False: "no", None: "unknown"}[n["overlap"]],
            "SD of run medians (points)": analysis.decimals(n["run_sd"]),
            "RC, upper bound (points)": analysis.decimals(n["rc_upper"]),
            "verdict": n["verdict"],
        }
        for arm, n in found.items()
    ]
    return pd.DataFrame(rows)


def _recorded(value):
    return "not recorded" if value is None else value


def _is_published(source):
    return not Path(source).is_dir() and "median_dsc_percent" in _read_csv(source).columns


def _read_csv(path):
    try:
        return pd.read_csv(path)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: name a study's folder or a CSV.") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not a CSV that can be read: {error}.") from error


def _made_with(source, found):
    if not Path(source).is_dir():
        return []
    study = Ledger(source).study
    planned = study.get("protocol", {}).get("folds")
    few = [
        f"{arm} has {n['folds']} of the protocol's {planned} folds."
        for arm, n in found.items()
        if planned and n["folds"] < planned
    ]
    return markdown.made_with(study) + few


def _files(found, report, drawn, name, notebooks):
    report |= {
        "methods": markdown.methods(found),
        "design": markdown.design(found),
        "overview": overview(found),
    }
    made = {
        "summary.json": json.dumps(found, indent=1, allow_nan=False) + "\n",
        "summary.md": markdown.page(name, report),
        "table.csv": report["overview"].to_csv(index=False),
        "index.html": _page(found, report, drawn, name, notebooks),
    }
    contents = {file: text.encode() for file, text in made.items()}
    names = _file_names(drawn)
    return contents | {f"{names[n]}.png": content for n, (content, _) in drawn.items()}


def _file_names(names):
    safe = {}
    for name in names:
        plain = re.sub(r"[^\w-]+", "-", name)
        while plain in safe.values():
            plain += "-"
        safe[name] = plain
    return safe


def _page(found, report, drawn, name, notebooks):
    template = jinja2.Environment(
        loader=jinja2.PackageLoader("helpers.display", "."), autoescape=True, trim_blocks=True
    ).get_template("report.html")
    tables = {
        key: report[key].to_html(index=False, border=0)
        for key in ("overview", "variances")
        if not report[key].empty
    }
    tags = {n: viewers.image_tag(png, alt) for n, (png, alt) in drawn.items()}
    of_arm = {arm: {n for n in tags if _belongs(n, arm, found)} for arm in found}
    return template.render(
        name=name,
        notebooks=notebooks,
        report=report,
        tables=tables,
        pictures=tags,
        of_arm=of_arm,
        of_all=set(tags).difference(*of_arm.values()),
        limits=markdown.LIMITS,
        references=markdown.REFERENCES,
    )


def _belongs(name, arm, found):
    longest = max((a for a in found if name.startswith(f"{a}_")), key=len, default=None)
    return longest == arm
