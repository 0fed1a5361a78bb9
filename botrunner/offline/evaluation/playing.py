"""Plays what people say to the assistant: each message is stored, heard, and answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from botrunner.conversation.actions import SentReply, receive_all, store_reply
from botrunner.conversation.base import Incoming
from botrunner.history.base import CachedMessage
from botrunner.llm.base import PersonView, ReplyContext, joined
from botrunner.offline import OfflineCompanion
from memories.access import Scope
from memories.index import copied_index
from memories.models import Message, Place
from memories.recall import recall
from profiles.emotions import classify
from whisper import outbox
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.ids import new_platform_id

RECALLED = 8
# More than a first meeting's.
INTERACTIONS = 9


async def tell(person_id: int, text: str, at: datetime) -> None:
    """Store a message, and let the worker do what follows from it."""
    await in_database(_store, _incoming(person_id, text, at))
    while await outbox.drain():
        pass


async def settle() -> None:
    """Wait until a copied index, if there is one, shows what was told."""
    copy = copied_index()
    if copy is not None:
        await copy.refresh()


async def answered(
    person_id: int,
    text: str,
    at: datetime,
    *,
    history: Sequence[CachedMessage] = (),
    interactions: int = INTERACTIONS,
) -> str:
    """Return the reply to a message in a direct message.

    Args:
        history: what was said before, oldest first.
        interactions: how many messages the person has sent.
    """
    scope = Scope.direct(person_id)
    feeling = classify(text)
    person = PersonView(
        person_id,
        remembers=True,
        emotion=feeling.emotion,
        certainty=feeling.confidence,
        interaction_count=interactions,
    )
    context = ReplyContext(
        messages=(),
        text=text,
        person=person,
        now=at.astimezone(ZoneInfo(environment.time_zone)),
        bot_name=environment.bot_name,
        history=history,
        recalled=await recall(text, scope, k=RECALLED),
        scope=scope,
    )
    return joined([piece async for piece in OfflineCompanion().reply(context)])


def said(person_id: int, text: str, at: datetime, *, companion: bool = False) -> CachedMessage:
    """Return a message as the history of a conversation holds it."""
    return CachedMessage(
        id=new_platform_id(),
        person_id=person_id,
        author_name="",
        from_companion=companion,
        text=text,
        sent_at=at,
        channel_id=person_id,
    )


def _store(incoming: Incoming) -> None:
    """Store a message as answered without words."""
    unsaid = SentReply(
        delivered=(),
        prompt=(),
        recalled=(),
        feeling=classify(incoming.text),
        milliseconds={},
        tokens={},
        model="",
        error="",
        context="",
    )
    store_reply([incoming], receive_all([incoming]), unsaid)


def _incoming(person_id: int, text: str, at: datetime) -> Incoming:
    return Incoming(
        platform=Message.Platform.TERMINAL,
        platform_id=new_platform_id(),
        person_id=person_id,
        person_name="",
        text=text,
        sent_at=at,
        channel_id=person_id,
        place=Place.DIRECT,
        local=True,
    )
