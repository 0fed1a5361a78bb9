"""Put the invented world into the database, through the same actions as a conversation."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from botrunner.demo import lines, world
from memories.actions import MemoryDraft, Said, remember, store_message, store_trace
from memories.models import Memory, Message, Place
from memories.wording.memorable import worth_remembering
from profiles.actions import decide_consent, meet, record_emotion
from profiles.relationship.actions import settle
from whisper.environment import environment

SOURCE = "demo"
ANSWER_DELAY = timedelta(seconds=4)


def fill(*, people: int, messages: int, end: datetime, seed: int) -> Iterator[str]:
    """Write a year that ends at `end`, person by person; yields each name when it is done.

    Args:
        people: how many, 1 or more.
        messages: how many in all, answers included.
    """
    chance = random.Random(seed)
    each = max(1, messages // (2 * people))
    number = world.FIRST_MESSAGE_ID
    _share_facts(end - world.YEAR)
    for person in world.people(people, chance):
        with transaction.atomic():
            decide_consent(person.id, granted=True, source=SOURCE)
            for line in world.year_of(person, each, end, chance):
                _write(line, number)
                number += 2
            settle(person.id, personal=True, now=end)
        yield person.name


def _write(line: world.Line, number: int) -> None:
    message, is_new = store_message(_said(line, number, line.text, line.at))
    if not is_new:
        return
    reply, _ = store_message(
        _said(line, number + 1, line.reply, line.at + ANSWER_DELAY, answers=number)
    )
    meet(line.person.id, name=line.person.name, at=line.at)
    record_emotion(
        line.person.id,
        emotion=line.emotion,
        scores={line.emotion: 0.8},
        intensity=0.6,
        confidence=0.8,
        valence=line.emotion.traits.valence,
        triggers=[],
        source_message_id=message.pk,
        model=SOURCE,
        felt_at=line.at,
    )
    store_trace(
        message.pk,
        reply=reply,
        person_id=line.person.id,
        emotion=line.emotion,
        model=SOURCE,
        created_at=line.at,
    )
    if worth_remembering(line.text):
        remember(_draft(line, message))
    if line.fact:
        category, slot, text = line.fact
        remember(_draft(line, message, kind=Memory.Kind.USER_FACT, fact=(category, slot, text)))


def _draft(
    line: world.Line,
    message: Message,
    *,
    kind: str = Memory.Kind.CONVERSATION,
    fact: tuple[str, str, str] | None = None,
) -> MemoryDraft:
    category, slot, text = fact or ("", "", line.text)
    return MemoryDraft(
        person_id=line.person.id,
        kind=kind,
        text=text,
        speaker=line.person.name,
        place=line.place,
        guild_id=line.guild_id,
        channel_id=line.channel_id,
        said_at=line.at,
        origin=f"{'fact' if fact else 'message'}:{message.pk}",
        category=category,
        slot=slot,
        emotion=line.emotion,
        importance=0.8 if fact else 0.5,
        sources=(message.pk,),
    )


def _said(
    line: world.Line, number: int, text: str, at: datetime, *, answers: int | None = None
) -> Said:
    companion = answers is not None
    return Said(
        platform=Message.Platform.DISCORD,
        platform_id=number,
        person_id=line.person.id,
        author_name=environment.bot_name if companion else line.person.name,
        text=text,
        sent_at=at,
        channel_id=line.channel_id,
        guild_id=line.guild_id,
        place=line.place,
        keep=True,
        reply_to=answers,
        from_companion=companion,
    )


def _share_facts(at: datetime) -> None:
    for number, text in enumerate(lines.SHARED):
        remember(
            MemoryDraft(
                person_id=None,
                kind=Memory.Kind.SHARED_FACT,
                text=text,
                place=Place.PUBLIC_CHANNEL,
                guild_id=world.GUILD_ID,
                said_at=at,
                origin=f"{SOURCE}:{number}",
                category="other",
            )
        )
