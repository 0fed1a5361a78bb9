"""The latest memories of a scope, searched while all of them are being loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from django.utils import timezone

from memories.access import Scope
from memories.index.base import Query
from memories.index.partition import LoadedPartition
from memories.index.pool import Pool
from memories.index.pool_from_database import latest_of
from memories.index.searched import Searched

# Loading takes seconds; no more people than this begin to talk meanwhile.
MOST_KEPT = 16


@dataclass(frozen=True, slots=True)
class _Kept:
    """A partition of the latest memories, as of some revisions of those it was read from."""

    revisions: Sequence[tuple[str, int, int]]
    partition: LoadedPartition
    lock: Lock = field(default_factory=Lock)


class Latest:
    """Keeps what was read for one search for the next ones, unless something changed meanwhile."""

    def __init__(self) -> None:
        # Of the dictionary alone.
        self._lock = Lock()
        self._kept: dict[Scope, _Kept] = {}

    def pool(
        self, query: Query, scope: Scope, limit: int, revisions: Sequence[tuple[str, int, int]]
    ) -> Pool:
        """Return a pool of the latest memories that a scope may see, and of the latest facts.

        Args:
            limit: most memories that are proposed.
            revisions: of the partitions of the scope, read just now; whatever they are compared
                with was read after its own.
        """
        kept = self._kept.get(scope)
        if kept is None or kept.revisions != revisions:
            kept = _Kept(revisions, latest_of(scope))
            with self._lock:
                self._kept.pop(scope, None)
                self._kept[scope] = kept
                while len(self._kept) > MOST_KEPT:
                    del self._kept[next(iter(self._kept))]
        with kept.lock:
            return Searched([kept.partition], query, scope, timezone.now()).pool(limit)

    def drop(self, scope: Scope) -> None:
        """Let go of what is kept of a scope: all of its memories are loaded."""
        if scope in self._kept:
            with self._lock:
                self._kept.pop(scope, None)
