"""What only all rows together tell: servers of channels, and which rows repeat others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from memories.legacy.rows import LegacyRow

RETRY_WITHIN = timedelta(seconds=60)
RETRY = "a retry of another row"
REIMPORT = "imported into the older bot, which had it already"


@dataclass(slots=True)
class Repeats:
    """Finds the rows that say again what another row says; the earliest stays.

    The same words within a minute are a retry. What was imported into the older bot and repeats
    any row is a copy of it. Two live rows further apart are two talks.
    """

    _first: dict[bytes, tuple[float, int, bool]] = field(default_factory=dict)
    _more: dict[bytes, list[tuple[float, int, bool]]] = field(default_factory=dict)

    def see(self, row: LegacyRow) -> None:
        """Take a row in; each is given once, in any order."""
        # What was written back from here is already distinguished.
        if row.ours:
            return
        seen = (row.at.timestamp(), row.number, row.kind.is_copy)
        first = self._first.setdefault(row.content, seen)
        if first is not seen:
            self._more.setdefault(row.content, [first]).append(seen)

    def found(self) -> dict[int, str]:
        """Return why a row is left out, by its number."""
        left_out = {}
        for rows in self._more.values():
            for (before, _, _), (at, number, is_copy) in pairwise(sorted(rows)):
                if at - before <= RETRY_WITHIN.total_seconds():
                    left_out[number] = RETRY
                elif is_copy:
                    left_out[number] = REIMPORT
        return left_out


def repeats_among(rows: Iterable[LegacyRow]) -> Mapping[int, str]:
    """Return why a row is left out as a repeat, by its number."""
    repeats = Repeats()
    for row in rows:
        repeats.see(row)
    return repeats.found()
