"""Who answers a search: the engine that `MEMORY_INDEX` names, or the database for it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from memories.index import memory_index
from memories.index.base import UnansweredError
from memories.index.engines import engine
from memories.recall import embedded
from memories.search import database
from memories.search.base import Asked, CursorError, Found, Mode
from memories.search.cursors import TOO_OLD
from whisper.environment import environment

DATABASE = database.ENGINE
NO_MEANING = "Search by meaning isn't available, so only words were used."


async def find(asked: Asked, before: str | None) -> tuple[Found, list[str]]:
    """Return a page, and in sentences what could not be done as asked.

    Args:
        before: who searched the page before; None for the first page.

    Raises:
        CursorError: that engine can't continue.
    """
    notes = []
    if asked.query.text and asked.query.mode is Mode.HYBRID:
        asked = replace(asked, vector=await asyncio.to_thread(embedded, asked.query.text))
        if asked.vector is None or asked.vector.vector is None:
            notes.append(NO_MEANING)
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


def away() -> str:
    """Return what a page says that the database found in place of the engine."""
    return f"{engine().title} isn't responding, so the database was searched instead."


async def proposed(begin: str, asked: Asked) -> list[str] | None:
    """Return ids of what holds a word that begins so, None if the database has to be asked."""
    try:
        return await memory_index().beginning(begin, asked)
    except UnansweredError:
        return None
