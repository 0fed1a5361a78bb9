"""The engine in this process: exact vectors and BM25 over partitions loaded from the record."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from threading import Lock

import numpy as np
import numpy.typing as npt
from django.db.models import Q
from django.utils import timezone

from memories.index.base import Candidate, Query
from memories.index.keywords import rarity
from memories.index.partition import LoadedPartition
from memories.index.words import terms
from memories.models import Memory, Partition
from memories.queries import current
from memories.visibility import Scope, is_visible
from whisper.db import in_database
from whisper.environment import environment

logger = logging.getLogger(__name__)

LONGEST_QUERY = 256


class LocalIndex:
    """Searches the partitions of a scope, after a look whether another process changed them."""

    def __init__(self) -> None:
        self._lock = Lock()
        # Least recently used first.
        self._partitions: dict[str, LoadedPartition] = {}

    async def candidates(self, query: Query, scope: Scope, *, limit: int = 100) -> list[Candidate]:
        """Return up to `limit` memories of the scope that are near the query by vector or word."""
        return await in_database(self.search, query, scope, limit=limit)

    async def healthy(self) -> bool:
        """Tell that it works: whatever it holds can be loaded from the record again."""
        return True

    def search(self, query: Query, scope: Scope, *, limit: int = 100) -> list[Candidate]:
        """Do what `candidates` does, in a thread that may use the database."""
        with self._lock:
            partitions = self._fresh(scope.partition_keys)
            return _search(partitions, query, scope, limit)

    def loaded(self) -> dict[str, int]:
        """Return how many memories are held of each partition, least recently used first."""
        with self._lock:
            return {key: len(partition) for key, partition in self._partitions.items()}

    def _fresh(self, keys: Iterable[str]) -> list[LoadedPartition]:
        """Return the partitions that hold anything, as the record has them now."""
        rows = Partition.objects.filter(key__in=keys).values_list(
            "key", "revision", "removed_at_revision"
        )
        fresh = {}
        changed = False
        for key, revision, removed_at in rows:
            # While it is out of the dictionary, a failure here only means to load it again.
            partition = self._partitions.pop(key, None)
            if partition is None or not removed_at <= partition.revision <= revision:
                partition = LoadedPartition()
                partition.apply(_memories(key, current()), revision)
                changed = True
            elif partition.revision < revision:
                partition.apply(_memories(key, Q(revision__gt=partition.revision)), revision)
                changed = True
            self._partitions[key] = fresh[key] = partition
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


def _memories(partition_key: str, condition: Q) -> Iterable[Memory]:
    kind, _, number = partition_key.partition(":")
    owner = int(number) if kind == "person" else None
    guild = Q(guild_id=int(number) if kind == "guild" else None) if owner is None else Q()
    rows = Memory.objects.filter(guild, condition, owner_id=owner)
    return rows.order_by("said_at").iterator(chunk_size=1000)


def _search(
    partitions: list[LoadedPartition], query: Query, scope: Scope, limit: int
) -> list[Candidate]:
    if not partitions:
        return []
    now = timezone.now()
    words = _asked(query.text, partitions)
    text_rarity = rarity(words, [partition.text for partition in partitions])
    context_rarity = rarity(words, [partition.context for partition in partitions])
    entries = [entry for partition in partitions for entry in partition.entries]
    dense = np.concatenate([partition.cosines(query) for partition in partitions])
    bm25 = np.concatenate([partition.text.scores(text_rarity) for partition in partitions])
    context = np.concatenate([partition.context.scores(context_rarity) for partition in partitions])
    visible = np.concatenate([partition.visible(scope, now) for partition in partitions])
    found = []
    for row in _nearest(np.flatnonzero(visible), dense, bm25 + context, limit):
        entry = entries[row]
        if entry is None or not is_visible(entry, scope):
            logger.error("local index: a hit outside its scope was dropped")
            continue
        cosine = None if np.isnan(dense[row]) else float(dense[row])
        found.append(Candidate(entry, cosine, float(bm25[row]), float(context[row])))
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
    rows: npt.NDArray[np.intp],
    dense: npt.NDArray[np.float32],
    words: npt.NDArray[np.float32],
    limit: int,
) -> list[int]:
    """Return half of `limit` by vector, and by words as many as are left."""
    if len(rows) <= limit:
        return rows.tolist()  # type: ignore[no-any-return]
    chosen = _top(rows, np.nan_to_num(dense[rows], nan=-1.0), limit // 2)
    rest = np.setdiff1d(rows, chosen, assume_unique=True)
    by_words = _top(rest, words[rest], limit - len(chosen))
    return [*chosen.tolist(), *by_words.tolist()]


def _top(
    rows: npt.NDArray[np.intp], scores: npt.NDArray[np.float32], count: int
) -> npt.NDArray[np.intp]:
    if len(rows) <= count:
        return rows
    return rows[np.argpartition(scores, len(rows) - count)[-count:]]
