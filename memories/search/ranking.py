"""The order of a paged search: pure, and the same for every engine.

The weights were measured: see `manage.py evaluate`. Questions are answered by words and meaning
alike, so both are scaled to the range of the candidates and added. A statement brings to mind what
is tied to it by meaning, mostly in other words, so the cosine itself leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

from memories.index.base import Candidate, Entry, Query
from memories.models import Memory
from memories.wording.phrasing import is_first_person, is_question
from memories.wording.words import terms, words
from whisper.environment import environment

Floats = npt.NDArray[np.float64]

# Below both floors nothing of the query is in any memory: random letters reach a cosine of 0.33.
FLOOR_ANY = 0.35
FLOOR_EACH = 0.2

QUESTION_DENSE, QUESTION_WORDS, QUESTION_CONTEXT, SPEAKER = 0.5, 0.5, 0.25, 0.15
STATEMENT_WORDS, STATEMENT_LENGTH = 0.3, 0.06
# What a matching word of middling rarity adds to a BM25 score.
WORD = 5.0
LETTERS_A_WORD = 6

NEIGHBOUR, NEIGHBOUR_SECONDS, NEIGHBOURS = 0.35, 900.0, 50
FACT, IMPORTANCE, RECENCY, RECENCY_DAYS = 0.03, 0.02, 0.005, 60.0
HIGHEST = 2.0

_TALK = Memory.Kind.CONVERSATION.value
_FACTS = frozenset({Memory.Kind.USER_FACT.value, Memory.Kind.SHARED_FACT.value})


def rank_all(
    query: Query, candidates: Sequence[Candidate], *, now: datetime
) -> list[tuple[Entry, float]]:
    """Return all that a query leads to with their scores of 0 to 1, best first.

    Args:
        now: what recency is measured from.
    """
    near, scores, order = _ordered(query, candidates, now)
    return [(near[i].entry, scores[i]) for i in order]


def rank_by_meaning(candidates: Sequence[Candidate]) -> list[tuple[Entry, float]]:
    """Return memories of similar meaning and their cosines, best first; none without a vector."""
    near = [
        (one.entry, min(one.dense, 1.0))
        for one in candidates
        if one.dense is not None and one.dense >= FLOOR_EACH
    ]
    if all(cosine < FLOOR_ANY for _, cosine in near):
        return []
    return sorted(near, key=lambda one: -one[1])


def _ordered(
    query: Query, candidates: Sequence[Candidate], now: datetime
) -> tuple[list[Candidate], list[float], list[int]]:
    """Return what is above the floor, its scores, and its order: the best first."""
    near = _above_floor(candidates)
    if not near:
        return [], [], []
    said = np.array([one.entry.said_at.timestamp() for one in near])
    asked = set(terms(query.text))
    prior = SPEAKER * _speaker(query.text, asked, near) + _prior(near, said, now)
    if is_question(query.text):
        fused = _fused_for_question(near) + prior
        fused += NEIGHBOUR * _nearby(near, said, fused)
    else:
        fused = _fused_for_statement(near, len(asked)) + prior
    scores: list[float] = np.clip(fused / HIGHEST, 0, 1).tolist()
    order: list[int] = np.argsort(-fused, kind="stable").tolist()
    return near, scores, order


def _fused_for_question(candidates: Sequence[Candidate]) -> Floats:
    return (
        QUESTION_DENSE * _scaled(_cosines(candidates))
        + QUESTION_WORDS * _scaled(np.array([one.bm25 for one in candidates]))
        + QUESTION_CONTEXT * _scaled(np.array([one.bm25_context for one in candidates]))
    )


def _fused_for_statement(candidates: Sequence[Candidate], terms_asked: int) -> Floats:
    """Return the cosine, more by the share of the query's words and by how much is told."""
    matched = np.array([one.bm25 for one in candidates]) / (WORD * max(terms_asked, 1))
    letters = np.array([len(one.entry.text) for one in candidates])
    return (
        _cosines(candidates)
        + STATEMENT_WORDS * np.minimum(matched, 1)
        + STATEMENT_LENGTH * np.log1p(letters / LETTERS_A_WORD)
    )


def _above_floor(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return what some word or meaning of the query leads to."""
    by_word = [one.bm25 > 0 or one.bm25_context > 0 for one in candidates]
    if not any(by_word) and all((one.dense or 0.0) < FLOOR_ANY for one in candidates):
        return []
    return [
        one
        for one, matched in zip(candidates, by_word, strict=True)
        if matched or (one.dense or 0.0) >= FLOOR_EACH
    ]


def _cosines(candidates: Sequence[Candidate]) -> Floats:
    """Return the cosines; a memory without a vector counts as one in the middle."""
    cosines = np.array([np.nan if one.dense is None else one.dense for one in candidates])
    missing = np.isnan(cosines)
    if missing.all():
        return np.zeros(len(cosines))
    if missing.any():
        cosines[missing] = np.median(cosines[~missing])
    return cosines


def _scaled(scores: Floats) -> Floats:
    """Return scores stretched to 0 to 1; zeros if all are equal."""
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


def _speaker(text: str, asked: set[str], candidates: Sequence[Candidate]) -> Floats:
    """Return 1 for what a speaker said whom the query names, or its own author in “I” talk."""
    speakers = {one.entry.speaker for one in candidates}
    named = {speaker for speaker in speakers if not asked.isdisjoint(terms(speaker))}
    if named:
        return np.array([one.entry.speaker in named for one in candidates], float)
    if is_first_person(words(text)):
        companion = environment.bot_name
        own = [
            one.entry.person_id is not None and one.entry.speaker != companion for one in candidates
        ]
        return np.array(own, float)
    return np.zeros(len(candidates))


def _nearby(candidates: Sequence[Candidate], said: Floats, scores: Floats) -> Floats:
    """Return for each line of conversation the best score of a line said around the same time."""
    best = np.zeros(len(candidates))
    talk = np.array([one.entry.kind == _TALK for one in candidates])
    strong = np.argsort(np.where(talk, -scores, np.inf))[: min(NEIGHBOURS, talk.sum())]
    if len(strong) < 2:
        return best
    times = said[strong]
    closeness = np.exp(np.abs(times[:, None] - times) / -NEIGHBOUR_SECONDS)
    np.fill_diagonal(closeness, 0.0)
    best[strong] = (closeness * scores[strong]).max(axis=1)
    return best


def _prior(candidates: Sequence[Candidate], said: Floats, now: datetime) -> Floats:
    """Return what speaks for a memory whatever is asked; too little to outdo a match."""
    facts = np.array([one.entry.kind in _FACTS for one in candidates])
    importance = np.array([one.entry.importance for one in candidates])
    days = np.maximum(now.timestamp() - said, 0) / 86_400
    return FACT * facts + IMPORTANCE * importance + RECENCY * np.exp2(-days / RECENCY_DAYS)
