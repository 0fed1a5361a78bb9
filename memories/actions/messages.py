"""Write messages with their traces and decisions, and follow edits and deletions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from memories.actions.base import FACTS, NAME_SLOTS, SUMMARY, clean
from memories.actions.facts import make_current
from memories.actions.memories import change_text, forget
from memories.models import (
    Memory,
    Message,
    Place,
    PlaceDecision,
    ReplyTrace,
)
from profiles.actions import check_id, rename
from profiles.queries import profile_of, still_agrees
from whisper import outbox
from whisper.action_log import Actor, log
from whisper.names import one_line, safe_name


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it came in, before it is stored.

    Args:
        platform_id: the platform's id; a second message with it is the same message.
        person_id: its author; for the companion's own words the person that it answers.
        keep: whether text and author may be kept; without it only id, channel and time are.
        expects_answer: whether the companion owes an answer.
    """

    platform: str
    platform_id: int
    person_id: int
    author_name: str
    text: str
    sent_at: datetime
    channel_id: int
    guild_id: int | None
    place: Place
    keep: bool
    parent_id: int | None = None
    reply_to: int | None = None
    attachments: Sequence[Mapping[str, Any]] = ()
    mentions: Sequence[int] = ()
    from_companion: bool = False
    from_bot: bool = False
    expects_answer: bool = False


def store_message(said: Said) -> tuple[Message, bool]:
    """Store a message once by its id; the second value tells whether it was new."""
    check_id(said.person_id)
    kept = said.keep
    return Message.objects.get_or_create(
        platform=said.platform,
        platform_id=check_id(said.platform_id),
        defaults={
            "channel_id": check_id(said.channel_id),
            "parent_id": said.parent_id,
            "guild_id": said.guild_id,
            "place": said.place,
            "author_name": safe_name(said.author_name) if kept else "",
            "person_id": said.person_id if kept else None,
            "from_companion": said.from_companion,
            "from_bot": said.from_bot or said.from_companion,
            "text": clean(said.text) if kept else "",
            "attachments": [dict(one) for one in said.attachments] if kept else [],
            "mentions": [str(one) for one in said.mentions] if kept else [],
            "reply_to": said.reply_to,
            "sent_at": said.sent_at,
            "answer": Message.Answer.PENDING if said.expects_answer else Message.Answer.NONE,
        },
    )


def settle_answer(message_pk: int, answer: Message.Answer) -> None:
    """Note that a message was answered, or that it never will be."""
    Message.objects.filter(pk=message_pk).update(answer=answer)


def store_trace(message_pk: int, **values: Any) -> ReplyTrace:
    """Keep why a message was answered as it was; a second trace of it replaces the first."""
    return ReplyTrace.objects.update_or_create(message_id=message_pk, defaults=values)[0]


def edit_message(
    platform: str,
    platform_id: int,
    *,
    text: str,
    edited_at: datetime,
    actor: Actor | None = None,
    reason: str = "",
) -> bool:
    """Follow an edit made by the author, in the message and in the memories made of it.

    Facts and summaries of the old text go, and what they had superseded is true again; the worker
    makes new ones of the new text.
    """
    with transaction.atomic():
        message = Message.objects.filter(platform=platform, platform_id=platform_id).first()
        if message is None or not message.text:
            return False
        # Held to the end: nobody writes facts of the old text after those that are known went.
        agrees = message.person_id is not None and still_agrees(message.person_id)
        text, changed = clean(text), message.text != clean(text)
        Message.objects.filter(pk=message.pk).update(text=text, edited_at=edited_at)
        if changed:
            _log_message("message.edit", message, actor, reason)
            for memory in message.memories.filter(kind=Memory.Kind.CONVERSATION):
                change_text(memory, text)
            _derive_again(message, agrees=agrees)
    return True


def _derive_again(message: Message, *, agrees: bool) -> None:
    """Take back what was made of a message's old text, and leave the rest to the worker."""
    facts = list(message.memories.filter(kind=Memory.Kind.USER_FACT).defer("embedding"))
    summaries = list(message.memories.filter(kind=Memory.Kind.SUMMARY).defer("embedding"))
    sessions = [summary.sources.order_by("-sent_at").first() for summary in summaries]
    make_current(facts, message)
    _unname(message.person_id, facts)
    forget(memory.pk for memory in (*facts, *summaries))
    if not agrees or message.from_companion:
        return
    outbox.enqueue(FACTS, {"message": str(message.pk)}, person_id=message.person_id)
    for last in sessions:
        session = {
            "person": str(message.person_id),
            "channel": str(message.channel_id),
            "until": (last or message).sent_at.isoformat(),
        }
        outbox.enqueue(SUMMARY, session, person_id=message.person_id)


def _unname(person_id: int | None, facts: Sequence[Memory]) -> None:
    """Call a person no longer by a name that is known from these facts alone."""
    told = [fact for fact in facts if fact.slot in NAME_SLOTS]
    profile = profile_of(person_id) if person_id is not None and told else None
    if profile is None or not profile.preferred_name:
        return
    if any(profile.preferred_name in one_line(fact.text) for fact in told):
        rename(profile.person_id, preferred_name="")


def delete_message(
    platform: str,
    platform_id: int,
    *,
    deleted_at: datetime,
    actor: Actor | None = None,
    reason: str = "",
) -> bool:
    """Follow a deletion made by the author: the text goes, and what was remembered of it."""
    with transaction.atomic():
        message = Message.objects.filter(platform=platform, platform_id=platform_id).first()
        if message is None:
            return False
        Message.objects.filter(pk=message.pk).update(
            text="", attachments=[], mentions=[], deleted_at=deleted_at
        )
        _log_message("message.delete", message, actor, reason)
        ReplyTrace.objects.filter(message=message).delete()
        make_current(list(message.memories.filter(kind=Memory.Kind.USER_FACT)), message)
        forget(Memory.objects.filter(sources=message).values_list("pk", flat=True))
    return True


def _log_message(action: str, message: Message, actor: Actor | None, reason: str) -> None:
    """Log what happened to a message that may be kept; others leave no trace but their ids."""
    if message.person_id is not None:
        by = actor or Actor.person(message.person_id)
        log(action, actor=by, reason=reason, person_id=message.person_id, on=message)


# Of each person the newest decisions are kept, and the same one again only after a time.
DECISIONS = 1_000
DECISION_REPEATS = timedelta(days=1)


def keep_decisions(decisions: list[PlaceDecision]) -> None:
    """Store one person's decisions on one reply, but for those of the same day; drop the oldest."""
    if not decisions:
        return
    one = decisions[0]
    same_way = PlaceDecision.objects.filter(
        person_id=one.person_id,
        to_place=one.to_place,
        to_channel_id=one.to_channel_id,
        level=one.level,
        decided_at__gt=timezone.now() - DECISION_REPEATS,
    )
    known = set(same_way.values_list("memory_id", "allowed", "reason"))
    PlaceDecision.objects.bulk_create(
        row for row in decisions if (row.memory_id, row.allowed, row.reason) not in known
    )
    of_them = PlaceDecision.objects.filter(person_id=one.person_id)
    surplus = of_them.order_by("-decided_at", "-pk").values_list("pk", flat=True)[DECISIONS:]
    PlaceDecision.objects.filter(pk__in=list(surplus)).delete()
