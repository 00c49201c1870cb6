"""The report of a study, of its folder or of a CSV with one row a patient and cell."""

from importlib.resources import files
from pathlib import Path

from helpers.display.report import (
    checklists,
    chosen_figures,
    compared,
    sections,
    sentences,
    sources,
    tables,
)
from helpers.display.report.blocks import Paragraphs, Report, Section, Table
from helpers.statistics import csv_tables, runs, summary


def report(source, margin, notebooks=()):
    """The `Report` of a study's folder or of a CSV; a new section is a new entry in its list.

    margin : points; notebooks : (link, title) pairs. Resamples are drawn with `ANALYSIS_SEED`.
    raises : InputError naming what is wrong with the table
    """
    table, study, records = sources.study(source)
    arms = runs.by_arm(table)
    found = summary.summarise(arms, margin)
    told = {arm: sentences.of_arm(arms[arm], numbers) for arm, numbers in found.items()}
    made_with, left_out = sentences.made_with(study, found), runs.left_out(table)
    tested = compared.sentences(arms, found, margin)
    pictures = chosen_figures.of_all(arms, found, margin, _published_value())
    answered = checklists.of_study(
        found, told, left_out, made_with, compared.comparable(arms, found), records
    )
    return Report(
        Path(source).name,
        found,
        [
            sections.verdict(found, told, pictures, notebooks),
            sections.what_was_done(found, made_with),
            sections.listed("Left out", left_out, "Nothing."),
            *_scatter(found),
            sections.listed(
                "Arms compared, fold by fold", tested, "There are no two arms to compare."
            ),
            sections.arm_by_arm(told, chosen_figures.of_arms(arms, found)),
            sections.checklist(answered),
            sections.references(),
        ],
    )


def _scatter(found):
    frame = tables.variances(found)
    said = [Table(frame), Paragraphs([sentences.SCATTER], small=True)]
    return [] if frame.empty else [Section("Where the scatter comes from", said)]


def _published_value():
    """The mean of the published run medians, DSC in %."""
    table = csv_tables.read_published(files("helpers.reference") / "published_table.csv")
    return float(table["median"].mean())
