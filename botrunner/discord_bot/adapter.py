"""Discord as a surface: one object answers one message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from itertools import chain, repeat
from typing import Any

import aiohttp
import discord

from botrunner.conversation.base import Delivered, Outgoing
from botrunner.conversation.consent import note_of, without_note
from botrunner.discord_bot.buttons import consent_question
from botrunner.discord_bot.history import from_discord
from botrunner.discord_bot.reading import is_addressed, words_of
from botrunner.discord_bot.splitting import split
from botrunner.history.base import CachedMessage
from profiles.queries import refusals
from whisper.database.access import in_database

logger = logging.getLogger(__name__)

SEND_SECONDS = 30.0
# Pauses between attempts; discord.py itself has tried each of them several times.
PAUSES = (1.0, 3.0, 9.0)
# An answer that comes at once needs no typing indicator; Discord shows one for ten seconds.
TYPING_AFTER = 0.3
TYPING_EVERY = 8.0
NETWORK = (OSError, TimeoutError, aiohttp.ClientError)


class DiscordSurface:
    """The channel of one message, as far as its answer needs it."""

    def __init__(self, message: discord.Message, me: discord.abc.User) -> None:
        self._message = message
        self._me = me

    async def show(self, piece: str) -> None:
        """Show nothing: edits of a message are too few a minute to stream into it."""

    async def deliver(self, reply: Outgoing) -> list[Delivered]:
        """Send the reply in as many messages as it takes; the last one carries what is asked."""
        note = note_of(reply)
        pieces = split(f"{reply.text}\n\n{note}" if note else reply.text) or ["…"]
        sent = [await self._send(number, piece) for number, piece in enumerate(pieces[:-1])]
        view = consent_question(self._message.author.id) if reply.ask_consent else None
        sent.append(await self._send(len(sent), pieces[-1], view))
        return [Delivered(one.id, without_note(one.content), one.created_at) for one in sent]

    async def earlier(self, limit: int) -> list[CachedMessage]:
        """Return what was said before in the channel to and by the companion, and nothing else.

        Nothing of what a person said before their no, who may have asked to be forgotten.
        """
        history = self._message.channel.history(limit=limit, before=self._message)
        found = [self._cached(one) async for one in history if self._is_conversation(one)]
        people = {one.person_id for one in found if one.person_id is not None}
        refused = await in_database(refusals, people)
        return [one for one in found if not _was_refused(one, refused)]

    @asynccontextmanager
    async def typing(self) -> AsyncIterator[None]:
        """Show that the companion is typing, from shortly after the beginning to the end."""
        task = asyncio.create_task(self._keep_typing())
        try:
            yield
        finally:
            task.cancel()

    async def _keep_typing(self) -> None:
        # An indicator that can't be shown is no reason not to answer.
        with suppress(discord.DiscordException, *NETWORK):
            for pause in chain([TYPING_AFTER], repeat(TYPING_EVERY)):
                await asyncio.sleep(pause)
                await self._message.channel.typing()

    async def _send(
        self, number: int, text: str, view: discord.ui.View | None = None
    ) -> discord.Message:
        """Send one piece. The nonce lets Discord return it where it was sent before."""
        options: dict[str, Any] = {"nonce": f"{self._message.id}-{number}"}
        if view is not None:
            options["view"] = view
        if self._may_refer():
            # Every piece does, so that an answer is found again after a crash.
            options["reference"] = self._message.to_reference(fail_if_not_exists=False)
            options["mention_author"] = False
        return await persistently(lambda: self._message.channel.send(text, **options))

    def _may_refer(self) -> bool:
        channel, guild = self._message.channel, self._message.guild
        if guild is None or isinstance(channel, discord.PartialMessageable | discord.DMChannel):
            return True
        return channel.permissions_for(guild.me).read_message_history

    def _is_conversation(self, message: discord.Message) -> bool:
        own = message.author.id == self._me.id and not message.is_system()
        return own or is_addressed(message, self._me)

    def _cached(self, message: discord.Message) -> CachedMessage:
        cached = from_discord(message, companion_id=self._me.id)
        if not cached.from_companion:
            return replace(cached, text=words_of(message, self._me))
        direct = isinstance(message.channel, discord.DMChannel)
        person_id = cached.person_id or (self._message.author.id if direct else None)
        return replace(cached, text=without_note(cached.text), person_id=person_id)


def _was_refused(message: CachedMessage, refused: Mapping[int, datetime]) -> bool:
    """Return whether a message is from before its person's no."""
    since = None if message.person_id is None else refused.get(message.person_id)
    return since is not None and message.sent_at <= since


def is_transient(error: Exception) -> bool:
    """Return whether a failure of Discord may be over at the next attempt."""
    if isinstance(error, discord.HTTPException):
        return error.status >= 500 or error.status == 429
    return isinstance(error, NETWORK)


async def persistently(send: Callable[[], Awaitable[discord.Message]]) -> discord.Message:
    """Send, and try again after what passes by itself.

    Raises:
        discord.HTTPException: Discord refuses it.
        OSError, TimeoutError, aiohttp.ClientError: Discord could not be reached.
    """
    for pause in PAUSES:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await send()
        except (discord.HTTPException, *NETWORK) as error:
            if not is_transient(error):
                raise
            logger.warning("discord: sending failed (%s), will retry", type(error).__name__)
        await asyncio.sleep(pause)
    async with asyncio.timeout(SEND_SECONDS):
        return await send()
