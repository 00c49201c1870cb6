"""The one error that a person, not a programmer, is meant to read."""


class InputError(ValueError):
    """What was given cannot be used; the message is one sentence that names it and what to do."""
