"""Which messages are worth a memory of their own."""

from __future__ import annotations

import re

SHORTEST_WORDS = 3

_WORDS = re.compile(r"\w+")
_PLAIN_QUESTION = re.compile(
    r"^\W*(what|what's|whats|where|when|who|which|why|how|do|does|did|is|are|was|were|can|could|will"
    r"|would|have|has|am)\b[^.!?]*\?\W*$",
    re.IGNORECASE,
)


def worth_remembering(text: str) -> bool:
    """Return whether a message says something about its author.

    Greetings and interjections do not, nor does a bare question to the companion: remembered, it
    would be the best match for itself when it is asked again, and hide the answer.
    """
    head = text[:500]
    if len(_WORDS.findall(head)) < SHORTEST_WORDS:
        return False
    return not (len(text) <= len(head) and _PLAIN_QUESTION.match(head))
