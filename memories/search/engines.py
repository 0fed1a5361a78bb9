"""Who answers a search: the engine that `MEMORY_INDEX` names, or the database for it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from memories.index import memory_index
from memories.index.base import UnansweredError
from memories.index.engines import engine
from memories.recall import embedded
from memories.search import database
from memories.search.base import BY_MEANING, Asked, CursorError, Found, Mode
from memories.search.cursors import TOO_OLD
from whisper.environment import environment

DATABASE = database.ENGINE
# What a mark of where a page ended holds if words were used in place of meaning.
BY_WORDS = "by_words"
NO_MEANING = "Search by meaning isn't available, so only words were used."


async def find(asked: Asked, before: str | None) -> tuple[Found, list[str]]:
    """Return a page, and in sentences what could not be done as asked.

    Args:
        before: who searched the page before; None for the first page.

    Raises:
        CursorError: that engine can't continue.
    """
    notes = []
    mode = asked.query.mode
    if asked.query.text and mode in BY_MEANING:
        asked = replace(asked, vector=await asyncio.to_thread(embedded, asked.query.text))
        asked = _in_words(asked)
        if not _has_vector(asked):
            notes.append(NO_MEANING)
    found, more = await _find(asked, before)
    if found.after is not None and asked.query.mode is not mode:
        found = replace(found, after={**found.after, BY_WORDS: True})
    return found, [*notes, *more]


async def _find(asked: Asked, before: str | None) -> tuple[Found, list[str]]:
    """Return a page of the engine, or of the database where the engine leaves it to it."""
    notes: list[str] = []
    if before not in (None, DATABASE, environment.memory_index):
        raise CursorError(TOO_OLD)
    if before != DATABASE:
        try:
            found = await memory_index().find(asked)
            if found is not None:
                return found, notes
        except UnansweredError as error:
            if before is not None:
                raise CursorError(TOO_OLD) from error
            notes.append(error.note or away())
    found = await database.find(asked)
    return found, [*notes, *found.notes]


def _has_vector(asked: Asked) -> bool:
    return asked.vector is not None and asked.vector.vector is not None


def _in_words(asked: Asked) -> Asked:
    """Return a search by meaning alone as one by words where there is no vector.

    All pages are searched as the first one was.

    Raises:
        CursorError: that was by meaning, and there is no vector any more.
    """
    if asked.query.mode is not Mode.MEANING:
        return asked
    in_words = BY_WORDS in asked.after if asked.after is not None else not _has_vector(asked)
    if not in_words and not _has_vector(asked):
        raise CursorError(TOO_OLD)
    if not in_words:
        return asked
    return replace(asked, query=replace(asked.query, mode=Mode.WORDS), vector=None)


def away() -> str:
    """Return what a page says that the database found in place of the engine."""
    return f"{engine().title} isn't responding, so the database was searched instead."


async def proposed(begin: str, asked: Asked) -> list[str] | None:
    """Return ids of what holds a word that begins so, None if the database has to be asked."""
    try:
        return await memory_index().beginning(begin, asked)
    except UnansweredError:
        return None
