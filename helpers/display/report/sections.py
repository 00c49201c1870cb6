"""Which sections stand in a report: a list for a study, and one for a published table."""

from importlib.resources import files

import pandas as pd

from helpers.display.report import (
    blocks,
    checklists,
    chosen_figures,
    compared,
    organs,
    sentences,
    tables,
    volumes,
)
from helpers.display.report.blocks import Bullets, Paragraphs, Report, Section
from helpers.statistics import csv_tables, intervals, runs, summary

ALONE = "There are no two arms to compare."
PUBLISHED = files("helpers.reference") / "published_table.csv"


def of_study(table, margin, name, prints, records, masks=()):
    """The `Report` of a study; a new section, sentence or figure is a new entry in a list.

    table  : one row a patient and cell, checked; margin : points; name : of the source
    prints : the study's fingerprint, a dict; records : those of its ledger
    masks  : the sections on kept masks, see `votes.sections`
    """
    arms = runs.by_arm(table)
    found = summary.summarise(arms, margin)
    told = {arm: sentences.of_arm(arms[arm], numbers) for arm, numbers in found.items()}
    made_with, left_out = sentences.made_with(prints, found), runs.left_out(table)
    tested = compared.comparable(arms, found)
    differ = compared.sentences(tested, found, margin) + compared.left_out(arms, found)
    answers = checklists.of_study(found, told, left_out, made_with, list(tested)[1:], records)
    value = _published_median() if organs.of_breast(table, prints) else None
    strips = {arm: intervals.overlap_table(one.dsc) for arm, one in arms.items()}
    listed = [
        _verdict(found, told, chosen_figures.of_all(found, tested, margin, value)),
        _what_was_done(found, made_with, bool(records)),
        Section("Left out", _list(left_out, "Nothing.")),
        *_tables("One scatter, two estimates", tables.estimates(found), sentences.ESTIMATES),
        *_tables("Trainings that failed", tables.failures(found), sentences.FAILURES),
        *_tables("Where the scatter comes from", tables.variances(found), sentences.SCATTER),
        *volumes.sections(table, prints),
        *masks,
        Section("Arms compared, question by question", _list(differ, ALONE)),
        _arm_by_arm(told, strips, chosen_figures.of_arms(arms, found)),
        *_answers_and_references(answers),
    ]
    return Report(name, found, listed)


def _published_median():
    return csv_tables.read_published(PUBLISHED)["median"].mean()


def of_published(table, margin, name):
    """The `Report` of a published table (repetition, median, lower, upper), as `of_study`."""
    found = summary.summarise_published(table, margin)
    told = {
        arm: [n["sentence"], *sentences.chance(n), n["overlap_sentence"]]
        for arm, n in found.items()
    }
    left_out = "A row named ICPR2018, if there is one: it is an earlier paper's figure."
    drawn = {"published": chosen_figures.of_published(table, found, margin)}
    listed = [
        _verdict(found, told, {}),
        _what_was_done(found, [], recorded=False),
        Section("Left out", [Bullets([left_out])]),
        _arm_by_arm(told, {"published": table}, drawn),
        *_answers_and_references(checklists.of_published(found)),
    ]
    return Report(name, found, listed)


def _verdict(found, told, pictures):
    said = {arm: one[0] for arm, one in told.items()}
    table, note = blocks.Table(tables.overview(found)), blocks.Note(sentences.READ)
    return Section("", [blocks.Verdicts(said), table, note, blocks.Pictures(pictures)])


def _what_was_done(found, made_with, recorded):
    holds = sentences.conditions(found) if recorded else []
    known = Bullets([*sentences.design(found), *made_with, *holds])
    return Section("What was done", [Paragraphs(sentences.methods(found, recorded)), known])


def _list(said, otherwise):
    return [Bullets(said) if said else Paragraphs([otherwise])]


def _tables(title, frame, note):
    """A section of a table and its note; none where the table is empty."""
    return [] if frame.empty else [Section(title, [blocks.Table(frame), blocks.Note(note)])]


def _arm_by_arm(told, strips, pictures):
    parts = [
        (
            blocks.Heading(arm),
            Bullets(said[1:]),
            blocks.Table(tables.repetitions(strips[arm])),
            blocks.Pictures(pictures[arm]),
        )
        for arm, said in told.items()
    ]
    return Section("Arm by arm", [block for part in parts for block in part])


def _answers_and_references(rows):
    answers = blocks.Answers(pd.DataFrame(rows, columns=["checklist", "item", "answer"]))
    return [
        Section("Checklist items answered", [answers]),
        Section("References", [Bullets(sentences.REFERENCES)]),
    ]
