"""The sum that notebook 06 adds up live, in processes of its own."""

from helpers.nondeterminism import riddle


def test_the_sum_is_taken_apart_by_the_memory_optimizer_and_nothing_chatters(capfd):
    found = riddle.under_changes(["nothing", "memory optimizer off"], calls=2)
    assert found["taken_apart"].tolist() == [1, 0]
    assert "oneDNN" not in capfd.readouterr().err
