"""Search among very many people's memories at once, where comparing all of them takes too long.

PostgreSQL has an index of the words (migration 0021) and narrows them down: what holds all words
that are asked for comes first, then what holds any of them, the newest of each. Only these are
compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from memories.models import Memory
from memories.search.base import Asked, Mode
from memories.search.matching import asked_terms
from memories.search.scopes import Console
from memories.wording.words import UNSPACED
from whisper.database.counts import about_how_many

# Of fewer memories all are compared.
MANY = 20_000
# Reading and comparing a memory takes some 0.05 ms.
COMPARED = 1_000
# What a total counts up to.
COUNTED = 10_000
SHORTEST_STEM = 4
# The words of a memory as the index has them. What stands between words in addresses is a space,
# so that each part of an address is a word. The index is used only if this is the same to a letter.
WORDS = "to_tsvector('simple', translate(text || ' ' || context, './@_:<>&+~-=#', '             '))"
NEWEST = (
    f"There are too many memories to compare all of them: these are among the newest {COMPARED:,} "
    "that hold such words. Choose a person, or other filters, to find older ones."
)
NEWEST_OF_ALL = (
    "There are too many memories to compare the meaning of all of them: these are among the newest "
    f"{COMPARED:,}. Choose a person, or other filters, to find older ones."
)


def newest_note(asked: Asked) -> str:
    """Return what a page says if only the newest memories were compared."""
    return NEWEST_OF_ALL if asked.query.mode is Mode.MEANING else NEWEST


def is_wide(asked: Asked) -> bool:
    """Return whether a search is among too many memories to compare all of them."""
    everybody = isinstance(asked.scope, Console) and asked.scope.person_id is None
    return everybody and connection.vendor == "postgresql" and about_how_many(Memory) >= MANY


def compared(rows: QuerySet[Memory], asked: Asked, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return the memories that are compared with a query, at most `COMPARED`.

    Where no words narrow them down (letters wrong, meaning alone, scripts without spaces), they are
    the newest.

    Args:
        columns: of each memory, the key first.
    """
    newest = rows.order_by("-said_at", "pk").values_list(*columns)
    words = _words(asked)
    if not words:
        return list(newest[:COMPARED])
    together = " & " if len(words) > 1 else ""
    found = list(newest.filter(_holds(together.join(words)))[:COMPARED])
    if asked.query.mode is not Mode.PHRASE and len(words) > 1 and len(found) < COMPARED:
        some = newest.filter(_holds(" | ".join(words)))[:COMPARED]
        known = {row[0] for row in found}
        found += [row for row in some if row[0] not in known][: COMPARED - len(found)]
    return found


def bounded_count(rows: QuerySet[Memory]) -> int:
    """Return how many memories there are, up to `COUNTED`."""
    return rows[:COUNTED].count()


def _holds(words: str) -> RawSQL:
    sql = f"{WORDS} @@ to_tsquery('simple', %s)"
    return RawSQL(sql, [words], output_field=BooleanField())  # noqa: S611 - sql is a constant


def _words(asked: Asked) -> Sequence[str]:
    """Return what a text must hold as PostgreSQL writes it: a phrase's words, else beginnings.

    A stem's last letter may differ from the word's: of "happy" it is "happi".
    """
    terms = asked_terms(asked.query)
    if asked.query.mode in (Mode.FUZZY, Mode.MEANING) or any(
        UNSPACED.search(term) for term in terms
    ):
        return ()
    parts = [part for term in terms for part in term.split("_") if part]
    if asked.query.mode is Mode.PHRASE:
        return [f"'{part}'" for part in parts]
    return [_beginning(part) for part in parts]


def _beginning(stem: str) -> str:
    """Return what a word begins with that has a stem; what holds digits has no other forms."""
    if not stem.isalpha():
        return f"'{stem}'"
    return f"'{stem if len(stem) < SHORTEST_STEM else stem[:-1]}':*"
