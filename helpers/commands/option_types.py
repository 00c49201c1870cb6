"""What options take: numbers in a range, and lists of numbers."""

import argparse


def numbers(text):
    """ "0,1" → (0, 1)"""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("give numbers and commas, such as 0,1") from None


def seconds(text):
    """A finite number above 0."""
    return _above_0(text, "seconds")


def minutes(text):
    """A finite number above 0."""
    return _above_0(text, "minutes")


def count(text):
    """A whole number, 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("give a whole number, 1 or more")
    return int(text)


def _above_0(text, unit):
    try:
        found = float(text)
    except ValueError:
        found = 0
    if not 0 < found < float("inf"):
        raise argparse.ArgumentTypeError(f"give a number of {unit} above 0")
    return found
