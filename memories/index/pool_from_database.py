"""A pool for engines that propose ids: what the database has of them, and of what was said beside.

An external engine holds neither neighbours nor means. So what it proposes is read from the database
together with the lines around each, and searched like a small partition; what is counted over all
that the scope may see comes from a sample of it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.utils import timezone

from memories.access import Scope, is_visible, own_places, visible_places
from memories.index.base import Query
from memories.index.partition import LoadedPartition
from memories.index.pool import Pool, Statistics
from memories.index.rows import STORED, Row, row_of
from memories.index.searched import MOST_PINNED, Searched
from memories.index.sessions import REACH
from memories.index.traits import date_of, dates_in
from memories.models import Memory
from memories.queries import current, in_places
from memories.wording.words import context_terms, terms

logger = logging.getLogger(__name__)

# A candidate's neighbours are ranked too, and look as far around themselves.
FARTHEST = REACH + 1
SAMPLE = 1_000
# Searched while all memories of a person can't be.
LATEST, LATEST_FACTS = 800, 200
_FACTS = {Memory.Kind.USER_FACT, Memory.Kind.SHARED_FACT}


def pool_from_database(
    ids: Sequence[str], query: Query, scope: Scope, known: Statistics | None = None
) -> Pool:
    """Return the pool of proposed memories as the database has them now.

    So a memory that was forgotten, changed or ended a moment ago is so at once, though the index
    may be seconds behind; and whatever the index holds, nobody hears what is not theirs.

    Args:
        known: what was counted over all that the scope may see; without it, over what is read.
    """
    now = timezone.now()
    found = [row for row in read_rows([UUID(one) for one in ids]) if _may_be_told(row, scope)]
    proposed = list({row.entry.id: row for row in (*found, *pinned_rows(scope))}.values())
    around = read_rows(neighbours([row.entry.id for row in proposed]))
    rows = {row.entry.id: row for row in (*around, *proposed) if is_visible(row.entry, scope)}
    partition = LoadedPartition()
    partition.apply(sorted(rows.values(), key=lambda row: row.entry.said_at), 0)
    places = [partition.row_of(row.entry.id) for row in proposed]
    at = np.array([place for place in places if place is not None], np.intp)
    return Searched([partition], query, scope, now, known).pool(len(at), at)


def latest_of(scope: Scope) -> LoadedPartition:
    """Return the latest memories that a scope may see, and the latest facts."""
    newest = sorted(_latest_rows(scope), key=_when, reverse=True)
    facts = [row for row in newest if row.entry.kind in _FACTS]
    rows = {row.entry.id: row for row in (*newest[:LATEST], *facts[:LATEST_FACTS])}
    partition = LoadedPartition()
    partition.apply(sorted(rows.values(), key=_when), 0)
    return partition


def _latest_rows(scope: Scope) -> Iterator[Row]:
    """Yield the latest memories of each kind that a scope may see.

    An index has those of one owner and kind in their order. All kinds in one query would have to be
    sorted, and for that, every memory of the owner would be read.
    """
    allowed = Memory.objects.filter(current(), in_places(visible_places(scope)))
    for kind in Memory.Kind:
        owner = None if kind == Memory.Kind.SHARED_FACT else scope.person_id
        found = allowed.filter(person_id=owner, kind=kind).order_by("-said_at", "-pk")
        yield from map(row_of, found.values_list(*STORED)[:LATEST])


def _when(row: Row) -> tuple[datetime, UUID]:
    return row.entry.said_at, row.entry.id


def read_rows(ids: Sequence[UUID]) -> list[Row]:
    """Return what the database has of memories that are true now."""
    found = Memory.objects.filter(current(), pk__in=ids).values_list(*STORED)
    return [row_of(values) for values in found]


def pinned_rows(scope: Scope) -> list[Row]:
    """Return the latest pinned memories that a scope may see, which every query proposes."""
    pinned = Memory.objects.filter(current(), person_id=scope.person_id, pinned=True)
    rows = pinned.filter(in_places(own_places(scope))).order_by("-said_at").values_list(*STORED)
    return [row_of(values) for values in rows[:MOST_PINNED]]


def neighbours(ids: Sequence[UUID]) -> list[UUID]:
    """Return the ids of the lines of the same sessions around some memories, at most three a side.

    However many lines a session has, only these are read, by an index.
    """
    if not ids:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_lateral(), [list(ids)])
        else:
            cursor.execute(_correlated(), [json.dumps([one.hex for one in ids])])
        return [one if isinstance(one, UUID) else UUID(one) for (one,) in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Sample:
    """What is counted over some of the memories that a scope may see; over all if they are few.

    Args:
        taken: how many they are.
        names: who speaks in them, with the stems of each name.
        length: how many terms a text and a context have on average, by field.
        dates: weekday, day, month and year of each, shape (taken, 4).
        mean: mean of the vectors of one model, shape (dimension,); None without any.
    """

    taken: int
    names: Mapping[str, list[str]]
    length: Mapping[str, float]
    dates: npt.NDArray[np.int16]
    mean: npt.NDArray[np.float32] | None

    def statistics(
        self, query: Query, size: int, holding: Mapping[str, Mapping[str, int]]
    ) -> Statistics:
        """Return what a query asks of all that the scope may see.

        Args:
            size: how many memories that is.
            holding: how many hold each term, by field.
        """
        parts = dates_in(query.text)
        shares = {
            (part, value): int((self.dates[:, part] == value).sum()) / max(self.taken, 1)
            for part, value in parts
        }
        dates = {part: round(share * size) for part, share in shares.items()}
        return Statistics(size, self.names, self.length, holding, dates, self.mean)


def sampled(scope: Scope, model: str) -> Sample:
    """Return a sample of what a scope may see: ids are random, so the first of them are fair."""
    allowed = Memory.objects.filter(current(), in_places(visible_places(scope)))
    found = allowed.order_by("pk").values_list(*STORED)[:SAMPLE]
    rows = [row_of(values) for values in found]
    entries = [row.entry for row in rows]
    vectors = [row.vector for row in rows if row.model == model]
    known = [vector for vector in vectors if vector is not None]
    count = max(len(rows), 1)
    texts = sum(len(terms(entry.text)) for entry in entries)
    contexts = sum(len(context_terms(entry.context, entry.said_at)) for entry in entries)
    return Sample(
        taken=len(rows),
        names={entry.speaker: terms(entry.speaker) for entry in entries if entry.speaker},
        length={"text": texts / count, "context": contexts / count},
        dates=np.array([date_of(entry.said_at) for entry in entries], np.int16).reshape(-1, 4),
        mean=np.mean(known, axis=0) if known else None,
    )


# Which lines can share a session with a memory `c`: those of its spot that have no end.
_SAME_SPOT = """
    n.person_id = c.person_id AND n.place = c.place AND n.hidden = c.hidden
    AND {channel} AND {guild} AND n.kind = 'conversation' AND n.valid_to IS NULL
"""
_BEFORE = "(n.said_at, n.id) < (c.said_at, c.id) ORDER BY n.said_at DESC, n.id DESC"
_AFTER = "(n.said_at, n.id) > (c.said_at, c.id) ORDER BY n.said_at, n.id"


def _beside(same: str, order: str) -> str:
    """Return the query for the lines on one side of `c`."""
    where = _SAME_SPOT.format(
        channel=f"n.channel_id {same} c.channel_id", guild=f"n.guild_id {same} c.guild_id"
    )
    table = Memory._meta.db_table
    return f"SELECT n.id FROM {table} n WHERE {where} AND {order} LIMIT {FARTHEST}"  # noqa: S608


def _lateral() -> str:
    sides = " UNION ALL ".join(
        f"({_beside('IS NOT DISTINCT FROM', order)})" for order in (_BEFORE, _AFTER)
    )
    return f"""
        SELECT DISTINCT beside.id FROM {Memory._meta.db_table} c, LATERAL ({sides}) beside
        WHERE c.id = ANY(%s::uuid[]) AND c.kind = 'conversation' AND c.valid_to IS NULL
    """  # noqa: S608


def _correlated() -> str:
    table = Memory._meta.db_table
    sides = " UNION ".join(
        f"""
        SELECT m.id FROM {table} c JOIN {table} m ON m.id IN ({_beside("IS", order)})
        WHERE c.id IN (SELECT value FROM given)
        AND c.kind = 'conversation' AND c.valid_to IS NULL
        """  # noqa: S608
        for order in (_BEFORE, _AFTER)
    )
    return f"WITH given AS (SELECT value FROM json_each(%s)) {sides}"  # noqa: S608


def _may_be_told(row: Row, scope: Scope) -> bool:
    if is_visible(row.entry, scope):
        return True
    logger.error("index: a hit outside its scope was dropped")
    return False
