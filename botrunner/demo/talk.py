"""What people of the invented world say, feel and are answered, and what is made of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from botrunner.demo import replies, world
from botrunner.demo.replies import Told
from botrunner.demo.story import Line
from botrunner.demo.world import SOURCE
from memories.actions import (
    MemoryDraft,
    Said,
    complete_replies,
    remember_all,
    store_message,
)
from memories.facts.ledger import Ledger
from memories.facts.queries import known_facts
from memories.facts.statements import Statement
from memories.facts.storing import Source, keep
from memories.models import Memory, Message
from memories.wording.memorable import worth_remembering
from profiles.actions import (
    meet,
    record_emotion,
)
from profiles.models import Emotion
from whisper.environment import environment

REPLY_DELAY = timedelta(seconds=4)


def write(stage: list[Line], ids: Iterator[int], told: Told, chance: random.Random) -> None:
    """Write some lines with the replies, and what is made of them."""
    written = [_exchange(line, next(ids), next(ids), chance) for line in stage]
    drafts = [
        _draft(line, message)
        for line, (message, _) in zip(stage, written, strict=True)
        if worth_remembering(line.text)
    ]
    told.memories += remember_all(drafts)
    for line, (message, reply) in zip(stage, written, strict=True):
        told.note(_state(line, message))
        if reply is not None:
            replies.trace(line, message, reply, told, chance)
        told.heard(line, message)


def _exchange(
    line: Line, number: int, reply_number: int, chance: random.Random
) -> tuple[Message, Message | None]:
    """Store a message and the reply to it; None for no reply."""
    message, _ = store_message(_said(line, number, line.text, line.at))
    meet(line.person.id, name=line.person.name, at=line.at)
    _feel(line, message, chance)
    if not line.reply:
        return message, None
    said = _said(line, reply_number, line.reply, line.at + REPLY_DELAY, answers=number)
    reply, _ = store_message(said)
    complete_replies([message.pk])
    return message, reply


def _feel(line: Line, message: Message, chance: random.Random) -> None:
    sure = round(chance.uniform(0.55, 0.95), 2)
    record_emotion(
        line.person.id,
        emotion=line.emotion,
        scores={line.emotion: sure},
        intensity=_intensity(line, chance),
        confidence=sure,
        valence=line.emotion.traits.valence,
        triggers=[line.trigger] if line.trigger else [],
        source_message_id=message.pk,
        model=SOURCE,
        felt_at=line.at,
    )


def _intensity(line: Line, chance: random.Random) -> float:
    if line.emotion == Emotion.NEUTRAL:
        return 0.2
    # On most days nobody is in distress.
    mild = line.emotion.traits.weight and line.person.role != world.HARD_TIMES
    return round(chance.uniform(0.25, 0.52) if mild else chance.uniform(0.5, 0.95), 2)


def _state(line: Line, message: Message) -> list[Memory]:
    """Keep the fact that a line states; it replaces an older one of its kind."""
    fact = line.fact
    if fact is None:
        return []
    statement = Statement(
        subject=fact.subject,
        predicate=fact.predicate,
        value=fact.value,
        name=fact.name,
        thing=fact.kind,
    )
    known = known_facts(line.person.id, where=message)
    return keep(Source.of(message), Ledger(known, line.at).apply([statement]))


def _draft(line: Line, message: Message) -> MemoryDraft:
    return MemoryDraft(
        person_id=line.person.id,
        kind=Memory.Kind.CONVERSATION,
        text=line.text,
        speaker=line.person.name,
        place=line.place,
        guild_id=line.guild_id,
        channel_id=line.channel_id,
        said_at=line.at,
        origin=f"message:{message.pk}",
        emotion=line.emotion,
        sources=(message.pk,),
    )


def _said(line: Line, number: int, text: str, at: datetime, *, answers: int | None = None) -> Said:
    companion = answers is not None
    return Said(
        platform=Message.Platform.DEMO,
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
        expects_reply=not companion and bool(line.reply),
    )
