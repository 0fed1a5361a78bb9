"""Counts with the people that they rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from memories.analytics.base import Tally

K = TypeVar("K", bound=Hashable)


class Tallies(Generic[K]):
    """Counts memories by something, and of how many people they are.

    Args:
        least_people: up to how many people are told apart; 0 where it does not matter.
    """

    def __init__(self, least_people: int) -> None:
        self._least_people = least_people
        self._counts: Counter[K] = Counter()
        self._owners: dict[K, set[int]] = {}

    def add(self, keys: Iterable[K], owner_id: int | None) -> None:
        """Count a memory under each of these keys."""
        if not self._least_people or owner_id is None:
            self._counts.update(keys)
            return
        for key in keys:
            self._counts[key] += 1
            owners = self._owners.setdefault(key, set())
            if len(owners) < self._least_people:
                owners.add(owner_id)

    def found(self, *, least: int = 1) -> dict[K, Tally]:
        """Return what was counted at least so often."""
        return {
            key: Tally(count, len(self._owners.get(key, ())))
            for key, count in self._counts.items()
            if count >= least
        }
