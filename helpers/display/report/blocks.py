"""What a report is: a list of sections, each a title and blocks. Renderers go through the list."""

from dataclasses import dataclass

import pandas as pd


class Block:
    """A piece of a section; a renderer has one function for each kind."""

    @property
    def kind(self):
        """The name of its class in small letters."""
        return type(self).__name__.lower()


@dataclass(frozen=True)
class Links(Block):
    """(address, text) pairs."""

    pairs: list


@dataclass(frozen=True)
class Verdicts(Block):
    """The verdict of each arm: dict of arm → sentence."""

    said: dict


@dataclass(frozen=True)
class Paragraphs(Block):
    """Sentences, each a paragraph; ``small`` ones explain what is above them."""

    said: list
    small: bool = False


@dataclass(frozen=True)
class Bullets(Block):
    """Sentences as a list."""

    said: list


@dataclass(frozen=True)
class Heading(Block):
    """A heading within a section."""

    text: str


@dataclass(frozen=True)
class Table(Block):
    """A frame; ``prose`` where its cells are sentences."""

    frame: pd.DataFrame
    prose: bool = False


@dataclass(frozen=True)
class Pictures(Block):
    """Dict of a file's name, without its ending → `Picture`."""

    drawn: dict


@dataclass(frozen=True)
class Section:
    """A title, "" at the head of the report, and blocks."""

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
        drawn = [block.drawn for block in every if isinstance(block, Pictures)]
        return {name: picture for some in drawn for name, picture in some.items()}
