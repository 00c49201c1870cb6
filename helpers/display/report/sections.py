"""The sections that both reports have, of a study and of a published table."""

import pandas as pd

from helpers.display.report import sentences, tables
from helpers.display.report.blocks import (
    Bullets,
    Heading,
    Links,
    Paragraphs,
    Pictures,
    Section,
    Table,
    Verdicts,
)


def verdict(found, told, pictures, notebooks):
    """The head: each arm's verdict, the table of all, and how to read it.

    found : dict of arm → summary; told : dict of arm → sentences, the verdict first
    pictures : dict of name → `Picture`; notebooks : (link, title) pairs
    """
    links = [Links(notebooks)] if notebooks else []
    return Section(
        "",
        [
            *links,
            Verdicts({arm: said[0] for arm, said in told.items()}),
            Table(tables.overview(found)),
            Paragraphs([sentences.READ], small=True),
            *([Pictures(pictures)] if pictures else []),
        ],
    )


def what_was_done(found, made_with=()):
    """Methods, size of each arm, and the sentences on software and machine."""
    known = Bullets([*sentences.design(found), *made_with])
    return Section("What was done", [Paragraphs(sentences.methods(found)), known])


def listed(title, said, otherwise):
    """Sentences as a list under a title, or ``otherwise`` where there are none."""
    return Section(title, [Bullets(said) if said else Paragraphs([otherwise])])


def arm_by_arm(told, pictures):
    """What is said of each arm, and its figures: dicts of arm → sentences, → name → `Picture`."""
    blocks = [
        block
        for arm, said in told.items()
        for block in (Heading(arm), Bullets(said[1:]), Pictures(pictures[arm]))
    ]
    return Section("Arm by arm", blocks)


def checklist(rows):
    """The items of checklists that the report answers: (checklist, item, answer) tuples."""
    frame = pd.DataFrame(rows, columns=["checklist", "item", "answer"])
    return Section("Checklist items answered", [Table(frame, prose=True)])


def references():
    """The sources of the methods."""
    return Section("References", [Bullets(sentences.REFERENCES)])
