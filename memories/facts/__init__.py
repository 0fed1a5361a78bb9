"""Facts that people state about themselves."""

from __future__ import annotations

import logging

from memories.facts.base import FactDraft, FactError, FactExtractor
from memories.facts.rules import RuleExtractor

logger = logging.getLogger(__name__)

_rules = RuleExtractor()
_chosen: FactExtractor = _rules


def use(extractor: FactExtractor | None) -> None:
    """Let another extractor find the facts; None goes back to the rules."""
    global _chosen
    _chosen = extractor or _rules


async def facts_in(text: str, *, author_name: str) -> list[FactDraft]:
    """Return the facts that an author states in a text.

    Where the chosen extractor does not answer, the rules do.
    """
    try:
        return await _chosen.extract(text, author_name=author_name)
    except FactError as error:
        logger.warning("facts: the extractor did not answer (%s), the rules do", error)
        return await _rules.extract(text, author_name=author_name)


__all__ = ["FactDraft", "FactError", "FactExtractor", "facts_in", "use"]
