"""Search in the database itself: all that may be found is read and compared in this process."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.db.models import Q

from memories.index.base import Candidate, Query
from memories.index.keywords import Keywords
from memories.search.base import BY_MEANING, WINDOW, Asked, Found, Hit, Mode
from memories.search.matching import asked_terms, marks, phrases, weights
from memories.search.narrowing import as_stored, within
from memories.search.ranking import rank_all, rank_by_meaning
from memories.search.widely import COMPARED, bounded_count, compared, is_wide, newest_note
from memories.wording.words import context_terms, terms, words
from whisper.database.access import in_database

ENGINE = "database"
ROWS = 1_000

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Placing:
    """A memory's place in the order of what was found."""

    id: str
    score: float
    said_at: datetime

    @property
    def key(self) -> tuple[float, float, str]:
        """Return what it is ordered by: the best first, then the newest."""
        return (-self.score, -self.said_at.timestamp(), self.id)


class Near(NamedTuple):
    """A memory's scores, as `Candidate` has them."""

    id: str
    dense: float | None
    bm25: float
    bm25_context: float


async def find(asked: Asked) -> Found:
    """Return a page of what is found.

    Only reading is the database's work: comparing would keep others from it.
    """
    if not asked.query.text:
        return await in_database(_newest, asked)
    held = await in_database(_Held.read, asked)
    if asked.query.mode in BY_MEANING:
        near = await asyncio.to_thread(_near, held, asked)
        order = await in_database(ranked, near, asked)
    else:
        order = await asyncio.to_thread(_by_words, held, asked)
    found = await in_database(paged, order, asked, ENGINE)
    return replace(found, notes=held.notes)


def paged(order: Sequence[Placing], asked: Asked, engine: str) -> Found:
    """Return the page of an order that follows the page before."""
    start = _start(order, asked.after)
    chosen = order[start : start + asked.size]
    stored = as_stored([one.id for one in chosen], asked)
    hits = [
        Hit(stored[one.id], one.score, marks(asked.query, stored[one.id].text))
        for one in chosen
        if one.id in stored
    ]
    after = None
    if len(order) > start + asked.size:
        last = chosen[-1]
        after = {"id": last.id, "key": list(last.key)}
    return Found(hits, len(order), engine, after)


def _start(order: Sequence[Placing], after: Any) -> int:
    """Return where to continue: after the last one shown, or where it would be."""
    if after is None:
        return 0
    for at, one in enumerate(order):
        if one.id == after["id"]:
            return at + 1
    return bisect_right(order, tuple(after["key"]), key=lambda one: one.key)


def _newest(asked: Asked) -> Found:
    rows = within(asked)
    total = bounded_count(rows) if is_wide(asked) else rows.count()
    if asked.after is not None:
        said_at, one = datetime.fromisoformat(asked.after["said_at"]), asked.after["id"]
        rows = rows.filter(Q(said_at__lt=said_at) | Q(said_at=said_at, pk__gt=one))
    shown = list(rows.order_by("-said_at", "pk").values_list("pk", "said_at")[: asked.size + 1])
    page = shown[: asked.size]
    stored = as_stored([str(one) for one, _ in page], asked)
    hits = [Hit(stored[str(one)], 0.0) for one, _ in page if str(one) in stored]
    after = None
    if len(shown) > asked.size:
        one, said_at = page[-1]
        after = {"said_at": said_at.isoformat(), "id": str(one)}
    return Found(hits, total, ENGINE, after)


def _by_words(held: _Held, asked: Asked) -> list[Placing]:
    if asked.query.mode is Mode.PHRASE:
        scores = held.phrase_scores(asked)
    else:
        scores = np.add(*held.word_scores(asked))
    found = [
        Placing(held.ids[at], float(scores[at]), held.said_at[at])
        for at in np.flatnonzero(scores > 0)
    ]
    return sorted(found, key=lambda one: one.key)


def _near(held: _Held, asked: Asked) -> list[Near]:
    """Return what is nearest by vector, and what is by words unless meaning alone counts."""
    if asked.query.mode is Mode.MEANING:
        text = context = np.zeros(len(held.ids), np.float32)
    else:
        text, context = held.word_scores(asked)
    by_words = np.argsort(-(text + context), kind="stable")[:WINDOW]
    by_vector = np.argsort(-np.nan_to_num(held.cosines, nan=-2.0), kind="stable")[:WINDOW]
    return [
        Near(
            held.ids[at],
            None if np.isnan(held.cosines[at]) else float(held.cosines[at]),
            float(text[at]),
            float(context[at]),
        )
        for at in dict.fromkeys([*by_vector.tolist(), *by_words.tolist()])
    ]


def ranked(near: Iterable[Near], asked: Asked) -> list[Placing]:
    """Return what is near in the order of recall, what says the same twice among it."""
    scores = {one.id: one for one in near}
    candidates = [
        Candidate(entry, scores[one].dense, scores[one].bm25, scores[one].bm25_context)
        for one, entry in as_stored(scores, asked).items()
    ]
    query = asked.vector or Query(asked.query.text)
    if asked.query.mode is Mode.MEANING:
        found = rank_by_meaning(candidates)
    else:
        found = rank_all(query, candidates, now=asked.at)
    return sorted(
        (Placing(str(entry.id), score, entry.said_at) for entry, score in found),
        key=lambda one: one.key,
    )


class _Held:
    """What may be found, as it is compared."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.said_at: list[datetime] = []
        self.texts: list[str] = []
        self.contexts: list[str] = []
        self.cosines: Scores = np.zeros(0, np.float32)
        self.notes: Sequence[str] = ()

    @classmethod
    def read(cls, asked: Asked) -> _Held:
        """Read it; vectors only where they are compared, and without keeping them."""
        held = cls()
        vector = None if asked.vector is None else asked.vector.vector
        columns = ["pk", "said_at", "text", "context"]
        if vector is not None:
            columns += ["embedding", "embedding_model"]
        rows: Iterable[tuple[Any, ...]]
        if is_wide(asked):
            rows = chosen = compared(within(asked), asked, columns)
            held.notes = [newest_note(asked)] if len(chosen) == COMPARED else []
        else:
            rows = within(asked).values_list(*columns).iterator(chunk_size=ROWS)
        cosines = []
        for row in rows:
            held.ids.append(str(row[0]))
            held.said_at.append(row[1])
            held.texts.append(row[2])
            held.contexts.append(row[3])
            if asked.vector is not None and vector is not None:
                known = row[5] == asked.vector.model
                cosines.append(_cosine(row[4] if known else None, vector))
        held.cosines = np.array(cosines or [np.nan] * len(held.ids), np.float32)
        return held

    def word_scores(self, asked: Asked) -> tuple[Scores, Scores]:
        """Return the keyword scores of texts, and of what stands around them, shape (rows,)."""
        texts = [terms(text) for text in self.texts]
        contexts = [context_terms(*one) for one in zip(self.contexts, self.said_at, strict=True)]
        vocabulary = set().union(*texts, *contexts)
        meant = weights(asked_terms(asked.query), asked.query.mode, vocabulary)
        return _scores(meant, texts), _scores(meant, contexts)

    def phrase_scores(self, asked: Asked) -> Scores:
        """Return how often the phrase stands in each text, shape (rows,)."""
        phrase = asked_terms(asked.query)
        return np.array(
            [sum(1 for _ in phrases(phrase, words(text))) for text in self.texts], np.float32
        )


def _scores(meant: dict[str, float], texts: Sequence[list[str]]) -> Scores:
    """Return the BM25 score of each text; how rare a term is gets counted over all of them."""
    holding: Counter[str] = Counter()
    places = []
    for at, text in enumerate(texts):
        found = meant.keys() & text
        if found:
            holding.update(found)
            places.append(at)
    scores = np.zeros(len(texts), np.float32)
    field = Keywords()
    # Building them for all texts would take most of the time.
    field.add([texts[at] for at in places])
    size = len(texts)
    rare = {term: np.log1p((size - n + 0.5) / (n + 0.5)) for term, n in holding.items()}
    scores[places] = field.scores({term: float(rare[term]) * meant[term] for term in rare})
    return scores


def _cosine(embedding: bytes | None, vector: npt.NDArray[np.float32]) -> float:
    """Return the cosine of a stored vector; NaN if there is none, or it is damaged."""
    if embedding is None or len(embedding) != 4 * len(vector):
        return float("nan")
    known = np.frombuffer(bytes(embedding), "<f4")
    cosine = float(known @ vector)
    return cosine if np.isfinite(cosine) and known.any() else float("nan")
