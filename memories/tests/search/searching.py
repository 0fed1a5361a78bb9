"""Search as tests of every engine call it."""

from __future__ import annotations

from asgiref.sync import async_to_sync

from memories.access import Scope
from memories.search import Filters, Mode, SearchQuery, search
from memories.tests.factories import ANN

ALONE = Scope.access(ANN)


def find(text="", mode=Mode.WORDS, scope=ALONE, *, as_of=None, size=20, cursor=None, **filters):
    """Return a page, though the engine may be behind the database."""
    query = SearchQuery(text, mode, Filters(**filters), as_of)
    return async_to_sync(search)(query, scope, size=size, cursor=cursor)


def pages(text="", mode=Mode.WORDS, scope=ALONE, *, size, **how):
    """Return the texts of all pages."""
    found = [find(text, mode, scope, size=size, **how)]
    while found[-1].next_cursor:
        found.append(find(text, mode, scope, size=size, cursor=found[-1].next_cursor, **how))
    return [texts(page) for page in found]


def texts(page):
    """Return the texts of what was found, in its order."""
    return [hit.entry.text for hit in page.hits]


def marked(page):
    """Return what is highlighted of each hit."""
    return [[hit.entry.text[mark.start : mark.end] for mark in hit.highlights] for hit in page.hits]
