"""Figures, a file for each thing that is shown.

A figure takes data and an ``ax`` and returns the ``ax``. A table of DSC is (repetitions, patients),
in %. The title states the finding; the label of the ``ax`` is its alternative text, with the
numbers. Where the data are too few, the ``ax`` says so in a sentence.
"""
