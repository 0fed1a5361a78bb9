"""Messages that lean on what was said before, such as "how do you think she feels?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from botrunner.history.base import CachedMessage

# A longer message says itself what it is about.
MOST_WORDS = 12
_POINTING = re.compile(
    r"\b(he|him|his|she|her|hers|they|them|their|it|its|that|those|there|this one|the other one)\b",
    re.IGNORECASE,
)


def leans_on_what_was_said(text: str) -> bool:
    """Return whether a short message refers to a person or thing without naming it."""
    return len(text.split()) <= MOST_WORDS and _POINTING.search(text) is not None


def with_what_was_said(text: str, history: Sequence[CachedMessage]) -> str:
    """Return a message with what its person said before it, for recall."""
    before = next((one.text for one in reversed(history) if not one.from_companion), "")
    return f"{before}\n{text}" if before else text
