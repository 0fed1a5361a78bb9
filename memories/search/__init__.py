"""Search of memories by those who may see them: words, filters, pages, a date in the past.

It is not recall (`memories.recall`), which chooses the few memories that an answer needs. Here
a person searches for themself and reads page by page.
"""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone

from memories.actions import clean
from memories.search import engines
from memories.search.base import (
    Asked,
    CursorError,
    Filters,
    Hit,
    InvalidSearchError,
    Mark,
    Mode,
    Page,
    SearchQuery,
    check,
)
from memories.search.cursors import Position, opened, sealed
from memories.search.scopes import Asker, Console
from memories.search.suggesting import Suggestion, suggestions
from memories.wording.words import words

__all__ = [
    "Console",
    "CursorError",
    "Filters",
    "Hit",
    "InvalidSearchError",
    "Mark",
    "Mode",
    "Page",
    "SearchQuery",
    "Suggestion",
    "search",
    "suggestions",
]

MOST = 100


async def search(
    query: SearchQuery, scope: Asker, *, size: int = 20, cursor: str | None = None
) -> Page:
    """Return a page of the memories of a scope that fit a query, the best first.

    Args:
        size: hits on a page, 1 to 100.
        cursor: `next_cursor` of the page before, for the same query and scope.

    Raises:
        InvalidSearchError: the query can't be searched; the text says why.
        CursorError: the cursor is foreign, altered or too old.
    """
    check(query)
    if not 1 <= size <= MOST:
        raise InvalidSearchError(f"A page has 1 to {MOST} hits.")
    position = None if cursor is None else opened(cursor, query, scope)
    asked_for, query = query, replace(query, text=clean(query.text).strip())
    asked = Asked(query, scope, size, now=position.now if position else timezone.now())
    if position is not None:
        asked = replace(asked, after=position.after)
    # Nothing but emoji or marks: what no memory can be found by.
    if query.text and not words(query.text):
        return Page((), 0, None, engines.DATABASE)
    found, notes = await engines.find(asked, position.engine if position else None)
    if found.after is None:
        next_cursor = None
    else:
        next_cursor = sealed(Position(found.engine, asked.now, found.after), asked_for, scope)
    return Page(found.hits, found.total, next_cursor, found.engine, tuple(notes))
