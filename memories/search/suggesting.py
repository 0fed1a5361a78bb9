"""Words and categories that a person may be about to type, out of their own memories alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from memories.access import Scope
from memories.actions import clean
from memories.index.base import Entry
from memories.search.base import LONGEST_TEXT, Asked, SearchQuery
from memories.search.engines import proposed
from memories.search.narrowing import as_stored, within
from memories.search.scopes import may_find
from memories.wording.words import STOP_WORDS, words
from whisper.database.access import in_database

# Of what begins so the newest are looked at.
MOST = 500
SHORTEST, LONGEST = 2, 40

_LAST_WORD = re.compile(r"\w+$")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completed word, or a category, and the number of their memories that hold it."""

    text: str
    kind: str
    count: int


async def suggestions(typed: str, scope: Scope, *, limit: int = 10) -> list[Suggestion]:
    """Return completions of the last word, the most frequent first.

    Only words of the person's own memories that may be shown in the scope are suggested.
    """
    found = _LAST_WORD.search(typed[-LONGEST_TEXT:].lower())
    if found is None or not SHORTEST <= len(found[0]) <= LONGEST:
        return []
    begin = clean(found[0])
    asked = Asked(SearchQuery(), scope, MOST, now=timezone.now())
    ids = await proposed(begin, asked)
    if ids is None:
        entries = await in_database(_from_database, begin, asked)
    else:
        entries = list((await in_database(as_stored, ids, asked)).values())
    own = [entry for entry in entries if entry.person_id == scope.person_id]
    return _most_frequent(begin, own)[:limit]


def _from_database(begin: str, asked: Asked) -> list[Entry]:
    rows = within(asked).filter(person_id=asked.scope.person_id).order_by("-said_at")
    # SQLite knows the two cases of ASCII letters alone.
    if begin.isascii():
        rows = rows.filter(Q(text__icontains=begin) | Q(category__istartswith=begin))
    shown = [Entry.of(memory) for memory in rows.defer("embedding")[:MOST]]
    return [entry for entry in shown if may_find(entry, asked.scope)]


def _most_frequent(begin: str, entries: Iterable[Entry]) -> list[Suggestion]:
    held: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        # A complete word is not a suggestion.
        held.update((word, "word") for word in set(words(entry.text)) if word != begin)
        held[entry.category, "category"] += 1
    found = [
        Suggestion(text, kind, count)
        for (text, kind), count in held.items()
        if text.lower().startswith(begin) and text not in STOP_WORDS
    ]
    return sorted(found, key=lambda one: (-one.count, one.text, one.kind))
