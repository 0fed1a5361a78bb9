"""What a person allows to be told where, and what was decided by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memories.access import rule_in_words
from memories.models import PlaceDecision
from memories.queries import latest_decisions, names_of_places, place_in_words, texts_of
from profiles.models import Consent
from profiles.privacy import Way, ways_of
from whisper.accounts.reading import Reading

MOST_DECISIONS = 50


@dataclass(frozen=True, slots=True)
class Decision:
    """What was told in another place, or held back.

    Args:
        text: of the memory; empty if there is none, or it is gone, or the admin may not read it.
        hidden: whether the admin may not read it.
        rule: what decided, in words.
    """

    row: PlaceDecision
    said_in: str
    told_in: str
    text: str
    rule: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Privacy:
    """What a person allows, and what was decided by it."""

    ways: Sequence[tuple[str, bool]]
    decisions: Sequence[Decision]


def privacy_of(person_id: int, consent: Consent | None, reading: Reading) -> Privacy:
    """Return what a person allows, with the latest decisions.

    Args:
        reading: what the admin may read; other memories show only where they were said.
    """
    opened = ways_of(consent)
    rows = latest_decisions(person_id, limit=MOST_DECISIONS)
    names = names_of_places(one for row in rows for one in (row.from_channel_id, row.to_channel_id))
    texts = texts_of(row.memory_id for row in rows if reading.may_read(row.from_place))
    return Privacy(
        [(way.meaning, way in opened) for way in Way],
        [
            Decision(
                row,
                place_in_words(row.from_place, row.from_channel_id, names),
                place_in_words(row.to_place, row.to_channel_id, names),
                texts.get(row.memory_id, ""),
                rule_in_words(row.reason),
                row.memory_id is not None and not reading.may_read(row.from_place),
            )
            for row in rows
        ],
    )
