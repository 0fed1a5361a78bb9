"""Remember what a person asks to have remembered: a message, or what led to their yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from botrunner.conversation.base import Incoming
from botrunner.conversation.handlers import RELATE
from botrunner.conversation.messages import said_in
from botrunner.history.base import CachedMessage
from botrunner.reminders.asking import may_correct, names_reminder
from botrunner.reminders.handlers import REMIND
from memories import actions
from memories.actions import FACTS, FEEL, MemoryDraft
from memories.models import Memory, Message, Place
from memories.wording.memorable import asks_not_to_keep, worth_remembering
from profiles.actions import meet
from profiles.queries import held_consent, profile_of
from whisper import outbox
from whisper.action_log import Actor

# Above that of what is remembered unasked.
ASKED_IMPORTANCE = 0.8
IMPORTANCE = 0.4


@transaction.atomic
def remember_message(incoming: Incoming) -> bool:
    """Remember a message of a person whether or not it addressed the companion.

    It then counts as said to the companion: its facts are kept, and its deletion takes all of it
    back. Asking again changes nothing.

    Returns:
        False if the person has not agreed to be remembered, or has deleted the message.
    """
    if not _agrees(incoming.person_id):
        return False
    message, is_new = _kept(incoming)
    if message.deleted_at is not None:
        return False
    _remember(message, incoming.person_id, incoming.text, ASKED_IMPORTANCE)
    if is_new:
        _analyse(message, incoming.person_id, incoming.text)
    return True


@transaction.atomic
def remember_history(said: Sequence[Incoming]) -> int:
    """Remember what a person said to the companion while it kept nothing; return how much.

    Facts are found in it. Moods and reminders aren't made of it: their time is over.

    Args:
        said: messages of one person, oldest first.
    """
    if not said or not _agrees(said[0].person_id):
        return 0
    count = 0
    for one in said:
        message, is_new = _kept(one)
        if not is_new:
            continue
        count += 1
        if worth_remembering(one.text):
            _remember(message, one.person_id, one.text, IMPORTANCE)
        outbox.enqueue(FACTS, {"message": str(message.pk)}, person_id=one.person_id)
    return count


def _kept(incoming: Incoming) -> tuple[Message, bool]:
    """Keep a message with its words; return it, and whether its words are new.

    One that was deleted is returned without any.
    """
    said = replace(said_in(incoming, keep=True), expects_reply=False)
    message, is_new = actions.store_message(said)
    if message.deleted_at is not None:
        return message, False
    filled = actions.fill_message(
        message,
        person_id=said.person_id,
        author_name=said.author_name,
        text=said.text,
        attachments=said.attachments,
        mentions=said.mentions,
    )
    _meet(message, incoming.person_id, incoming.person_name)
    return message, is_new or filled


@transaction.atomic
def introduce(person_id: int, name: str, at: datetime) -> bool:
    """Have a profile for somebody who agreed to be remembered, also before they say anything.

    Args:
        name: what they are called where they are.

    Returns:
        Whether they have one.
    """
    if profile_of(person_id) is None:
        if not _agrees(person_id):
            return False
        meet(person_id, name=name, at=at)
    return True


@transaction.atomic
def remember_earlier(person_id: int, said: Sequence[CachedMessage]) -> int:
    """Remember what a person said before they agreed; return how much that was.

    The companion's replies to it stay unkept: they may quote what was deleted meanwhile.

    Args:
        said: a channel's recent messages as this process holds them, oldest first; of others
            nothing is kept.
    """
    if not _agrees(person_id):
        return 0
    count = 0
    for one in said:
        theirs = one.person_id == person_id and not one.from_companion
        if theirs and one.text and not asks_not_to_keep(one.text):
            count += _fill(person_id, one)
    return count


def _fill(person_id: int, one: CachedMessage) -> bool:
    """Keep the words of one message; return False if they are kept already, or it was deleted."""
    rows = Message.objects.filter(channel_id=one.channel_id, platform_id=one.id)
    message = rows.select_for_update().first()
    if message is None or not actions.fill_message(
        message,
        person_id=person_id,
        author_name=one.author_name,
        text=one.text,
        attachments=one.attachments,
    ):
        return False
    _meet(message, person_id, one.author_name)
    if worth_remembering(one.text):
        _remember(message, person_id, one.text, IMPORTANCE)
    _analyse(message, person_id, one.text)
    return True


def _agrees(person_id: int) -> bool:
    """Return whether a person agrees, and see to it that they do to the end of the transaction."""
    consent = held_consent(person_id)
    return consent is not None and consent.allows_remembering


def _meet(message: Message, person_id: int, name: str) -> None:
    if profile_of(person_id) is None:
        meet(person_id, name=name, at=message.sent_at)


def _remember(message: Message, person_id: int, text: str, importance: float) -> None:
    stored = Message.objects.get(pk=message.pk)
    draft = MemoryDraft(
        person_id=person_id,
        kind=Memory.Kind.CONVERSATION,
        text=text,
        speaker=stored.author_name,
        place=Place(stored.place),
        guild_id=stored.guild_id,
        channel_id=stored.audience_channel_id,
        said_at=stored.sent_at,
        origin=f"message:{stored.pk}",
        importance=importance,
        sources=(stored.pk,),
    )
    actions.remember(draft, actor=Actor.person(person_id))


def _analyse(message: Message, person_id: int, text: str) -> None:
    """Have the worker see what a message says."""
    topics = [FACTS, FEEL, RELATE, *([REMIND] if names_reminder(text) or may_correct(text) else [])]
    for topic in topics:
        outbox.enqueue(topic, {"message": str(message.pk)}, person_id=person_id)
