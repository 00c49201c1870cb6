"""Of which organ a study is, where that is known: what was published of one holds for no other.

A protocol's cohort does not tell: whoever brings patients of their own keeps the word.
"""

from helpers.imaging import hippocampus

_BREASTS = ("PHANTOM_", "Breast_MRI_")  # how the phantoms' and the public patients' names begin


def of_hippocampus(table, prints):
    """Whether every patient is one of the hippocampi that ship.

    table : one row a patient and cell; prints : the study's fingerprint, a dict
    """
    said = prints.get("protocol", {}).get("cohort") == "hippocampus"
    return said and set(table["patient"]) <= set(hippocampus.patients())


def of_breast(table, prints):
    """Whether every patient is a phantom of a breast, or of the public cohort; as above."""
    said = prints.get("protocol", {}).get("cohort", "phantom") == "phantom"
    return said and all(str(name).startswith(_BREASTS) for name in table["patient"].unique())
