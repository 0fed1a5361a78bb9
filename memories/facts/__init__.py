"""Facts that people state about themselves, and who finds them."""

from __future__ import annotations

from memories.facts.base import FactExtractor

_extractors: list[FactExtractor] = []


def register(extractor: FactExtractor) -> None:
    """Have an extractor asked about every message."""
    _extractors.append(extractor)


def extractors() -> tuple[FactExtractor, ...]:
    """Return who is asked, in order of registration."""
    return tuple(_extractors)
