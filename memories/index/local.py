"""The engine in this process: exact vectors and BM25 over partitions loaded from the database."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from itertools import islice
from threading import Lock, Thread

from django.db import connections
from django.db.models import Q, QuerySet
from django.utils import timezone

from memories.access import Scope
from memories.index.base import Candidate, Query
from memories.index.engines import Engine
from memories.index.latest import Latest
from memories.index.left_to_database import LeftToDatabase
from memories.index.managing import manage_in_process
from memories.index.partition import LoadedPartition
from memories.index.pool import Pool, visible_candidates
from memories.index.rows import STORED, Row, row_of
from memories.index.searched import Searched
from memories.models import Memory, Partition
from memories.queries import current
from whisper.database.access import in_database
from whisper.database.prepared import prepared
from whisper.database.raw_sql import fetch_all
from whisper.environment import environment

logger = logging.getLogger(__name__)


# More memories are loaded aside, as that takes seconds; meanwhile the latest are searched.
MANY = 10_000
# As many of them are taken in before the others have a turn.
PART = 500


class _Held:
    """A partition, and the lock that who reads or changes it holds."""

    def __init__(self, key: str) -> None:
        self.lock = Lock()
        self.partition: LoadedPartition | None = None
        self.loader: Thread | None = None
        self._has_grown = False
        self._key = key

    def is_loaded_aside(self, revision: int, removed_at: int) -> bool:
        """Return whether its many memories are being loaded; begin where all have to be.

        Args:
            revision: as for `bring_up`.
            removed_at: as for `bring_up`.
        """
        with self.lock:
            if self.loader is not None and self.loader.is_alive():
                return True
            self.loader = None
            if self.partition is not None and removed_at <= self.partition.revision:
                return False
            # Each memory has raised the revision once at least.
            if revision <= MANY or _of(self._key).count() <= MANY:
                return False
            self.partition = None
            self.loader = Thread(target=self._load_aside, args=(revision,), daemon=True)
            self.loader.start()
            return True

    def _load_aside(self, revision: int) -> None:
        """Load everything in a thread of its own, whose connection nobody else waits for."""
        try:
            partition, rows = LoadedPartition(), _rows(self._key, current())
            while part := list(islice(rows, PART)):
                partition.apply(part, revision)
                # Whoever waits for the interpreter goes first.
                time.sleep(0)
            with self.lock:
                self.partition, self._has_grown = partition, True
        except Exception:
            logger.exception("index: many memories were not loaded; the next search tries again")
        finally:
            connections.close_all()

    def bring_up(self, revision: int, removed_at: int) -> bool:
        """Load it, or what changed since; return whether it takes more room than before.

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
                partition = LoadedPartition()
                rows = _rows(self._key, current())
            elif partition.revision < revision:
                rows = _newer_rows(self._key, partition.revision, revision)
            else:
                self.partition = partition
                has_grown, self._has_grown = self._has_grown, False
                return has_grown
            partition.apply(rows, revision)
            self.partition = partition
            return True


class LocalIndex(LeftToDatabase):
    """Searches the partitions of a scope, after a check whether another process changed them.

    While the memories of one person are loaded, only who asks for the same ones waits.
    """

    def __init__(self) -> None:
        # Of the dictionary; nothing that takes time is done while it is held.
        self._lock = Lock()
        # Least recently used first.
        self._held: dict[str, _Held] = {}
        self._latest = Latest()

    async def prepare(self, scope: Scope, *, whole: bool = False) -> Mapping[str, Sequence[str]]:
        """Load the partitions of the scope, or what changed in them; return who speaks in them."""
        return await in_database(self._names, scope, patient=whole)

    async def pool(self, query: Query, scope: Scope, *, limit: int = 64) -> Pool:
        """Return what is near the query by vector or word, and what stands beside it.

        While very many memories are loaded, that is among the latest of them.
        """
        return await in_database(self.search_pool, query, scope, limit=limit, patient=False)

    async def candidates(self, query: Query, scope: Scope, *, limit: int = 100) -> list[Candidate]:
        """Return up to `limit` memories of the scope that are near the query by vector or word."""
        pool = await in_database(self.search_pool, query, scope, limit=limit, patient=False)
        return visible_candidates(pool, scope)

    async def trouble(self) -> str:
        """Return nothing: whatever it holds can be loaded from the database again."""
        return ""

    def search(self, query: Query, scope: Scope, *, limit: int = 100) -> list[Candidate]:
        """Do what `candidates` does, in a thread that may use the database."""
        return visible_candidates(self.search_pool(query, scope, limit=limit), scope)

    def search_pool(
        self, query: Query, scope: Scope, *, limit: int = 64, patient: bool = True
    ) -> Pool:
        """Do what `pool` does, in a thread that may use the database.

        Args:
            patient: wait until all memories are loaded, however many they are.
        """
        while True:
            held = self._fresh(scope.partition_keys, patient=patient)
            if held is None:
                revisions = sorted(_revisions(scope.partition_keys))
                return self._latest.pool(query, scope, limit, revisions)
            self._latest.drop(scope)
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

    def _names(self, scope: Scope, *, patient: bool) -> dict[str, list[str]]:
        """Return who speaks in what a scope may see; nobody while very many are being loaded."""
        names: dict[str, list[str]] = {}
        for held in self._fresh(scope.partition_keys, patient=patient) or ():
            with held.lock:
                if held.partition is not None:
                    names |= held.partition.names(held.partition.spots(scope))
        return names

    def _fresh(self, keys: Sequence[str], *, patient: bool = True) -> list[_Held] | None:
        """Return the partitions that hold anything, as the database has them now.

        It returns None where nobody is to wait, and very many memories are being loaded.

        They are in one order for all searches, so that no two wait for each other's locks; a
        person's comes before what everyone shares, so that who waits for it keeps nobody waiting.
        """
        revisions = {key: (now, removed_at) for key, now, removed_at in _revisions(keys)}
        self._drop(set(keys) - revisions.keys())
        held = {key: self._use(key) for key in sorted(revisions, reverse=True)}
        aside = [one for key, one in held.items() if one.is_loaded_aside(*revisions[key])]
        if aside and not patient:
            return None
        for one in aside:
            if one.loader is not None:
                one.loader.join()
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
    return fetch_all(_asking_for(len(keys)), keys)


@cache
def _asking_for(partitions: int) -> str:
    table = Partition._meta.db_table
    places = ", ".join(["%s"] * partitions)
    return f"SELECT key, revision, removed_at_revision FROM {table} WHERE key IN ({places})"  # noqa: S608


def _of(partition_key: str) -> QuerySet[Memory]:
    """Return the memories of a partition."""
    kind, _, number = partition_key.partition(":")
    owner = int(number) if kind == "person" else None
    guild = Q(guild_id=int(number) if kind == "guild" else None) if owner is None else Q()
    return Memory.objects.filter(guild, person_id=owner)


def _newer_rows(partition_key: str, revision: int, now: int) -> Iterator[Row]:
    """Return the memories of a partition that changed since a revision.

    Args:
        now: its revision by now, which each change has raised.
    """
    kind, _, number = partition_key.partition(":")
    if kind != "person" or now - revision > PART:
        yield from _rows(partition_key, Q(revision__gt=revision))
        return
    # Asked for each message of a person.
    for values in _newer(int(number), revision):
        yield row_of(values)


_newer = prepared(
    lambda person_id, revision: (
        Memory.objects.filter(person_id=person_id, revision__gt=revision)
        .order_by("said_at", "pk")
        .values_list(*STORED)
    )
)


def _rows(partition_key: str, condition: Q) -> Iterator[Row]:
    found = _of(partition_key).filter(condition).order_by("said_at", "pk")
    for values in found.values_list(*STORED).iterator(chunk_size=1000):
        yield row_of(values)


ENGINE = Engine(title="the index in process", make=LocalIndex, manage=manage_in_process)
