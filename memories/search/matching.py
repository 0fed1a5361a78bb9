"""Words of a query in texts: which terms are meant, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from rapidfuzz.distance import OSA

from memories.search.base import Mark, Mode, SearchQuery
from memories.wording.words import LONGEST_TEXT, terms, words

MOST_TERMS = 256
# As in Elasticsearch: how many others a term stands for at most, the nearest first.
EXPANSIONS = 50

_WORD = re.compile(r"\w+")


def asked_terms(query: SearchQuery) -> list[str]:
    """Return the terms to look for, each once; of a phrase its words as they are written."""
    if query.mode is Mode.PHRASE:
        return words(query.text)
    return list(dict.fromkeys(terms(query.text)))[:MOST_TERMS]


def is_near(asked: str, term: str) -> bool:
    """Return whether a term may be meant: the first letter is right, and few others are wrong."""
    return asked[0] == term[0] and _edits(asked, term) <= _allowed(asked)


def weights(asked: Sequence[str], mode: Mode, vocabulary: Collection[str]) -> dict[str, float]:
    """Return how much terms of a vocabulary count for a query, 0 to 1."""
    if mode is not Mode.FUZZY:
        return {term: 1.0 for term in asked if term in vocabulary}
    found: dict[str, float] = {}
    for one in asked:
        near = sorted((_edits(one, term), term) for term in vocabulary if is_near(one, term))
        for edits, term in near[:EXPANSIONS]:
            weight = 1 - edits / min(len(one), len(term))
            found[term] = max(found.get(term, 0.0), weight)
    return {term: weight for term, weight in found.items() if weight > 0}


def phrases(asked: Sequence[str], spoken: Sequence[str]) -> Iterator[int]:
    """Yield where a phrase begins among words."""
    size = len(asked)
    for start in range(len(spoken) - size + 1 if size else 0):
        if spoken[start] == asked[0] and list(spoken[start : start + size]) == list(asked):
            yield start


def marks(query: SearchQuery, text: str) -> list[Mark]:
    """Return where a text holds what was looked for."""
    spans = [found.span() for found in _WORD.finditer(text[:LONGEST_TEXT])]
    asked = asked_terms(query)
    if query.mode is Mode.PHRASE:
        spoken = [text[start:end].lower() for start, end in spans]
        return _apart(
            Mark(spans[at][0], spans[at + len(asked) - 1][1]) for at in phrases(asked, spoken)
        )
    wanted = set(asked)
    return [Mark(start, end) for start, end in spans if _is_asked(text[start:end], wanted, query)]


def _is_asked(word: str, wanted: Collection[str], query: SearchQuery) -> bool:
    for term in terms(word):
        if term in wanted:
            return True
        if query.mode is Mode.FUZZY and any(is_near(one, term) for one in wanted):
            return True
    return False


def _apart(found: Iterable[Mark]) -> list[Mark]:
    """Return marks without those that begin within the one before."""
    kept: list[Mark] = []
    for mark in found:
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def _edits(one: str, other: str) -> int:
    allowed = _allowed(one)
    if abs(len(one) - len(other)) > allowed:
        return allowed + 1
    return int(OSA.distance(one, other, score_cutoff=allowed))


def _allowed(asked: str) -> int:
    """Return how many letters may be wrong: Elasticsearch's AUTO."""
    return 0 if len(asked) < 3 else 1 if len(asked) < 6 else 2
