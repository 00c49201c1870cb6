import pandas as pd

from helpers.lesions import training


def example(rows):
    return pd.DataFrame(rows, columns=["patient", "threshold", "lesion", "kind"])


ROWS = example(
    [
        ("a", 0.6, 1, "benign"),
        ("a", 0.6, 2, "malignant"),
        *[("a", 0.6, 0, "nothing")] * 9,
        ("b", 0.6, 1, "benign"),
        ("a", 0.8, 1, "benign"),
        ("a", 0.8, 1, "benign"),
        ("a", 0.8, 0, "nothing"),
        ("b", 0.8, 1, "benign"),
        ("a", 1.0, 1, "benign"),
        ("b", 1.0, 1, "benign"),
        ("a", 1.2, 1, "benign"),
        ("b", 1.2, 0, ""),
    ]
)


def test_a_lesion_counts_once_and_a_patient_without_a_candidate_counts():
    table = training.by_threshold(ROWS)
    assert table["hits"].tolist() == [3, 2, 2, 1]
    assert table["false"].tolist() == [9, 1, 0, 0]
    assert table["patients"].tolist() == [2, 2, 2, 2]


def test_the_threshold_has_most_hits_at_few_false_candidates_and_is_the_highest_of_several():
    assert training.best_threshold(ROWS, most_false=10) == 0.6
    assert training.best_threshold(ROWS, most_false=1) == 1.0
    assert training.best_threshold(ROWS[ROWS["threshold"] == 0.6], most_false=1) == 0.6
