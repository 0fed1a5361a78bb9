"""Whether what ails somebody is said to ail them."""

from __future__ import annotations

import re

_PART_OF_BODY = re.compile(
    r"(?:(?:my|left|right|big|their) )*(?:foot|feet|leg|arm|ankle|wrist|knee|finger|thumb|toe|nose"
    r"|rib|ribs|shoulder|elbow|hip|back|neck|hand|heel|shin|mouth|heart|head|eye|tooth)",
    re.IGNORECASE,
)
# What ails a part of the body: “vegetarian since foot and mouth” is of none.
_AILS = re.compile(
    r"\b(?:brok\w*|break|hurt\w*|sprain\w*|twist\w*|tore|torn|fractur\w*|bust\w*|snap\w*|pull\w*"
    r"|dislocat\w*|crack\w*|done|did|do|knacker\w*|wreck\w*|injur\w*|bad|sore|pain\w*|cast|plaster"
    r"|sling|boot|surger\w*|op|operation|operated|replac\w*|swollen|swelling|stiff|ach\w*|went"
    r"|gone|go"
    r"|going|popped|gave|cut|burn\w*|fell|dodgy|gammy|fixed|heal\w*|mended|missing|lost|stubbed"
    r"|smash\w*|crush\w*|x-?ray\w*|stitch\w*|play\w*|kill\w*|mess\w*|fuck\w*|screw\w*|shot|jammed"
    r"|bruis\w*|bone|tendon|physio|better|new|one|weak|trouble|problem\w*)\b",
    re.IGNORECASE,
)
# “We lost our cat to kidney failure”
_LOST_TO = re.compile(r"\b(?:lost|losing) (?:my|our|the) [^.!?]{2,40} to $", re.IGNORECASE)


# “I broke my wrist skiing”
_DEED = re.compile(
    r"\b(?P<deed>broke|sprained|fractured|twisted|tore|dislocated) (?:my )?"
    r"(?P<side>left |right )?$",
    re.IGNORECASE,
)


def what_ails(before: str, value: str) -> str:
    """Return an ailment as it is stored: of “I broke my wrist”, that they broke their wrist.

    Args:
        before: the words of its clause that stand before it.
    """
    done = _DEED.search(before)
    if done is None or not _PART_OF_BODY.fullmatch(value):
        return value
    return f"{done['deed'].lower()} their {(done['side'] or '').lower()}{value}"


def is_own_ailment(sentence: str, start: int, end: int) -> bool:
    """Return whether what ails is the author's own, and a part of the body is said to ail.

    Args:
        start, end: characters of the sentence that name it.
    """
    if _PART_OF_BODY.fullmatch(sentence[start:end]):
        return bool(_AILS.search(sentence))
    return not _LOST_TO.search(sentence[:start])
