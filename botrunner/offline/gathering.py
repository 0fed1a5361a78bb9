"""Gathers what the assistant needs for a reply: facts, the message's own news, days and moods."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from botrunner.llm.base import ReplyContext
from botrunner.offline.notes import Known, Line, Notes, after, known_of_memories
from memories.access import Scope, is_visible
from memories.embeddings import EmbeddingError
from memories.facts.dates import When, dates_in
from memories.facts.hearing import HearingExtractor
from memories.facts.ledger import Changes, Ledger
from memories.facts.queries import own_zone
from memories.facts.statements import Said
from memories.models import Memory
from profiles.emotions.lately import days_felt, in_words
from whisper.database.access import in_database

logger = logging.getLogger(__name__)

LATELY = timedelta(days=14)
MOST_LINES = 12
LONGEST_HEARD = 2000
# The worker is at most so far behind; what it heard need not be heard again.
NOT_YET_HEARD = timedelta(minutes=10)
MOST_HEARD = 6
_FEELING = re.compile(r"(?i)\b(?:feel|feeling|felt|mood|moods|doing|been)\b")

_hearing = HearingExtractor()


async def gather(context: ReplyContext) -> Notes:
    """Return what the assistant has at hand for a message."""
    zone = own_zone()
    notes = Notes(zone=zone)
    if context.scope is not None and context.person.remembers:
        notes = await in_database(_kept, context, context.scope, zone)
    return await heard(context, notes)


async def heard(context: ReplyContext, notes: Notes) -> Notes:
    """Return notes with what was just said worked in, and what the message itself changes."""
    facts = list(notes.facts)
    since = context.now - NOT_YET_HEARD
    earlier = [
        one
        for one in context.history
        if not one.from_companion
        and one.person_id == context.person.id
        and (not context.person.remembers or one.sent_at >= since)
    ]
    for message in earlier[-MOST_HEARD:]:
        changes = await _hear(message.text, message.sent_at, facts, notes.zone)
        facts = after(facts, changes, context.now, notes.zone)
    changes = await _hear(context.text, context.now, facts, notes.zone)
    return Notes(facts, changes, notes.lines, notes.lately, notes.zone)


async def _hear(text: str, at: datetime, facts: Sequence[Known], zone: ZoneInfo) -> Changes:
    current = [one.fact for one in facts if one.fact.until is None and one.fact.predicate != "note"]
    said = Said(text[:LONGEST_HEARD], at, str(zone))
    try:
        stated = await _hearing.statements(said, current)
    except EmbeddingError:
        logger.warning("offline companion: the embedder is away, nothing is heard in the message")
        return Changes()
    return Ledger(current, at).apply(stated)


def _kept(context: ReplyContext, scope: Scope, zone: ZoneInfo) -> Notes:
    rows = Memory.objects.filter(person_id=scope.person_id, kind=Memory.Kind.USER_FACT)
    ordered = rows.defer("embedding").order_by("said_at", "revision")
    visible = [row for row in ordered if is_visible(row, scope)]
    return Notes(
        known_of_memories(visible, context.now, zone),
        lines=_lines(context, scope, zone),
        lately=_lately(context, scope, zone),
        zone=zone,
    )


def past_day(text: str, now: datetime, zone: ZoneInfo) -> When | None:
    """Return the day or days before now that a text names; None where it names none."""
    named = dates_in(text, now, zone, past=True)
    return next((when for when in named if when.first <= now.astimezone(zone).date()), None)


def _lines(context: ReplyContext, scope: Scope, zone: ZoneInfo) -> list[Line]:
    when = past_day(context.text[:200], context.now, zone)
    if when is None:
        return []
    rows = Memory.objects.filter(
        person_id=scope.person_id,
        kind=Memory.Kind.CONVERSATION,
        said_at__gte=when.begins(zone),
        said_at__lt=when.ends(zone),
    ).order_by("said_at")
    shown = (row for row in rows.defer("embedding")[:100] if is_visible(row, scope))
    return [Line(row.text, row.said_at) for row in shown if "?" not in row.text][:MOST_LINES]


def _lately(context: ReplyContext, scope: Scope, zone: ZoneInfo) -> str:
    if not scope.is_alone or not _FEELING.search(context.text[:200]):
        return ""
    days = days_felt(scope.person_id, since=context.now - LATELY, zone=zone)
    return in_words(days, today=context.now.astimezone(zone).date())


async def gather_quietly(context: ReplyContext) -> Notes:
    """Return what is at hand; where the database is away, what was just said alone."""
    try:
        return await gather(context)
    except asyncio.CancelledError:
        raise
    except Exception:
        # Without its notes the companion still answers, with less.
        logger.exception("offline companion: notes can't be read")
        return await heard(context, Notes(zone=own_zone()))
