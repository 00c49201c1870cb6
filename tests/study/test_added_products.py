"""The sum that notebook 06 adds up live, in processes of its own."""

from helpers.study import live


def test_the_sum_is_taken_apart_by_the_memory_optimizer_and_nothing_chatters(capfd):
    found = live.added_products(["nothing", "memory optimizer off"], calls=2)
    assert found["taken_apart"].tolist() == [1, 0]
    assert "oneDNN" not in capfd.readouterr().err
