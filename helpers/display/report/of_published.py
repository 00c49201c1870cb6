"""The report of a table of medians and intervals, as a paper prints it."""

from pathlib import Path

from helpers.display.report import checklists, chosen_figures, sections
from helpers.display.report.blocks import Report
from helpers.statistics import csv_tables, summary

LEFT_OUT = "A row named ICPR2018, if there is one: it is an earlier paper's figure."


def report(source, margin, notebooks=()):
    """The `Report` of a published table, a CSV; a new section is a new entry in its list.

    margin : points; notebooks : (link, title) pairs
    raises : InputError naming row and column that are wrong
    """
    table = csv_tables.read_published(source)
    found = summary.summarise_published(table, margin)
    told = {arm: [n["sentence"], n["overlap_sentence"]] for arm, n in found.items()}
    pictures = {"published": chosen_figures.of_published(table, found, margin)}
    return Report(
        Path(source).name,
        found,
        [
            sections.verdict(found, told, {}, notebooks),
            sections.what_was_done(found),
            sections.listed("Left out", [LEFT_OUT], ""),
            sections.arm_by_arm(told, pictures),
            sections.checklist(checklists.of_published(found)),
            sections.references(),
        ],
    )
