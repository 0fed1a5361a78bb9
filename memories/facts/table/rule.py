"""A row of the table of rules."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FactRule:
    """How one kind of fact is said.

    Args:
        pattern: what is searched in a clause.
        category: as in `FactDraft`.
        slot, text: templates, filled with the pattern's groups.
        confidence: 0 to 1; lower if the same words can mean something else.
    """

    pattern: re.Pattern[str]
    category: str
    slot: str
    text: str
    confidence: float


def rule(category: str, slot: str, text: str, pattern: str, confidence: float = 0.9) -> FactRule:
    """Return a row; its pattern does not regard case."""
    return FactRule(re.compile(pattern, re.IGNORECASE), category, slot, text, confidence)
