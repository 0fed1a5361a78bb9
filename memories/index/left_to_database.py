"""What an engine leaves to the database unless it does it itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from memories.access import Scope
from memories.index.base import Candidate, Query
from whisper.database.access import in_database

if TYPE_CHECKING:
    from memories.analytics.base import Figures, Question
    from memories.index.pool import Pool
    from memories.search.base import Asked, Found


class LeftToDatabase(ABC):
    """The part of `MemoryIndex` beyond recall, for engines that only propose memories."""

    async def prepare(self, scope: Scope, *, whole: bool = False) -> Mapping[str, Sequence[str]]:
        """Return nothing: there is nothing to wait for, and no name is known."""
        return {}

    @abstractmethod
    async def candidates(self, query: Query, scope: Scope, *, limit: int = 100) -> list[Candidate]:
        """Return what the engine proposes."""

    async def pool(self, query: Query, scope: Scope, *, limit: int = 64) -> Pool:
        """Return the candidates, with what the database has beside each."""
        from memories.index.pool_from_database import pool_from_database

        ids = [str(one.entry.id) for one in await self.candidates(query, scope, limit=limit)]
        return await in_database(pool_from_database, ids, query, scope)

    async def find(self, asked: Asked) -> Found | None:
        """Leave a search by people to the database."""
        return None

    async def beginning(self, word: str, asked: Asked) -> list[str] | None:
        """Leave it to the database to suggest words."""
        return None

    async def figures(self, question: Question) -> Figures | None:
        """Leave it to the database to count."""
        return None
