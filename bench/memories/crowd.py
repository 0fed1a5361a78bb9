"""Many made-up people with memories whose vectors lie in clusters, as those of real talk do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.memories.synthetic import Talk, fill_owner
from memories.access import Scope
from memories.embeddings import Vectors
from memories.index.base import Query

MODEL, DIMENSION = "made-up", 384
# Two texts on one topic have a cosine of 0.5, two on different ones of 0.
TOPICS, TOPICS_OF_EACH = 500, 20
# Who talks most has this share of all memories.
LARGEST = 0.1
NEAREST = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of a person, and the ids of the memories of theirs that are nearest to it."""

    query: Query
    scope: Scope
    nearest: frozenset[str]


class Crowd:
    """Fills the database with the memories of many people and makes up what they ask."""

    def __init__(self, people: int, memories: int) -> None:
        """Decide how much each says; the first says the most.

        Args:
            people: how many there are, 1 or more.
            memories: of all of them together.
        """
        self.talk = Talk()
        self._chance = np.random.default_rng(11)
        self._topics = self._unit(TOPICS)
        largest = memories if people == 1 else int(memories * LARGEST)
        rest = (memories - largest) // max(people - 1, 1)
        self.counts = [largest, *[rest] * (people - 1)]
        self._held: dict[int, tuple[list[str], Vectors]] = {}

    @property
    def memories(self) -> int:
        """Return how many memories all have together."""
        return sum(self.counts)

    def fill(self) -> None:
        """Write everybody's memories into the database."""
        for person, count in enumerate(self.counts):
            vectors = self._about(self._topics_of(person, count))
            stored = fill_owner(self.talk, person, count, vectors, MODEL)
            self._held[person] = [str(pk) for pk in stored], vectors

    def ask(self, count: int, people: Sequence[int], *, words: bool = True) -> list[Asked]:
        """Return queries of some of these people, each about one of their topics.

        Args:
            words: whether they have words besides the vector.
        """
        return [self._ask(person, words) for person in self._chance.choice(people, count).tolist()]

    def _ask(self, person: int, words: bool) -> Asked:
        (vector,) = self._about(self._topics_of(person, 1))
        ids, vectors = self._held[person]
        near = np.argsort(-(vectors @ vector))[:NEAREST]
        text = f"what about {self.talk.text(6)}?" if words else ""
        nearest = frozenset(ids[place] for place in near)
        return Asked(Query(text, vector, MODEL), Scope.direct(person), nearest)

    def _topics_of(self, person: int, count: int) -> Vectors:
        own = np.random.default_rng(person).integers(TOPICS, size=TOPICS_OF_EACH)
        chosen: Vectors = self._topics[self._chance.choice(own, count)]
        return chosen

    def _about(self, topics: Vectors) -> Vectors:
        """Return unit vectors near topics, shape as given."""
        mixed = topics + self._unit(len(topics))
        near: Vectors = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
        return near

    def _unit(self, count: int) -> Vectors:
        drawn: Vectors = self._chance.standard_normal((count, DIMENSION), np.float32)
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        return drawn
