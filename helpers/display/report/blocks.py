"""What a report is: a list of sections, each a title and blocks. Renderers go through the list."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """A piece of a section; a renderer has one function for each class of them."""

    content: object


class Links(Block):
    """(address, text) pairs."""


class Verdicts(Block):
    """The verdict of each arm: dict of arm → sentence."""


class Paragraphs(Block):
    """Sentences, each a paragraph."""


class Note(Block):
    """A sentence that explains what is above it."""


class Bullets(Block):
    """Sentences as a list."""


class Heading(Block):
    """A heading within a section."""


class Table(Block):
    """A frame of names and numbers."""


class Answers(Block):
    """A frame of sentences."""


class Pictures(Block):
    """Dict of a file's name, without its ending → `Picture`."""


@dataclass(frozen=True)
class Section:
    """A title, "" at the head of the report, and a list of blocks."""

    title: str
    blocks: list


@dataclass(frozen=True)
class Report:
    """What is said of ``name``: the summary that it rests on (dict of arm → dict), and sections."""

    name: str
    found: dict
    sections: list
    title: str = "The same training again: is the result the same?"

    @property
    def pictures(self):
        """All pictures of the report: dict of name → `Picture`."""
        every = (block for section in self.sections for block in section.blocks)
        drawn = [block.content.items() for block in every if isinstance(block, Pictures)]
        return dict(item for items in drawn for item in items)
