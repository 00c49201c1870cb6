"""The section of a report on kept masks: where runs disagree, and what their vote gains."""

import numpy as np
import pandas as pd

from helpers.display.report import blocks, chosen_figures
from helpers.statistics.votes import votes
from helpers.study import mask_votes

TITLE = "Where runs disagree, and what their vote gains"
READ = (
    "The vote is the voxels that more than half of the runs drew. Gain: its DSC less the mean DSC "
    "of the runs it is made of, mean over patients, with a 95 % interval over patients; it takes "
    "into account that those of a fold share their networks (Cameron and Miller, J Hum Resour "
    "2015;50:317), and needs five folds. Disputed: of the voxels that any run drew, those that not "
    "all drew. A vote of R runs costs R trainings, and is another method than the one that the "
    "other sections are about."
)


def sections(ledger):
    """The section of a study whose masks were kept, as a list: empty where none were."""
    table = mask_votes.table(ledger)
    found = votes(table)
    if not found:
        return []
    said = [f"{arm}: {one}" for arm, one in found.items()]
    return [
        blocks.Section(
            TITLE,
            [
                blocks.Table(rows(found)),
                blocks.Note(READ),
                *_pictures(ledger, table),
                blocks.Bullets(said),
            ],
        )
    ]


def rows(found):
    """A frame of texts, one row an arm; found : dict of arm → `Vote`."""
    return pd.DataFrame([_row(arm, one) for arm, one in found.items()])


def _row(arm, vote):
    single, voted = vote.patients[["single_percent", "vote_percent"]].mean()
    low, high = vote.ci
    bounds = "–" if np.isnan(low) else f"{low:+.2f} to {high:+.2f}"
    return {
        "arm": arm,
        "runs": vote.runs,
        "patients": len(vote.patients),
        "one run, mean DSC (%)": f"{single:.2f}",
        "vote, mean DSC (%)": f"{voted:.2f}",
        "gain (points)": "identical: 0" if vote.identical else f"{vote.gain:+.2f} ({bounds})",
        "disputed, median patient (%)": f"{vote.patients['disputed_percent'].median():.1f}",
    }


def _pictures(ledger, table):
    """The most disputed patient of all arms, under each of them."""
    worst = table.loc[table["disputed_percent"].idxmax()]
    if not worst["disputed_percent"]:
        return []
    arms = table.loc[table["patient"] == worst["patient"], "arm"]
    counted = [mask_votes.counted(ledger, arm, worst["patient"]) for arm in arms]
    return [blocks.Pictures(chosen_figures.of_masks(counted))]
