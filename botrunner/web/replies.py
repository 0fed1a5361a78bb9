"""Replies of the web chat: made apart from the socket that asked, and shown in all open tabs."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import datetime
from typing import Any

from channels.layers import get_channel_layer

from botrunner.accounts import group_of_tabs
from botrunner.conversation import actions
from botrunner.conversation.base import Delivered, Incoming, Outgoing
from botrunner.conversation.local import LocalSurface, respond_if_possible
from botrunner.conversation.queries import reply_limit
from botrunner.web.history import counts_of_recalled
from botrunner.web.markdown import as_html
from memories.actions import give_up_replies
from memories.models import Message, Place
from memories.queries import message_of, messages_after, messages_with_open_reply
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError

logger = logging.getLogger(__name__)

# Who said a line.
COMPANION, PERSON = "companion", "person"
SOMETHING_WENT_WRONG = "Something went wrong. Try again."
# A tab shows what has been written at this interval, not word by word.
SHOW_SECONDS = 0.1
TAKE_UP_SECONDS = 60.0
REPLAYED = 200
STATES = {
    Message.Reply.PENDING: "received",
    Message.Reply.MAKING: "received",
    Message.Reply.SENDING: "received",
    Message.Reply.COMPLETE: "answered",
    Message.Reply.GIVEN_UP: "failed",
}

Event = dict[str, Any]

_in_hand: dict[int, asyncio.Task[None]] = {}


def message_event(
    platform_id: int,
    who: str,
    text: str,
    at: datetime,
    *,
    to: int | None = None,
    state: str = "",
    number: int | None = None,
) -> Event:
    """Return what a tab shows as a line; numbers go as strings, which JavaScript doesn't round.

    Args:
        who: `COMPANION` or `PERSON`.
        to: the message that it replies to.
        state: of a person's message, where its reply stands.
        number: of a stored message, its place in the order of storing.
    """
    return {
        "type": "message",
        "id": str(platform_id),
        "who": who,
        **_words(who, text),
        "at": at.isoformat(),
        "to": None if to is None else str(to),
        "state": state,
        "number": None if number is None else str(number),
    }


def _words(who: str, text: str) -> Event:
    """Return what was said: of the companion as HTML, as it may use Markdown. It blocks."""
    return {"html": as_html(text)} if who == COMPANION else {"text": text}


def event_of(message: Message) -> Event:
    """Return what a tab shows of a stored message."""
    return message_event(
        message.platform_id,
        COMPANION if message.from_companion else PERSON,
        message.text,
        message.sent_at,
        to=message.reply_to,
        state=STATES.get(Message.Reply(message.reply_state), ""),
        number=message.pk,
    )


def state_event(platform_id: int, state: str, text: str = "", *, recalled: int = 0) -> Event:
    """Return the state of the reply to a message.

    Args:
        text: why it failed.
        recalled: how many memories it was made with, which a tab can show.
    """
    event = {"type": "state", "id": str(platform_id), "state": state, "text": text}
    return {**event, "recalled": recalled} if recalled else event


async def show(person_id: int, event: Event) -> None:
    """Show something in all open tabs of a person."""
    layer = get_channel_layer()
    await layer.group_send(group_of_tabs(person_id), {"type": "chat.show", "event": event})


class WebSurface(LocalSurface):
    """Shows a reply in the open tabs while it is written.

    Args:
        question: what it replies to.
    """

    def __init__(self, question: Incoming) -> None:
        self._question = question
        self._written = ""
        self._shown_at = 0.0

    async def show(self, piece: str) -> None:
        """Show what has been written up to now."""
        self._written += piece
        now = time.monotonic()
        if now - self._shown_at >= SHOW_SECONDS:
            self._shown_at = now
            event = {
                "type": "piece",
                "to": str(self._question.platform_id),
                **await asyncio.to_thread(_words, COMPANION, self._written),
            }
            await show(self._question.person_id, event)

    async def deliver(self, reply: Outgoing) -> list[Delivered]:
        """Show the finished reply, which takes the place of what was shown before."""
        delivered = await super().deliver(reply)
        for one in delivered:
            to = self._question.platform_id
            event = await asyncio.to_thread(
                message_event, one.platform_id, COMPANION, one.text, one.sent_at, to=to
            )
            await show(self._question.person_id, event)
        return delivered


def said(platform_id: int, person_id: int, name: str, text: str, at: datetime) -> Incoming:
    """Return what a person said in the web chat."""
    return Incoming(
        platform=Message.Platform.WEB,
        platform_id=platform_id,
        person_id=person_id,
        person_name=name,
        text=text,
        sent_at=at,
        channel_id=person_id,
        place=Place.DIRECT,
        local=True,
        # It is stored before its reply is made.
        again=True,
    )


async def take(incoming: Incoming) -> bool:
    """Store a message and have it answered in the background; False if it was stored before.

    Raises:
        DatabaseUnavailableError: it may not have been stored.
    """
    (is_new,) = await in_database(actions.store_all, [incoming])
    if is_new:
        answer(incoming)
    return is_new


def answer(incoming: Incoming) -> None:
    """Have a stored message answered, unless that is under way in this process."""
    if incoming.platform_id in _in_hand:
        return
    task = asyncio.create_task(_answer(incoming))
    _in_hand[incoming.platform_id] = task
    task.add_done_callback(lambda _: _in_hand.pop(incoming.platform_id, None))


async def take_up(person_id: int | None = None) -> int:
    """Answer what a process that ended left unanswered; return how many messages that is.

    Args:
        person_id: only theirs.
    """
    rows = await in_database(messages_with_open_reply, Message.Platform.WEB, since=reply_limit())
    left = [
        row
        for row in rows
        if person_id in (None, row.channel_id) and row.platform_id not in _in_hand
    ]
    for row in left:
        if row.text:
            who = row.channel_id
            answer(said(row.platform_id, who, row.author_name, row.text, row.sent_at))
        else:
            # Of who is not remembered nothing is kept that could be answered.
            await in_database(give_up_replies, [row.pk], reason="its words are not kept")
            await show(row.channel_id, state_event(row.platform_id, "failed"))
    return len(left)


async def keep_taking_up(stop: asyncio.Event) -> None:
    """Answer what is unanswered, immediately and then every minute, until `stop` is set."""
    while not stop.is_set():
        try:
            await take_up()
        except DatabaseUnavailableError as error:
            logger.warning("web chat: can't look for unanswered messages: %s", error)
        try:
            await asyncio.wait_for(stop.wait(), TAKE_UP_SECONDS)
        except TimeoutError:
            continue


async def finish(seconds: float) -> None:
    """Wait this long for the replies in hand; what is left is taken up after the next start."""
    tasks = set(_in_hand.values())
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()


async def state_of(person_id: int, platform_id: int) -> str | None:
    """Return the state of the reply to a person's message; None if it is not theirs."""
    row = await in_database(message_of, Message.Platform.WEB, platform_id, channel_id=person_id)
    return None if row is None else STATES.get(Message.Reply(row.reply_state))


async def missed(person_id: int, after: int) -> list[Event]:
    """Return the lines that were stored after a number."""
    rows = await in_database(messages_after, person_id, after, limit=REPLAYED)
    return await asyncio.to_thread(lambda: [event_of(row) for row in rows])


async def _answer(incoming: Incoming) -> None:
    try:
        reply = await respond_if_possible(incoming, WebSurface(incoming))
    except Exception as error:
        logger.error(
            "web chat: a reply to %s failed (%s)",
            incoming.person_id,
            type(error).__name__,
            exc_info=error,
        )
        event = state_event(incoming.platform_id, "failed", SOMETHING_WENT_WRONG)
    else:
        if reply is None:
            # Another process had the turn; its reply comes to the tabs from there.
            return
        used = await in_database(counts_of_recalled, incoming.person_id, [incoming.platform_id])
        event = state_event(
            incoming.platform_id, "answered", recalled=used.get(incoming.platform_id, 0)
        )
    await show(incoming.person_id, event)
