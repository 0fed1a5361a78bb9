"""Counts with the people that they rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable
from typing import Generic, TypeVar

from memories.analytics.base import Tally

K = TypeVar("K", bound=Hashable)


class Tallies(Generic[K]):
    """Counts memories by something, and of how many people they are.

    Args:
        least_people: the number of people up to which counts are exact; 0 if it does not matter.
    """

    def __init__(self, least_people: int) -> None:
        self._least_people = least_people
        self._counts: Counter[K] = Counter()
        self._keys_of: dict[int, set[K]] = {}

    def add(self, keys: Collection[K], person_id: int | None) -> None:
        """Count a memory under each of these keys."""
        self._counts.update(keys)
        if self._least_people and person_id is not None:
            self._keys_of.setdefault(person_id, set()).update(keys)

    def found(self, *, least: int = 1) -> dict[K, Tally]:
        """Return what was counted at least `least` times."""
        people: Counter[K] = Counter()
        for keys in self._keys_of.values():
            people.update(keys)
        return {
            key: Tally(count, min(people[key], self._least_people))
            for key, count in self._counts.items()
            if count >= least
        }
