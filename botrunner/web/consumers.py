"""The web chat's socket.

A tab sends `hello` when it is connected, with the number of the last line that it shows and the ids
of the messages that it waits for a reply to. It gets the lines that it missed, and where those
replies stand. It sends `say` with an id of its own choice and a text; the same id sent
again, after a dropped socket, is the same message. It gets `message` for a line, `piece` for what
has been written of a reply, `state` for where the reply to a message stands, and `refused` for what
can't be taken.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.utils import timezone

from botrunner.accounts import group_of_tabs, person_of_session
from botrunner.conversation.local import DATABASE_AWAY
from botrunner.web import replies
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError
from whisper.ids import snowflake

logger = logging.getLogger(__name__)

NOT_SIGNED_IN = 4401
TRY_AGAIN_LATER = 1013
LONGEST_TEXT = 20_000
# Of the messages that a tab asks about.
MOST_WAITING = 50
# How soon a socket notices a logout elsewhere.
CHECK_SECONDS = 5.0
ODD = "That can't be sent."
TOO_LONG = f"A message can have up to {LONGEST_TEXT:,} characters. Please send it in parts."


class ChatConsumer(AsyncJsonWebsocketConsumer):
    """Talks with the signed-in person as themselves, in their own channel."""

    _group: str | None = None
    _checking: asyncio.Task[None] | None = None
    _closed = False

    async def connect(self) -> None:
        """Let signed-in people in."""
        try:
            signed_in = await self._signed_in()
        except DatabaseUnavailableError:
            await self.close(TRY_AGAIN_LATER)
            return
        # Accepted first: a browser does not tell a page why a socket was refused.
        await self.accept()
        if signed_in is None:
            await self.close(NOT_SIGNED_IN)
            return
        self.person_id, self.person_name = signed_in
        self._group = group_of_tabs(self.person_id)
        await self.channel_layer.group_add(self._group, self.channel_name)
        self._checking = asyncio.create_task(self._keep_checking())

    async def disconnect(self, code: int) -> None:
        """Leave; replies in hand are finished and stored."""
        if self._checking is not None:
            self._checking.cancel()
        if self._group is not None:
            await self.channel_layer.group_discard(self._group, self.channel_name)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        """Take one frame; one that isn't JSON text is refused like any other odd one."""
        await self.receive_json(await self.decode_json(text_data or ""), **kwargs)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Take what a tab sends if its user is still signed in."""
        said = content if isinstance(content, dict) else {}
        number = _number(said.get("id"))
        try:
            if not await self._is_signed_in():
                return
            if said.get("type") == "hello":
                await self._replay(_number(said.get("after")) or 0)
                await self._tell_states(said.get("waiting"))
            elif said.get("type") == "say" and number and isinstance(said.get("text"), str):
                await self._say(number, said["text"])
            else:
                await self._refuse(number, ODD)
        except DatabaseUnavailableError as error:
            logger.error("web chat: the database failed: %s", error)
            await self._refuse(number, DATABASE_AWAY)
        except Exception as error:
            logger.error("web chat: a message failed (%s)", type(error).__name__, exc_info=error)
            await self._refuse(number, replies.SOMETHING_WENT_WRONG)

    async def chat_show(self, message: dict[str, Any]) -> None:
        """Show something that came to all tabs, unless the session is over."""
        with suppress(DatabaseUnavailableError):
            if await self._is_signed_in():
                await self.send_json(message["event"])

    async def chat_check(self, message: dict[str, Any]) -> None:
        """Close if the session is over, which something said that ends sessions."""
        with suppress(DatabaseUnavailableError):
            await self._is_signed_in()

    async def _say(self, number: int, text: str) -> None:
        if len(text) > LONGEST_TEXT:
            await self._refuse(number, TOO_LONG)
            return
        incoming = replies.said(number, self.person_id, self.person_name, text, timezone.now())
        event = replies.message_event(
            number, replies.PERSON, text, incoming.sent_at, state="received"
        )
        if await replies.take(incoming):
            await replies.show(self.person_id, event)
        elif (state := await replies.state_of(self.person_id, number)) is not None:
            # It came before, and the tab did not hear of it.
            await self._replay(0)
            await self.send_json(replies.state_event(number, state))
        else:
            await self._refuse(number, ODD)

    async def _replay(self, after: int) -> None:
        """Send the lines after a number, and have answered what nobody answers."""
        for event in await replies.missed(self.person_id, after):
            await self.send_json(event)
        await replies.take_up(self.person_id)

    async def _tell_states(self, waiting: Any) -> None:
        """Tell what became of the messages that a tab waits for a reply to.

        That one failed is said when it does, which a tab without a connection doesn't hear.
        """
        ids = waiting if isinstance(waiting, list) else []
        for number in filter(None, map(_number, ids[:MOST_WAITING])):
            state = await replies.state_of(self.person_id, number)
            if state is not None:
                await self.send_json(replies.state_event(number, state))

    async def _refuse(self, number: int | None, text: str) -> None:
        event = {"type": "refused", "id": None if number is None else str(number), "text": text}
        await self.send_json(event)

    async def _keep_checking(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            with suppress(DatabaseUnavailableError):
                await self._is_signed_in()

    async def _is_signed_in(self) -> bool:
        """Return whether the session still is this person's; close the socket if it isn't."""
        signed_in = await self._signed_in()
        if signed_in is not None and signed_in[0] == self.person_id:
            return not self._closed
        if not self._closed:
            self._closed = True
            await self.close(NOT_SIGNED_IN)
        return False

    async def _signed_in(self) -> tuple[int, str] | None:
        """Return whose session this is now; it may have ended since the page was opened."""
        return await in_database(person_of_session, self.scope["session"].session_key)

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        """Return the JSON of a frame, None if it is none, or is nested too deeply to be read."""
        try:
            return await super().decode_json(text_data)
        except (ValueError, RecursionError):
            return None


def _number(value: Any) -> int | None:
    return snowflake(value) if isinstance(value, str) else None
