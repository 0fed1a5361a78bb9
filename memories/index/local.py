"""The engine in this process: exact vectors and BM25 over partitions loaded from the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from threading import Lock

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from memories.access import Scope
from memories.index.base import Candidate, Query
from memories.index.engines import Engine
from memories.index.left_to_database import LeftToDatabase
from memories.index.managing import manage_in_process
from memories.index.partition import STORED, LoadedPartition, Row, row_of
from memories.index.pool import Pool, visible_candidates
from memories.index.searched import Searched
from memories.models import Memory, Partition
from memories.queries import current
from whisper.database.access import in_database
from whisper.environment import environment


class _Held:
    """A partition, and the lock that who reads or changes it holds."""

    def __init__(self, key: str) -> None:
        self.lock = Lock()
        self.partition: LoadedPartition | None = None
        self._key = key

    def bring_up(self, revision: int, removed_at: int) -> bool:
        """Load it, or what changed since; return whether there was anything to do.

        Args:
            revision: the partition's in the database, as it was read before the lock was taken.
            removed_at: revision of its latest removal.
        """
        with self.lock:
            if self.partition is not None and self.partition.revision > revision:
                # Another search came further meanwhile, or the database was set back.
                now = _revisions([self._key])
                _, revision, removed_at = now[0] if now else (self._key, 0, 0)
            # A failure in between only means to load it again.
            partition, self.partition = self.partition, None
            if partition is None or not removed_at <= partition.revision <= revision:
                partition, since = LoadedPartition(), current()
            elif partition.revision < revision:
                since = Q(revision__gt=partition.revision)
            else:
                self.partition = partition
                return False
            partition.apply(_rows(self._key, since), revision)
            self.partition = partition
            return True


class LocalIndex(LeftToDatabase):
    """Searches the partitions of a scope, after a look whether another process changed them.

    While the memories of one person are loaded, only who asks for the same ones waits.
    """

    def __init__(self) -> None:
        # Of the dictionary; nothing that takes time is done while it is held.
        self._lock = Lock()
        # Least recently used first.
        self._held: dict[str, _Held] = {}

    async def prepare(self, scope: Scope) -> None:
        """Load the partitions of the scope, or what changed in them."""
        await in_database(self._fresh, scope.partition_keys)

    async def pool(self, query: Query, scope: Scope, *, limit: int = 64) -> Pool:
        """Return what is near the query by vector or word, and what stands beside it."""
        return await in_database(self.search_pool, query, scope, limit=limit)

    async def candidates(self, query: Query, scope: Scope, *, limit: int = 100) -> list[Candidate]:
        """Return up to `limit` memories of the scope that are near the query by vector or word."""
        return await in_database(self.search, query, scope, limit=limit)

    async def trouble(self) -> str:
        """Return nothing: whatever it holds can be loaded from the database again."""
        return ""

    def search(self, query: Query, scope: Scope, *, limit: int = 100) -> list[Candidate]:
        """Do what `candidates` does, in a thread that may use the database."""
        return visible_candidates(self.search_pool(query, scope, limit=limit), scope)

    def search_pool(self, query: Query, scope: Scope, *, limit: int = 64) -> Pool:
        """Do what `pool` does, in a thread that may use the database."""
        while True:
            held = self._fresh(scope.partition_keys)
            with ExitStack() as locks:
                for one in held:
                    locks.enter_context(one.lock)
                partitions = [one.partition for one in held if one.partition is not None]
                # One is missing where another thread failed to bring it up to date meanwhile.
                if len(partitions) == len(held):
                    return Searched(partitions, query, scope, timezone.now()).pool(limit)

    def loaded(self) -> dict[str, int]:
        """Return how many memories are held of each partition, least recently used first."""
        with self._lock:
            held = [(key, one.partition) for key, one in self._held.items()]
        return {key: len(partition) for key, partition in held if partition is not None}

    def _fresh(self, keys: Sequence[str]) -> list[_Held]:
        """Return the partitions that hold anything, as the database has them now.

        They are in one order for all searches, so that no two wait for each other's locks; a
        person's comes before what everyone shares, so that who waits for it keeps nobody waiting.
        """
        revisions = {key: (now, removed_at) for key, now, removed_at in _revisions(keys)}
        self._drop(set(keys) - revisions.keys())
        held = {key: self._use(key) for key in sorted(revisions, reverse=True)}
        changed = [one.bring_up(*revisions[key]) for key, one in held.items()]
        if any(changed):
            self._evict(keep=held)
        return list(held.values())

    def _use(self, key: str) -> _Held:
        """Return what is held of a partition, as the most recently used."""
        with self._lock:
            held = self._held[key] = self._held.pop(key) if key in self._held else _Held(key)
        return held

    def _drop(self, keys: Iterable[str]) -> None:
        with self._lock:
            for key in keys:
                self._held.pop(key, None)

    def _evict(self, keep: Collection[str]) -> None:
        room = environment.memory_index_megabytes * 2**20
        with self._lock:
            sizes = {key: one.partition.bytes for key, one in self._held.items() if one.partition}
            left = sum(sizes.values())
            for key in [key for key in sizes if key not in keep]:
                if left <= room:
                    return
                left -= sizes[key]
                del self._held[key]


def _revisions(keys: Sequence[str]) -> list[tuple[str, int, int]]:
    """Return key, revision and revision of the latest removal of the partitions that exist.

    Asked at each search: building the query through the ORM would take a fifth of it.
    """
    table = connection.ops.quote_name(Partition._meta.db_table)
    places = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, revision, removed_at_revision FROM {table} WHERE key IN ({places})",  # noqa: S608
            keys,
        )
        found: list[tuple[str, int, int]] = cursor.fetchall()
        return found


def _rows(partition_key: str, condition: Q) -> Iterator[Row]:
    kind, _, number = partition_key.partition(":")
    owner = int(number) if kind == "person" else None
    guild = Q(guild_id=int(number) if kind == "guild" else None) if owner is None else Q()
    found = Memory.objects.filter(guild, condition, person_id=owner).order_by("said_at", "pk")
    for values in found.values_list(*STORED).iterator(chunk_size=1000):
        yield row_of(values)


ENGINE = Engine(title="the index in process", make=LocalIndex, manage=manage_in_process)
