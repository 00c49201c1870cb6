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
    some = next(iter(here.values())) if here else {}
    title = "What this machine found, with {patients} patients in {folds} folds"
    more = [(title.format(**some), story.sentences(here))] if here else []
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
