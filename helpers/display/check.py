"""Says whether an exercise's answer is right, or gives a hint: never the answer."""

from dataclasses import dataclass

from helpers.display import exercises
from helpers.errors import InputError

_WRONG_KIND = (TypeError, ValueError, AttributeError, LookupError, ArithmeticError)


@dataclass(frozen=True)
class Checked:
    """passed : whether the answer is right, None where there is none yet; sentence : to read."""

    passed: bool | None
    sentence: str

    def __repr__(self):
        """The sentence, as a notebook shows it."""
        return self.sentence


def check(name, value, *given):
    """`Checked` of an answer.

    name   : of the exercise, one of ``exercises.RULES``
    value  : the answer; ``...`` is none
    given  : what the rule needs of the notebook to compute the answer itself, by another way
    raises : InputError for another name
    """
    if name not in exercises.RULES:
        raise InputError(f"There is no exercise {name!r}: {', '.join(exercises.RULES)}.")
    if value is ...:
        return Checked(None, f"{name}: no answer yet. Replace the dots, and run the cell again.")
    rule = exercises.RULES[name]
    try:
        passed = bool(rule(value, *given))
    except _WRONG_KIND:
        passed = False
    hint = " ".join(rule.__doc__.split())
    return Checked(passed, f"{name}: pass." if passed else f"{name}: not yet. Hint: {hint}")
