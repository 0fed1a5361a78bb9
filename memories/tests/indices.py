"""The engines as one: what tests of all of them search and write through."""

from __future__ import annotations

from asgiref.sync import async_to_sync

from memories.handlers import index as bring
from memories.index import copied_index, memory_index
from memories.index.changes import INDEX
from memories.recall import explain
from memories.tests.factories import NOON
from whisper.models import OutboxEntry


class Searched:
    """The engine that is configured, called without `await`."""

    def search(self, query, scope, *, limit=100):
        """Return the candidates, once the engine has followed the database."""
        self.settle()
        return self.search_as_it_is(query, scope, limit=limit)

    def search_as_it_is(self, query, scope, *, limit=100):
        """Return the candidates, though the engine may be behind the database."""
        return async_to_sync(memory_index().candidates)(query, scope, limit=limit)

    def pool(self, query, scope, *, limit=64):
        """Return the pool, once the engine has followed the database."""
        self.settle()
        return self.pool_as_it_is(query, scope, limit=limit)

    def pool_as_it_is(self, query, scope, *, limit=64):
        """Return the pool, though the engine may be behind the database."""
        return async_to_sync(memory_index().pool)(query, scope, limit=limit)

    def all_as_it_is(self, asked):
        """Return candidates and pool of each query in turn, over one connection.

        Args:
            asked: pairs of a query and a scope.
        """
        return async_to_sync(_all)(asked)

    def explained(self, query, scope, *, k=10, missed=10, now=NOON):
        """Return what recall makes of the pool, once the engine has followed the database."""
        return explain(self.pool(query, scope), k=k, missed=missed, now=now)

    def settle(self):
        """Bring what changed to the engine, as the worker does."""
        copy = copied_index()
        if copy is None:
            return
        entries = OutboxEntry.objects.filter(topic=INDEX).order_by("pk")
        payloads = list(entries.values_list("payload", flat=True))
        if payloads:
            async_to_sync(bring)(payloads)
            entries.delete()
            self.refresh()

    def refresh(self):
        """Let everything that was brought be found."""
        copy = copied_index()
        assert copy is not None
        async_to_sync(copy.refresh)()


async def _all(asked):
    index = memory_index()
    return [
        (
            await index.candidates(query, scope, limit=100),
            await index.pool(query, scope, limit=64),
        )
        for query, scope in asked
    ]
