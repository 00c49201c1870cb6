"""The page that a visitor opens first: the question, what was found, and a card a notebook."""

import base64

from helpers.display import story, templates


def page(cards, told, here=None, words=None, room=None):
    """The start page as text in HTML.

    cards : list of `notebook_page.Head`; told : the `Story` that leads
    here  : the summary (dict of arm → dict) of what was trained on this machine, or None
    words : the address of the glossary, or None
    room  : the numbers of a class's room, as its page keeps them, or None
    """
    more = [(_found_here(here), story.sentences(here))] if here else []
    data = base64.b64encode(told.picture.png).decode()
    picture = {"alt": told.picture.alt, "address": f"data:image/png;base64,{data}"}
    return templates.rendered(
        "start.html",
        question=story.QUESTION,
        story={"lead": told.lead, "found": told.found, "holds": told.holds, "picture": picture},
        cards=cards,
        more=more,
        words=words,
        room=room and {"count": len(room["machines"]), "found": story.of_room(room["arms"])},
    )


def _found_here(found):
    """The heading of what was trained on this machine: its largest arm's patients and folds."""
    most = max(found.values(), key=lambda numbers: numbers["patients"])
    return "What this machine found, with {patients} patients in {folds} folds".format(**most)
