"""Write messages with their traces and decisions, and follow edits and deletions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from memories.actions.base import clean_to_keep
from memories.actions.replies import drop_drafts, give_up_replies
from memories.actions.withdrawing import take_back
from memories.models import (
    Message,
    Place,
    PlaceDecision,
    ReplyTrace,
)
from memories.wording.memorable import asks_not_to_keep
from profiles.actions import check_id
from profiles.queries import still_agrees
from whisper.action_log import Actor, log
from whisper.database.inserting import insert
from whisper.names import safe_name


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it came in, before it is stored.

    Args:
        platform_id: the platform's id; a second message with it is the same message.
        person_id: its author; for the companion's own words the person that it answers.
        keep: whether text and author may be kept; without it only id, channel and time are.
        expects_reply: whether the companion owes a reply.
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
    mentions: Mapping[int, str] = field(default_factory=dict)
    from_companion: bool = False
    from_bot: bool = False
    expects_reply: bool = False


def store_message(said: Said) -> tuple[Message, bool]:
    """Store a message once by its id; the second value says whether it was new.

    Most are, so it is written first, and read only if it is there.
    """
    check_id(said.person_id)
    kept = said.keep
    message = Message(
        platform=said.platform,
        platform_id=check_id(said.platform_id),
        channel_id=check_id(said.channel_id),
        parent_id=said.parent_id,
        guild_id=said.guild_id,
        place=said.place,
        author_name=safe_name(said.author_name) if kept else "",
        person_id=said.person_id if kept else None,
        from_companion=said.from_companion,
        from_bot=said.from_bot or said.from_companion,
        text=clean_to_keep(said.text) if kept else "",
        attachments=[dict(one) for one in said.attachments] if kept else [],
        mentions=_as_json(said.mentions) if kept else {},
        reply_to=said.reply_to,
        sent_at=said.sent_at,
        reply_state=Message.Reply.PENDING if said.expects_reply else Message.Reply.NONE,
    )
    try:
        with transaction.atomic():
            insert(message)
    except IntegrityError:
        known = Message.objects.filter(platform=said.platform, platform_id=said.platform_id)
        if (held := known.first()) is None:
            raise
        return held, False
    return message, True


def store_reply_piece(said: Said) -> Message:
    """Store a message of the companion's; one that it has written again says its new words."""
    message, is_new = store_message(said)
    text = clean_to_keep(said.text) if said.keep else ""
    if not is_new and message.text != text:
        held = Message.objects.filter(pk=message.pk, deleted_at=None, person_id=said.person_id)
        held.update(text=text)
    return message


def fill_message(
    message: Message,
    *,
    person_id: int,
    author_name: str,
    text: str,
    attachments: Sequence[Mapping[str, Any]] = (),
    mentions: Mapping[int, str] | None = None,
) -> bool:
    """Give a message whose id alone was stored its words, which its person asks for.

    Args:
        person_id: its author; for the companion's own words the person that it answered.

    Returns:
        False if it has words already, or was deleted.
    """
    rows = Message.objects.filter(pk=message.pk, person_id=None, deleted_at=None)
    return bool(
        rows.update(
            author_name=safe_name(author_name),
            person_id=person_id,
            text=clean_to_keep(text),
            attachments=[dict(one) for one in attachments],
            mentions=_as_json(mentions or {}),
        )
    )


def note_hashes(message_pks: Collection[int], hashes: Mapping[str, str]) -> None:
    """Note the SHA-256 of files that messages had attached, beside their names.

    Args:
        hashes: by the files' addresses.
    """
    for message in Message.objects.filter(pk__in=message_pks).exclude(attachments=[]):
        attachments = [
            {**one, "sha256": hashes[one["url"]]} if one.get("url") in hashes else one
            for one in message.attachments
        ]
        Message.objects.filter(pk=message.pk).update(attachments=attachments)


def store_trace(message_pk: int, **values: Any) -> ReplyTrace:
    """Keep why a message was answered as it was; a second trace of it replaces the first."""
    trace = ReplyTrace(message_id=message_pk, **values)
    try:
        with transaction.atomic():
            insert(trace)
    except IntegrityError:
        return ReplyTrace.objects.update_or_create(message_id=message_pk, defaults=values)[0]
    return trace


def edit_message(
    platform: str,
    platform_id: int,
    *,
    text: str,
    edited_at: datetime,
    mentions: Mapping[int, str] | None = None,
    actor: Actor | None = None,
    reason: str = "",
) -> bool:
    """Follow an edit made by the author, in the message and in everything that was made of it.

    What came of the old text goes, and what it had superseded is true again; the worker derives
    again from the new text. An edit of a deleted message, or one older than what is known, changes
    nothing.

    Args:
        mentions: whom the new text mentions, by their ids; None leaves them as they are.
    """
    with transaction.atomic():
        message, agrees = _held(platform, platform_id)
        if message is None or not message.text or message.deleted_at is not None:
            return False
        if message.edited_at is not None and edited_at < message.edited_at:
            return False
        # A text that is not to be kept takes the place of the old one, which goes.
        text = "" if asks_not_to_keep(text) else clean_to_keep(text)
        names = message.mentions if mentions is None else _as_json(mentions)
        Message.objects.filter(pk=message.pk).update(
            text=text, mentions=names if text else {}, edited_at=edited_at
        )
        if message.text != text:
            _log_message("message.edit", message, actor, reason)
            drop_drafts(message.person_id)
            take_back(message, new_text=text, deleted=False, agrees=agrees)
    return True


def _held(platform: str, platform_id: int) -> tuple[Message | None, bool]:
    """Return a locked message, and whether its author agrees.

    Their consent is held to the end: nobody writes anything of the old text after what is known of
    it went.
    """
    rows = Message.objects.filter(platform=platform, platform_id=platform_id)
    person_id = rows.values_list("person_id", flat=True).first()
    agrees = person_id is not None and still_agrees(person_id)
    return rows.select_for_update().first(), agrees


def delete_message(
    platform: str,
    platform_id: int,
    *,
    deleted_at: datetime,
    actor: Actor | None = None,
    reason: str = "",
    logged: bool = True,
) -> bool:
    """Follow a deletion made by the author: the text goes, and everything that was made of it.

    The row stays with its ids and times, so that the message is not taken for a new one. It gets no
    reply any more.

    Args:
        logged: false for jobs that delete many, which log the count.
    """
    with transaction.atomic():
        message, agrees = _held(platform, platform_id)
        if message is None:
            return False
        if message.deleted_at is not None:
            return True
        give_up_replies([message.pk], reason="the message was deleted")
        Message.objects.filter(pk=message.pk).update(
            text="",
            attachments=[],
            mentions={},
            deleted_at=deleted_at,
        )
        if logged:
            _log_message("message.delete", message, actor, reason)
        drop_drafts(message.person_id)
        take_back(message, new_text="", deleted=True, agrees=agrees)
    return True


def _as_json(names: Mapping[int, str]) -> dict[str, str]:
    """Return names by ids as strings, which no reader of JSON rounds."""
    return {str(person_id): safe_name(name) for person_id, name in names.items()}


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
