"""What a fact of the older bot is about, so that a newer one takes its place."""

from __future__ import annotations

import re

from memories.facts.rules import extract

_FORMS = {"is": "am", "has": "have", "does": "do", "goes": "go", "was": "was", "will": "will"}
_SUBJECT = re.compile(r"^User (?P<verb>\w+)\b")
_OWNER = re.compile(r"^User's\b")


def slot_of(fact: str) -> str:
    """Return the slot of a fact; empty if the rules know none, or more than one.

    The older bot writes “User lives in Bergen”; the rules read what a person says themselves.
    """
    told = _SUBJECT.sub(lambda match: f"I {_first_person(match['verb'])}", fact)
    found = extract(_OWNER.sub("My", told))
    return found[0].slot if len(found) == 1 else ""


def _first_person(verb: str) -> str:
    if verb in _FORMS:
        return _FORMS[verb]
    if re.search(r"(?:ch|sh|s|x)es$", verb):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb
