"""The tables of a report: a bound of a ratio stays on its side of 1."""

from helpers.display.report.tables import variances
from helpers.statistics.runs import by_arm
from helpers.statistics.summary import summarise
from helpers.study import shipped


def test_a_bound_just_below_1_is_not_rounded_to_it():
    found = summarise(by_arm(shipped.table("study").query("arm in ['order', 'seeds']")))
    ratio = variances(found).set_index("arm").loc["order", "SD of runs / of seeds"]
    assert ratio == "0.75 (0.57 to 0.997)"
