"""A row of the table of rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class FactRule:
    """How one kind of fact is said.

    Args:
        written: what is searched in a clause, as a regular expression that does not regard case.
        category: as in `FactDraft`.
        slot, text: templates, filled with the pattern's groups.
        confidence: 0 to 1; lower if the same words can mean something else.
    """

    written: str
    category: str
    slot: str
    text: str
    confidence: float

    @property
    def pattern(self) -> re.Pattern[str]:
        """Return its expression; all are compiled at the first message, not at each start."""
        return _compiled(self.written)


@cache
def _compiled(written: str) -> re.Pattern[str]:
    return re.compile(written, re.IGNORECASE)


def rule(category: str, slot: str, text: str, pattern: str, confidence: float = 0.9) -> FactRule:
    """Return a row; its pattern does not regard case."""
    return FactRule(pattern, category, slot, text, confidence)
