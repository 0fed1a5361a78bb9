"""Gathers what the assistant needs for a reply: facts, the message's own news, days and moods."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from botrunner.history.base import CachedMessage
from botrunner.llm.base import ReplyContext
from botrunner.offline.asked import asked, asking, is_question
from botrunner.offline.asked.kinds import likely_kinds
from botrunner.offline.feelings import asks_for_feelings, moods_felt
from botrunner.offline.in_full import in_full
from botrunner.offline.notes import Felt, Known, Likely, Line, Notes, after, known_of_memories
from botrunner.offline.stating import stating
from memories.access import Scope, is_visible
from memories.actions import FACTS
from memories.embeddings import EmbeddingError
from memories.facts import HearingExtractor
from memories.facts.dates import When, dates_in
from memories.facts.ledger import Changes, Ledger
from memories.facts.predicates import SELF
from memories.facts.statements import Claim, Said, Statement
from memories.models import Memory, Message
from memories.queries import lines_of_summaries
from memories.recall import Recalled, explained
from memories.wording.phrasing import is_small_talk
from memories.wording.words import STOP_WORDS, words
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.models import OutboxEntry

logger = logging.getLogger(__name__)

# What a person said that is looked through for an answer, the latest.
MOST_LINES = 500
LONGEST_HEARD = 2000
# The worker is at most so far behind; what it heard need not be heard again.
NOT_YET_HEARD = timedelta(minutes=10)
MOST_HEARD = 6
MOST_NEAR = 24
_hearing = HearingExtractor()


async def gather(context: ReplyContext) -> Notes:
    """Return what the assistant has at hand for a message."""
    zone = _zone(context)
    if context.scope is None or not context.person.remembers:
        return await heard(context, Notes(zone=zone), unheard=_recent(context))
    (notes, unheard), near = await asyncio.gather(
        in_database(_kept, context, context.scope, zone), _nearest(context, context.scope)
    )
    notes = await heard(context, replace(notes, near=near), unheard=unheard)
    return await asyncio.to_thread(with_likely, context, notes)


def with_likely(context: ReplyContext, notes: Notes) -> Notes:
    """Return notes with what the message likely asks for, if it asks and anything is known.

    It blocks. If no embedder answers, the wording alone decides.
    """
    text = in_full(context, asking(context.text), notes)
    if not is_question(text) or not (notes.facts or notes.lines):
        return notes
    theirs = {
        word.lower(): one.fact.subject
        for one in notes.facts
        if one.fact.name and not one.own
        for word in one.fact.name.split()
        # Somebody may be called Will.
        if word.lower() not in STOP_WORDS
    }
    named = any(word in theirs for word in words(text))
    of_self = not named and asked(text).subjects == (SELF,)
    try:
        kinds, likeness = likely_kinds(text, theirs, of_self=of_self)
    except EmbeddingError:
        logger.warning("offline companion: the embedder is away, wordings alone tell what is asked")
        return notes
    return replace(notes, likely=Likely(kinds, likeness, named))


def _zone(context: ReplyContext) -> ZoneInfo:
    """Return the zone that the person's days are counted in: it is that of the reply's time."""
    zone = context.now.tzinfo
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(environment.time_zone)


async def _nearest(context: ReplyContext, scope: Scope) -> Sequence[Recalled]:
    """Return the memories nearest to a question, though none may be near enough to be recalled."""
    question = asking(context.text)
    if not is_question(question):
        return ()
    try:
        ranked = await explained(question, scope, k=0, missed=MOST_NEAR, now=context.now)
    except Exception:
        # What was recalled for the reply may be at hand all the same.
        logger.exception("offline companion: what is near a question can't be looked up")
        return ()
    return ranked.missed


async def heard(
    context: ReplyContext, notes: Notes, *, unheard: Sequence[CachedMessage] | None = None
) -> Notes:
    """Return notes with what was just said worked in, and what the message itself changes.

    Args:
        unheard: messages before this one whose facts are not among the notes; by default all of
            the last minutes.
    """
    facts = list(notes.facts)
    for message in _recent(context) if unheard is None else unheard:
        said = Said(message.text, message.sent_at, str(notes.zone), *_before(context, message))
        changes, _ = await _hear(said, facts)
        facts = after(facts, changes, context.now, notes.zone)
    said = Said(context.text, context.now, str(notes.zone), *_before(context))
    changes, stated = await _hear(said, facts)
    return replace(notes, facts=facts, changes=changes, again=_known_already(stated, facts))


def _recent(context: ReplyContext) -> list[CachedMessage]:
    since = context.now - NOT_YET_HEARD
    recent = [
        one
        for one in context.history
        if not one.from_companion
        and one.person_id == context.person.id
        and (not context.person.remembers or one.sent_at >= since)
    ]
    return recent[-MOST_HEARD:]


def _before(
    context: ReplyContext, message: CachedMessage | None = None
) -> tuple[str, datetime | None]:
    """Return what the person said just before a message, the present one by default, and when."""
    until = message.sent_at if message else context.now
    own = [
        one
        for one in context.history
        if not one.from_companion
        and one.person_id == context.person.id
        and one is not message
        and until - NOT_YET_HEARD <= one.sent_at <= until
    ]
    return (own[-1].text, own[-1].sent_at) if own else ("", None)


async def _hear(said: Said, facts: Sequence[Known]) -> tuple[Changes, list[Statement]]:
    # A greeting states nothing: the first reply needn't wait for the models that hear facts.
    if is_small_talk(said.text):
        return Changes(), []
    current = [one.fact for one in facts if one.fact.until is None and one.fact.predicate != "note"]
    said = replace(said, text=said.text[:LONGEST_HEARD])
    try:
        stated = await _hearing.statements(said, current)
    except EmbeddingError:
        logger.warning("offline companion: the embedder is away, nothing is heard in the message")
        return Changes(), []
    return Ledger(current, said.at).apply(stated), stated


def _known_already(stated: Sequence[Statement], facts: Sequence[Known]) -> list[Known]:
    """Return the facts that statements repeat."""
    return [
        known
        for known in facts
        if not known.over
        and any(
            one.claim is Claim.HOLDS
            and one.predicate == known.fact.predicate
            and one.subject == known.fact.subject
            and one.value.lower() == known.fact.value.lower()
            for one in stated
        )
    ]


def _kept(context: ReplyContext, scope: Scope, zone: ZoneInfo) -> tuple[Notes, list[CachedMessage]]:
    rows = Memory.objects.filter(person_id=scope.person_id, kind=Memory.Kind.USER_FACT)
    ordered = rows.defer("embedding").order_by("said_at", "revision")
    visible = [row for row in ordered if is_visible(row, scope)]
    sources = _sources(visible) if is_question(asking(context.text)) else []
    notes = Notes(
        known_of_memories(visible, context.now, zone, dict(sources)),
        heard=frozenset(text for _, text in sources),
        lines=_lines(context, scope),
        felt=_felt(context, scope, zone),
        zone=zone,
    )
    return notes, _unheard(_recent(context))


def _sources(facts: Sequence[Memory]) -> list[tuple[UUID, str]]:
    """Return the words that facts were taken from, each with the id of its fact."""
    links = Memory.sources.through.objects.filter(memory__in=[one.pk for one in facts])
    found = links.order_by("-message__sent_at").values_list("memory_id", "message__text")
    return [(memory, " ".join(text.split())) for memory, text in found if text]


def _unheard(recent: Sequence[CachedMessage]) -> list[CachedMessage]:
    """Return the messages that the worker has not heard yet."""
    if not recent:
        return []
    waiting = OutboxEntry.objects.filter(topic=FACTS).values_list("payload", flat=True)
    messages = Message.objects.filter(
        pk__in=[int(payload["message"]) for payload in waiting if "message" in payload],
        platform_id__in=[one.id for one in recent],
    )
    ids = set(messages.values_list("platform_id", flat=True))
    return [one for one in recent if one.id in ids]


def past_day(text: str, now: datetime, zone: ZoneInfo) -> When | None:
    """Return the day or days before now that a text names; None if it names none."""
    named = dates_in(text, now, zone, past=True)
    return next((when for when in named if when.first <= now.astimezone(zone).date()), None)


def _lines(context: ReplyContext, scope: Scope) -> list[Line]:
    """Return what the person stated, if they also ask something."""
    if not is_question(asking(context.text)):
        return []
    rows = Memory.objects.filter(person_id=scope.person_id, kind=Memory.Kind.CONVERSATION)
    latest = rows.defer("embedding").order_by("-said_at")[:MOST_LINES]
    shown = [Line(row.text, row.said_at) for row in latest if is_visible(row, scope)]
    # Of old sessions only summaries are recalled, which were checked already.
    recalled = lines_of_summaries(one.entry for one in context.recalled)
    rolled = [Line(message.text, message.sent_at) for message in recalled]
    lines = dict.fromkeys([*rolled, *reversed(shown)])
    stated = (replace(line, text=stating(line.text)) for line in lines)
    return [line for line in stated if line.text]


def _felt(context: ReplyContext, scope: Scope, zone: ZoneInfo) -> Sequence[Felt]:
    if not scope.is_alone or not asks_for_feelings(context.text[:200]):
        return ()
    when = past_day(context.text[:200], context.now, zone)
    return moods_felt(scope.person_id, context.now, zone, when)


async def gather_quietly(context: ReplyContext) -> Notes:
    """Return what is at hand; only what was just said if the database is away."""
    try:
        return await gather(context)
    except asyncio.CancelledError:
        raise
    except Exception:
        # Without its notes the companion still answers, with less.
        logger.exception("offline companion: notes can't be read")
        return await heard(context, Notes(zone=_zone(context)))
