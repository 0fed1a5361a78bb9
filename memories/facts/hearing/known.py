"""What a message says about a fact that is known."""

from __future__ import annotations

import re

from memories.facts.ledger import Fact
from memories.facts.statements import Claim, Statement

_SMALL = frozenset(
    {"the", "their", "with", "and", "for", "from", "new", "now", "old", "has", "have", "are"}
)
# “Running” is what one runs.
_DOUBLED = re.compile(r"([bdgmnprt])\1$")


def claim_of(fact: Fact, claim: Claim) -> Statement:
    """Return a statement that a known fact holds, is over, or never was so."""
    return Statement(
        fact.subject, fact.predicate, fact.value, claim, name=fact.name, thing=fact.thing
    )


def _stem(word: str) -> str:
    """Return what words of one family begin with: "mov" for "moving" and "move".

    Of a name nothing is left out: Julia isn't Julie.
    """
    if word[:1].isupper():
        return word.lower().removesuffix("'s")
    if word.endswith("ing") and len(word) > len("going"):
        return _DOUBLED.sub(r"\1", word.removesuffix("ing"))
    return word[: max(4, len(word) - 3)]


def has_words(value: str, text: str) -> bool:
    """Return whether the telling words of a value stand in a text, by their stems."""
    there = [word.strip(".,!?'\"").lower() for word in text.split()]
    words = [
        word
        for word in re.findall(r"[\w']+", value)
        if len(word) > 2 and word.lower() not in _SMALL
    ]
    if not words:
        return False
    found = [any(other.startswith(_stem(word)) for other in there) for word in words]
    return found[-1] or sum(found) * 2 > len(found)
