"""Store what went out: the reply, its trace, and the work that follows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from botrunner.conversation.actions.describing import describe, scores_of
from botrunner.conversation.actions.receiving import KNOWN_FACTS
from botrunner.conversation.base import Delivered, Incoming
from botrunner.conversation.fates import owes_reply, says_otherwise, withdrew
from botrunner.conversation.handlers import RELATE
from botrunner.conversation.messages import said_back
from botrunner.conversation.received import Received
from botrunner.history.base import CachedMessage
from botrunner.llm.base import ChatMessage
from botrunner.reminders.actions import note_sent
from botrunner.reminders.asking import may_correct, names_reminder
from botrunner.reminders.handlers import REMIND
from botrunner.servers.actions import note_tokens
from botrunner.servers.queries import today
from memories import actions, queries
from memories.access import Scope, is_visible
from memories.actions import FACTS, FEEL, JUDGE_MOOD, SUMMARY, MemoryDraft, Said
from memories.decisions import Weighed, decisions_on, on_moods
from memories.index.base import Entry
from memories.models import Memory, Message, PlaceDecision
from memories.recall import Recalled
from memories.wording.memorable import asks_not_to_keep, worth_remembering
from profiles.actions import ask_consent
from profiles.emotions import Feeling
from profiles.emotions.judging import JUDGE
from profiles.emotions.state import lately_line
from profiles.handlers import RECORD_EMOTION, feeling_payload
from profiles.queries import still_agrees
from profiles.relationship.actions import followed_up
from profiles.relationship.rules import SESSION_GAP
from whisper import outbox
from whisper.database.prepared import prepared
from whisper.models import OutboxEntry

CONTEXT_LENGTH = 300


@dataclass(frozen=True, slots=True)
class SentReply:
    """A delivered reply and what it was made from.

    Args:
        history: what was said before, as the prompt has it.
        held_back: memories that came to mind, but may not be told if it was given.
        left_out: memories that its prompt did not quote.
        missed: the next best memories, which were not recalled.
        hashes: SHA-256 of each file that was read for it, by its address.
        feelings: how each message of its turn feels, by the platform's id; `feeling` by default.
        keep: whether its words may be kept; not if they take up what is not kept.
        reminders: keys of those that it delivered.
    """

    delivered: Sequence[Delivered]
    prompt: Sequence[ChatMessage]
    recalled: Sequence[Recalled]
    feeling: Feeling
    milliseconds: Mapping[str, float]
    tokens: Mapping[str, int]
    model: str
    error: str
    context: str
    history: Sequence[CachedMessage] = ()
    held_back: Sequence[Entry] = ()
    left_out: Collection[UUID] = ()
    missed: Sequence[Recalled] = ()
    feelings: Mapping[int, Feeling] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)
    keep: bool = True
    reminders: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class StoredReply:
    """What the database holds of a reply.

    Args:
        said: its pieces, with the words that were kept.
        trace: the key of its trace; None if nothing of why it was given may be kept.
        is_kept: whether more than ids and times is kept of what it replies to.
    """

    said: Sequence[Said]
    trace: int | None = None
    is_kept: bool = False


def begin_sending(turn: Sequence[Received], incoming: Incoming, text: str, *, keep: bool) -> bool:
    """Note that a reply is being sent; return whether it is still wanted.

    The text is kept until all of it is sent, where what the person says may be kept. What a person
    reads on this machine is shown at once, and needs no note.

    Args:
        keep: whether the words of the reply may be kept, if those of its person may.
    """
    if incoming.local:
        return owes_reply([one.message.pk for one in turn])
    with transaction.atomic():
        agrees = turn[-1].profile is not None and _may_keep(turn[-1].message, incoming)
        draft = actions.clean(text) if keep and agrees else ""
        return actions.begin_sending([one.message.pk for one in turn], draft=draft)


def store_reply(
    turn: Sequence[Incoming], received: Sequence[Received], reply: SentReply
) -> StoredReply:
    """Store a reply with its trace and everything that follows.

    Its tokens count on its server. Where nothing may be kept, only the ids and times are, and that
    the question was asked. If the person withdrew something while the reply was made, its words and
    its prompt may quote that: they are not kept. What was edited is followed as it is now, what was
    deleted not at all.

    Args:
        turn: the messages that it replies to, oldest first.
        received: the same as they were received.
    """
    guild_id = turn[-1].guild_id
    with transaction.atomic():
        stored = _store_reply(turn, received, reply)
        if guild_id is not None and reply.tokens:
            # Last: all replies on a server wait for each other here.
            note_tokens(guild_id, today(), sum(reply.tokens.values()))
        return stored


def _store_reply(
    turn: Sequence[Incoming], received: Sequence[Received], reply: SentReply
) -> StoredReply:
    """Do what `store_reply` does but for the tokens, within the caller's transaction."""
    incoming, latest = turn[-1], received[-1]
    rows = _held([one.message.pk for one in received])
    # They may have declined, or asked to be forgotten, while the model was writing.
    known = latest.profile is not None or bool(rows)
    agrees = known and still_agrees(incoming.person_id)
    # If a part of the turn was deleted, the rest still has its reply, without its words.
    whole = all(
        one.message.pk in rows or asks_not_to_keep(came.text)
        for came, one in zip(turn, received, strict=True)
    )
    if agrees and (not whole or _quotes_old_words(turn, received, rows, reply)):
        reply = _without_words(reply)
    keep = agrees and bool(rows)
    said = [said_back(incoming, one, keep=keep and reply.keep) for one in reply.delivered]
    replies = [actions.store_reply_piece(one) for one in said]
    actions.complete_replies([one.message.pk for one in received])
    for reminder in reply.reminders:
        note_sent(reminder, at=timezone.now())
    if latest.consent_missing:
        ask_consent(incoming.person_id, source=incoming.platform)
    if not agrees:
        return StoredReply(said)
    traced = keep and latest.message.pk in rows
    if keep and reply.hashes:
        actions.note_hashes(list(rows), reply.hashes)
    trace = _store_trace(incoming, latest, reply, replies) if traced else None
    _follow_up(turn, [rows.get(one.message.pk) for one in received], latest, reply)
    if reply.recalled and not reply.error:
        # After what locks their partition: other writers lock that first, then memories.
        used = [memory.entry.id for memory in reply.recalled]
        actions.note_recalls(used, at=timezone.now())
    if latest.follow_up is not None and not reply.error:
        followed_up(incoming.person_id, latest.follow_up.message_pk)
    return StoredReply(said, trace, keep)


def _quotes_old_words(
    turn: Sequence[Incoming],
    received: Sequence[Received],
    rows: Mapping[int, Message],
    reply: SentReply,
) -> bool:
    """Return whether a reply may quote what its person, or the channel, no longer says.

    An edit may also have come after the message and before its reply was begun.
    """
    edited = any(
        rows[one.message.pk].text != came.text
        for one, came in zip(received, turn, strict=True)
        if one.message.pk in rows
    )
    return edited or withdrew(received[-1]) or says_otherwise(turn[-1].channel_id, reply.history)


def _held(message_pks: Collection[int]) -> dict[int, Message]:
    """Return messages that say something and were not deleted, held to the transaction's end."""
    return {row.pk: row for row in _worded(*message_pks)}


_worded = prepared(
    lambda *pks: (
        Message.objects.select_for_update()
        .filter(pk__in=pks, deleted_at=None)
        .exclude(person_id=None)
        .order_by("pk")
    )
)


def _store_trace(
    incoming: Incoming, received: Received, reply: SentReply, replies: Sequence[Message]
) -> int:
    trace = actions.store_trace(
        received.message.pk,
        reply=replies[0] if replies else None,
        person_id=incoming.person_id,
        prompt=list(reply.prompt),
        recalled=[describe(memory, reply.left_out) for memory in reply.recalled],
        missed=[scores_of(memory) for memory in reply.missed],
        emotion=reply.feeling.emotion,
        milliseconds=dict(reply.milliseconds),
        tokens=dict(reply.tokens),
        model=reply.model,
        error=reply.error[:200],
        # What was thought of a reply that was written again says nothing of this one.
        rating=None,
    )
    actions.keep_decisions(_decisions(received, reply))
    return trace.pk


def _without_words(reply: SentReply) -> SentReply:
    """Return a reply without what may quote words that were withdrawn."""
    return replace(
        reply,
        delivered=[replace(one, text="") for one in reply.delivered],
        prompt=[],
        recalled=[],
        missed=[],
        held_back=[],
        context="",
    )


def _decisions(received: Received, reply: SentReply) -> list[PlaceDecision]:
    """Return what was decided about facts and memories that were said elsewhere."""
    scope = received.scope
    told = [*received.facts, *(memory.entry for memory in reply.recalled)]
    facts = queries.known_facts(Scope.access(scope.person_id), limit=KNOWN_FACTS)
    held_back = [fact for fact in facts if not is_visible(fact, scope)]
    weighed = Weighed(told, [*held_back, *reply.held_back])
    decisions = decisions_on(weighed, scope, received.level)
    if received.profile and not scope.is_alone and lately_line(received.profile, received.at):
        decisions.append(on_moods(scope, received.level))
    return decisions


def _may_keep(message: Message, incoming: Incoming) -> bool:
    """Return whether the author still agrees, and what they said was not erased meanwhile."""
    agrees = still_agrees(incoming.person_id)
    return agrees and _own.first(message.pk, incoming.person_id) is not None


_own = prepared(
    lambda pk, person_id: Message.objects.filter(pk=pk, person_id=person_id).values_list(
        "pk", flat=True
    )
)


def _follow_up(
    turn: Sequence[Incoming],
    rows: Sequence[Message | None],
    latest: Received,
    reply: SentReply,
) -> None:
    """Remember what was said, and leave the analyses to the worker.

    Args:
        rows: the messages as they are now, which may have been edited; None for those deleted.
    """
    said = [(came, row) for came, row in zip(turn, rows, strict=True) if row is not None]
    actions.remember_all(
        _memory_of(came, row, reply) for came, row in said if worth_remembering(row.text)
    )
    work = [entry for came, row in said for entry in _analyses(came, row, reply)]
    seen, began_at = latest.last_seen, turn[0].sent_at
    if said and seen is not None and began_at - seen > SESSION_GAP:
        person, channel = turn[0].person_id, turn[0].channel_id
        session = {"person": str(person), "channel": str(channel), "until": seen.isoformat()}
        work.append(outbox.entry(SUMMARY, session, person_id=person))
    outbox.enqueue_all(work)


def _memory_of(incoming: Incoming, message: Message, reply: SentReply) -> MemoryDraft:
    feeling = _feeling(incoming, reply)
    return MemoryDraft(
        person_id=incoming.person_id,
        kind=Memory.Kind.CONVERSATION,
        text=message.text,
        context=reply.context[:CONTEXT_LENGTH],
        speaker=incoming.person_name,
        place=incoming.place,
        guild_id=incoming.guild_id,
        channel_id=incoming.audience_channel_id,
        said_at=incoming.sent_at,
        origin=f"message:{message.pk}",
        emotion=feeling.emotion,
        importance=0.3 + 0.4 * feeling.intensity,
        sources=(message.pk,),
    )


def _analyses(incoming: Incoming, message: Message, reply: SentReply) -> Iterator[OutboxEntry]:
    """Yield the work that follows from a message."""
    person, text, this = incoming.person_id, message.text, {"message": str(message.pk)}
    if names_reminder(text) or may_correct(text):
        yield outbox.entry(REMIND, this, person_id=person)
    if text:
        yield outbox.entry(FACTS, this, person_id=person)
    if text == incoming.text:
        felt = feeling_payload(
            _feeling(incoming, reply),
            person_id=person,
            message_pk=message.pk,
            felt_at=incoming.sent_at,
            edited_at=message.edited_at,
        )
        topic = JUDGE_MOOD if JUDGE.is_chosen and text else RECORD_EMOTION
        yield outbox.entry(topic, felt, person_id=person)
    else:
        yield outbox.entry(FEEL, this, person_id=person)
    # After the facts: whether something personal is known counts.
    yield outbox.entry(RELATE, this, person_id=person)


def _feeling(incoming: Incoming, reply: SentReply) -> Feeling:
    return reply.feelings.get(incoming.platform_id, reply.feeling)
