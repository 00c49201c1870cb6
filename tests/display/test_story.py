"""The start page's sentences follow the numbers, real persons first."""

import re

import numpy as np
import pandas as pd
import pytest

from helpers.display import start_page, story
from helpers.display.figures.look import arm_colours
from helpers.display.notebook_page import Head
from helpers.errors import InputError
from helpers.statistics import summary
from helpers.statistics.runs import by_arm

PROTOCOL = {"patients": 6, "folds": 2, "epochs": 4}


def _found(spreads, runs=4):
    """The summary of arms whose run medians scatter by so much; 0 is the same bits."""
    rng, rows = np.random.default_rng(1), []
    for arm, spread in spreads.items():
        for run in range(runs):
            for n in range(6):
                dsc = 90 + n + spread * rng.normal()
                cell = {"arm": arm, "repetition": run, "fold": n % 2, "patient": f"P{n}"}
                digest = f"{arm}{run if spread else ''}{n % 2}"
                rows.append(cell | {"dsc_percent": dsc, "weights_sha256": digest})
    return summary.summarise(by_arm(pd.DataFrame(rows)))


def test_each_arm_is_said_in_plain_words_with_its_own_numbers():
    found = _found({"control": 0, "order": 1.0, "mine": 0.5})
    said = dict(story.sentences(found))
    assert said["Same seeds, every switch on"] == "4 repetitions, the same result to the last bit."
    low, high = min(found["order"]["medians"]), max(found["order"]["medians"])
    other = said["Same seeds, sums in another order"]
    assert other == f"4 repetitions, 4 different results, {low:.2f} to {high:.2f} %."
    assert "mine" in said


def test_a_scatter_is_weighed_against_other_seeds_with_its_interval():
    said = dict(story.sentences(_found({"order": 0.5, "seeds": 1.0})))
    weighed = said["Same seeds, sums in another order"]
    assert re.search(r"scatter [\d.]+ times .* \(95 % interval [\d.]+ to [\d.]+\)\.$", weighed)
    assert "times" not in said["Other seeds"]


def test_a_way_of_repeating_has_its_arms_colour_on_a_gpu_as_elsewhere():
    shades = story.colours(["control", story.ON_A_GPU, "seeds"])
    own = arm_colours(["default", "control", "seeds"])
    assert list(shades.values()) == [own["control"], own["default"], own["seeds"]]


@pytest.mark.parametrize(
    ("spreads", "said"),
    [
        ({"control": 0}, "nothing to weigh"),
        ({"order": 2.0}, "is not shown for “same seeds, sums in another order”"),
        ({"order": 0.01}, "is shown for “same seeds, sums in another order”."),
        ({"order": 0.01, "seeds": 2.0}, "is shown for “same seeds, sums in another order”; not"),
    ],
)
def test_whether_it_matters_is_what_the_verdicts_say(spreads, said):
    (*_, (question, answer)) = story.sentences(_found(spreads))
    assert question == "Does it matter?" and said in answer


def test_real_persons_go_before_phantoms(monkeypatch):
    have, found = ["study"], _found({"control": 0})
    about = {"fingerprint": {"protocol": PROTOCOL}}

    def _about(name):
        if name not in have:
            raise InputError("No")
        cohort = {"cohort": "hippocampus"} if name == "hippocampus" else {}
        return {"fingerprint": {"protocol": about["fingerprint"]["protocol"] | cohort}}

    monkeypatch.setattr(story.shipped, "about", _about)
    monkeypatch.setattr(story.shipped, "table", lambda name: None)
    monkeypatch.setattr(story.shipped, "provenance", lambda name: f"made as {name}")
    monkeypatch.setattr(story, "by_arm", lambda table: None)
    monkeypatch.setattr(story.summary, "summarise", lambda arms: found)
    assert "6 phantom patients" in story.shipped_story().lead
    have.append("hippocampus")
    monkeypatch.setattr(story, "BESIDE", {})
    told = story.shipped_story()
    assert "6 real persons" in told.lead and told.holds[-1] == "made as hippocampus"
    have.clear()
    with pytest.raises(InputError, match="helpers/reference"):
        story.shipped_story()


def test_what_a_gpu_does_by_itself_stands_beside_the_real_persons_with_its_machine():
    told = story.shipped_story()
    said = dict(told.found)["Same seeds, no switch on, on a GPU"]
    assert said.startswith("20 repetitions, 20 different results")
    assert sum("NVIDIA H200" in sentence for sentence in told.holds) == 1
    assert (
        "Other seeds and emulated rounding of the GPU are its own, and not shown here."
        in told.holds
    )


def test_the_start_page_has_the_question_the_figure_a_card_a_notebook_and_what_is_here():
    found = _found({"control": 0, "order": 1.0})
    told = story.Story(*story.of_study(found, PROTOCOL), ["For <these>."])
    card = Head("01_a.html", "1 · A & b", "A claim.", "9 minutes", "data:image/png;base64,AAAA")
    page = start_page.page([card], told, found)
    assert page.count(told.found[0][1]) == 2 and "What this machine found" in page
    for part in ("do I get the same result?", 'href="01_a.html"', "A &amp; b", "For &lt;these&gt;"):
        assert part in page
    assert re.search(r'<img alt="[^"]{40,}" src="data:image/png', page)
    assert 'href="report/index.html"' in page and "What this machine" not in start_page.page(
        [], told
    )
