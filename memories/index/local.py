"""The engine in this process: exact vectors and BM25 over partitions loaded from the record."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from math import isnan
from threading import Lock

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from memories.access import Scope, is_visible
from memories.index.base import Candidate, Entry, Query
from memories.index.keywords import Scores, rarity
from memories.index.partition import LoadedPartition, Row
from memories.models import Memory, Partition
from memories.queries import current
from memories.wording.words import terms
from whisper.database.access import in_database
from whisper.environment import environment

logger = logging.getLogger(__name__)

LONGEST_QUERY = 256
# What is read of a memory besides an entry's fields, in the order of `Row`.
STORED = ("valid_to", "embedding", "embedding_model", "embedding_dimension")


class LocalIndex:
    """Searches the partitions of a scope, after a look whether another process changed them."""

    def __init__(self) -> None:
        self._lock = Lock()
        # Least recently used first.
        self._partitions: dict[str, LoadedPartition] = {}

    async def candidates(self, query: Query, scope: Scope, *, limit: int = 100) -> list[Candidate]:
        """Return up to `limit` memories of the scope that are near the query by vector or word."""
        return await in_database(self.search, query, scope, limit=limit)

    async def trouble(self) -> str:
        """Return nothing: whatever it holds can be loaded from the database again."""
        return ""

    def search(self, query: Query, scope: Scope, *, limit: int = 100) -> list[Candidate]:
        """Do what `candidates` does, in a thread that may use the database."""
        with self._lock:
            partitions = self._fresh(scope.partition_keys)
            return _search(partitions, query, scope, limit)

    def loaded(self) -> dict[str, int]:
        """Return how many memories are held of each partition, least recently used first."""
        with self._lock:
            return {key: len(partition) for key, partition in self._partitions.items()}

    def _fresh(self, keys: Sequence[str]) -> list[LoadedPartition]:
        """Return the partitions that hold anything, as the record has them now."""
        fresh = {}
        changed = False
        for key, revision, removed_at in _revisions(keys):
            # While it is out of the dictionary, a failure here only means to load it again.
            partition = self._partitions.pop(key, None)
            if partition is None or not removed_at <= partition.revision <= revision:
                partition = LoadedPartition()
                partition.apply(_rows(key, current()), revision)
                changed = True
            elif partition.revision < revision:
                partition.apply(_rows(key, Q(revision__gt=partition.revision)), revision)
                changed = True
            self._partitions[key] = fresh[key] = partition
        for key in keys:
            if key not in fresh:
                self._partitions.pop(key, None)
        if changed:
            self._evict(keep=fresh)
        return list(fresh.values())

    def _evict(self, keep: Iterable[str]) -> None:
        room = environment.memory_index_megabytes * 2**20
        size = sum(partition.bytes for partition in self._partitions.values())
        for key in [key for key in self._partitions if key not in keep]:
            if size <= room:
                return
            size -= self._partitions.pop(key).bytes


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
    found = Memory.objects.filter(guild, condition, person_id=owner).order_by("said_at")
    fields = len(Entry._fields)
    for values in found.values_list(*Entry._fields, *STORED).iterator(chunk_size=1000):
        yield Row(Entry(*values[:fields]), *values[fields:])


def _search(
    partitions: list[LoadedPartition], query: Query, scope: Scope, limit: int
) -> list[Candidate]:
    if not partitions:
        return []
    now = timezone.now()
    words = _asked(query.text, partitions)
    text_rarity = rarity(words, [partition.text for partition in partitions])
    context_rarity = rarity(words, [partition.context for partition in partitions])
    dense = np.concatenate([partition.cosines(query) for partition in partitions])
    bm25 = np.concatenate([partition.text.scores(text_rarity) for partition in partitions])
    context = np.concatenate([partition.context.scores(context_rarity) for partition in partitions])
    visible = np.concatenate([partition.visible(scope, now) for partition in partitions])
    rows = _nearest(visible, dense, bm25 + context, limit)
    hits = zip(
        _entries(partitions, rows.tolist()),
        dense[rows].tolist(),
        bm25[rows].tolist(),
        context[rows].tolist(),
        strict=True,
    )
    found = []
    for entry, cosine, words, around in hits:
        if entry is None or not is_visible(entry, scope):
            logger.error("local index: a hit outside its scope was dropped")
            continue
        found.append(Candidate(entry, None if isnan(cosine) else cosine, words, around))
    return found


def _asked(text: str, partitions: list[LoadedPartition]) -> list[str]:
    """Return the terms to look for.

    A name of somebody who speaks in the memories is left out where there is more: it stands in what
    others said to them, and ranking prefers what they said themselves.
    """
    asked = dict.fromkeys(terms(text))
    names = {name for partition in partitions for name in partition.names}
    return [term for term in asked if term not in names][:LONGEST_QUERY] or list(asked)


def _nearest(
    visible: npt.NDArray[np.bool_], dense: Scores, words: Scores, limit: int
) -> npt.NDArray[np.intp]:
    """Return rows: half of `limit` by vector, and by words as many as are left."""
    rows = np.flatnonzero(visible)
    if len(rows) <= limit:
        return rows
    near = dense[rows]
    near[np.isnan(near)] = -1.0
    by_vector = np.argpartition(-near, limit // 2)[: limit // 2]
    left = words[rows]
    left[by_vector] = -1.0
    by_words = np.argpartition(-left, limit - limit // 2)[: limit - limit // 2]
    chosen: npt.NDArray[np.intp] = rows[np.concatenate([by_vector, by_words])]
    return chosen


def _entries(partitions: list[LoadedPartition], rows: list[int]) -> Iterator[Entry | None]:
    """Yield the entries of rows that are counted through all partitions."""
    if len(partitions) == 1:
        yield from map(partitions[0].entries.__getitem__, rows)
        return
    starts = [0, *accumulate(len(partition) for partition in partitions)]
    for row in rows:
        at = bisect_right(starts, row) - 1
        yield partitions[at].entries[row - starts[at]]
