"""What speaks for a memory when something is asked: each feature is a number for each memory.

A score is a weighted sum of them; `weights.toml` has the weights. A feature sees only the pool, and
so only what the scope may see.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from memories.index.pool import Pool
from memories.index.traits import Trait
from memories.recall.asking import Asked
from whisper.environment import environment

Floats = npt.NDArray[np.floating[Any]]
# Of each memory, or the same of all.
Feature = Callable[[Pool, Asked], Floats | float]

SMALLEST = 1e-9
# Share of the time since that "two months ago" may be wrong by.
SLACK = 0.15
DAY_SECONDS = 86_400.0
# What meaning, words and context count in how well a session fits.
IN_SESSION = np.array([0.5, 0.5, 0.25])
# What a matching word of middling rarity adds to a BM25 score.
WORD = 5.0


def features_of(pool: Pool, asked: Asked, names: Collection[str]) -> npt.NDArray[np.float64]:
    """Return some features of each memory of a pool, shape (names, memories)."""
    found = np.empty((len(names), len(pool.entries)))
    for at, name in enumerate(names):
        found[at] = FEATURES[name](pool, asked)
    return found


def scaled(values: npt.ArrayLike) -> Floats:
    """Return values stretched to 0 to 1; zeros where all are equal."""
    found: Floats = np.asarray(values, np.float64)
    if not len(found):
        return found
    low = found.min()
    spread = found.max() - low
    stretched: Floats = (found - low) / (spread if spread > 0 else 1)
    return stretched


def known(values: npt.ArrayLike) -> Floats:
    """Return values with the median for those that are missing; zeros where all are."""
    found = np.array(values, np.float64)
    # One that is missing makes the sum so.
    if not np.isnan(found.sum()):
        return found
    missing = np.isnan(found)
    found[missing] = 0 if missing.all() else np.median(found[~missing])
    return found


def share_of(weights: Floats, held: Floats, own: npt.NDArray[np.bool_]) -> Floats:
    """Return the weighted share that each column holds, 0 to 1.

    Args:
        weights: of each row, shape (rows,).
        held: how much of each row a column holds, 0 to 1, shape (rows, columns).
        own: which rows a column has to hold, shape (rows,); the others stand in for some of these.
    """
    shares: Floats = np.minimum(weights @ held / max(float(weights @ own), SMALLEST), 1)
    return shares


def words_around(pool: Pool, asked: Asked) -> Floats:
    """Return how well words fit, those of the two lines before and after counting less."""
    return scaled(pool.matched_near)


def words_alike(pool: Pool, asked: Asked) -> Floats:
    """Return the share of a text's words that a memory has, or has words alike of, 0 to 1.

    Rare words count more.
    """
    return share_of(pool.rarity, np.maximum(pool.held, pool.alike), pool.own)


def meaning_around(pool: Pool, asked: Asked) -> Floats:
    """Return the cosine to the line together with the two lines before and after."""
    return known(pool.around)


def session(pool: Pool, asked: Asked) -> Floats:
    """Return how well the best line of the same session fits."""
    each = np.array([known(pool.cosines), pool.matched, pool.context])
    low = each.min(axis=1, initial=np.inf)
    spread = each.max(axis=1, initial=-np.inf) - low
    fit = (IN_SESSION / np.where(spread > 0, spread, 1)) @ (each - low[:, None])
    fit += 0.15 * speaker(pool, asked)
    best = np.full(int(pool.sessions.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(best, pool.sessions, fit)
    found: Floats = best[pool.sessions]
    return found


def date(pool: Pool, asked: Asked) -> Floats | float:
    """Return how well a date that is named fits the day it was said."""
    return scaled(pool.dates) if pool.dates.any() else 0.0


def then(pool: Pool, asked: Asked) -> Floats | float:
    """Return 1 for what was said at a time that is named, less for what was said shortly off it.

    The longer ago something was, the less exactly people say when.
    """
    found: Floats | float = 0.0
    for first, last in asked.periods:
        off = np.maximum(np.maximum(first - pool.said_at, pool.said_at - last), 0)
        slack = np.maximum(SLACK * np.abs(asked.now - pool.said_at), DAY_SECONDS)
        found = np.maximum(found, 1 - off / slack)
    return found


def speaker(pool: Pool, asked: Asked) -> Floats | float:
    """Return 1 for what somebody said who is named, or the person in talk of themself."""
    if asked.named:
        return np.array([one.speaker in asked.named for one in pool.entries], np.float64)
    if asked.of_oneself:
        companion = environment.bot_name
        return np.array(
            [one.person_id is not None and one.speaker != companion for one in pool.entries],
            np.float64,
        )
    return 0.0


def length(pool: Pool, asked: Asked) -> Floats:
    """Return how much a line says."""
    return pool.trait(Trait.LENGTH)


def asks(pool: Pool, asked: Asked) -> Floats:
    """Return 1 for a question, which seldom is an answer."""
    return pool.trait(Trait.ASKS)


def answers(pool: Pool, asked: Asked) -> Floats:
    """Return 1 for a line right after a question."""
    return pool.trait(Trait.ANSWERS)


def time(pool: Pool, asked: Asked) -> Floats | float:
    """Return 1 for a line with a time word if a time is asked for."""
    return pool.trait(Trait.TELLS_TIME) if asked.time else 0.0


def title(pool: Pool, asked: Asked) -> Floats | float:
    """Return 1 for a line with a quotation if a book, film, song or game is asked for."""
    return pool.trait(Trait.QUOTES) if asked.title else 0.0


def number(pool: Pool, asked: Asked) -> Floats | float:
    """Return 1 for a line with a number if one is asked for."""
    return pool.trait(Trait.COUNTS) if asked.number else 0.0


def typical(pool: Pool, asked: Asked) -> Floats:
    """Return the cosine to the mean of all memories: how much a line is like any other."""
    return known(pool.mean)


def fact(pool: Pool, asked: Asked) -> Floats:
    """Return 1 for a fact."""
    return pool.trait(Trait.FACT)


def importance(pool: Pool, asked: Asked) -> Floats:
    """Return how important a memory was found, 0 to 1."""
    return pool.trait(Trait.IMPORTANCE)


def meaning(pool: Pool, asked: Asked) -> Floats:
    """Return the cosine after the mean of all memories is taken off both sides."""
    return known(pool.centred)


def words_shared(pool: Pool, asked: Asked) -> Floats:
    """Return the share of a text's words that a memory has, 0 to 1, rare ones counting more."""
    matched = pool.matched / (WORD * max(pool.own.sum(), 1))
    shares: Floats = np.minimum(matched, 1).astype(np.float64)
    return shares


FEATURES: dict[str, Feature] = {
    function.__name__: function
    for function in (
        words_around,
        words_alike,
        meaning_around,
        session,
        date,
        then,
        speaker,
        length,
        asks,
        answers,
        time,
        title,
        number,
        typical,
        fact,
        importance,
        meaning,
        words_shared,
    )
}
