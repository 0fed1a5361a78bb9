"""Discord as a surface: one object answers one message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import chain, repeat
from typing import Any

import discord

from botrunner.conversation.base import Delivered, Incoming, Outgoing
from botrunner.conversation.consent import asks_consent, whole_of, without_note
from botrunner.conversation.surroundings import NOTHING_AROUND, Surroundings, channel_in_words
from botrunner.conversation.writing import is_apology
from botrunner.discord_bot.connection.network import NETWORK, persistently
from botrunner.discord_bot.reading.history import from_discord
from botrunner.discord_bot.reading.messages import PLATFORM, is_addressed, words_of
from botrunner.discord_bot.reading.pointing import pointed_at
from botrunner.discord_bot.reading.rooms import Rooms
from botrunner.discord_bot.replying.splitting import split
from botrunner.discord_bot.replying.streaming import Stream, is_unfinished, remove, without_cursor
from botrunner.discord_bot.views.buttons import consent_question, view_of
from botrunner.discord_bot.views.reply_buttons import ReplyButton, reply_buttons
from botrunner.history.base import CachedMessage
from botrunner.models import Server
from botrunner.servers.queries import heard_in, room_of
from memories.actions import note_sent
from profiles.queries import refusals, who_agree
from whisper.database.access import in_database
from whisper.environment import environment

logger = logging.getLogger(__name__)

# An answer that comes at once needs no typing indicator; Discord shows one for ten seconds.
TYPING_AFTER = 0.3
TYPING_EVERY = 8.0
# What stands around a message is read beside the rest; a reply doesn't wait longer for it.
AROUND_SECONDS = 2.0


class DiscordSurface:
    """The channel of one message, as far as its reply needs it.

    Args:
        message: what is replied to; the last message of a turn.
        me: the bot's account.
        order: waits until the replies before this one have left the channel.
        first: does the same for what is shown while the reply is written; without it nothing is.
        shown: what Discord has of this reply already, perhaps from a process that ended since.
        rooms: the recent talk of channels; without it only what the message points at is read.
    """

    def __init__(
        self,
        message: discord.Message,
        me: discord.ClientUser,
        *,
        order: Callable[[], Awaitable[None]] | None = None,
        first: Callable[[], Awaitable[None]] | None = None,
        shown: Sequence[discord.Message] = (),
        rooms: Rooms | None = None,
    ) -> None:
        self._message = message
        self._me = me
        self._order = order
        self.shown = list(shown)
        self._rooms = rooms
        self._stream: Stream | None = None
        if first is not None and environment.stream_replies:
            self._stream = Stream(self._put_all, first)

    async def show(self, piece: str) -> None:
        """Take a piece of the reply, which is shown with those before it as often as it may be."""
        if self._stream is not None:
            self._stream.add(piece)

    async def may_leave(self) -> None:
        """Wait until the replies before this one have left the channel."""
        if self._order is not None:
            await self._order()

    async def deliver(self, reply: Outgoing) -> list[Delivered]:
        """Send the reply in as many messages as it takes; the last one carries what is asked."""
        return await self.send_whole(whole_of(reply))

    async def send_whole(self, text: str) -> list[Delivered]:
        """Send a reply with its note. What Discord has of it already is made to say the same.

        How many of several pieces were sent is noted, so that the rest can follow after a crash.
        """
        await self.stop()
        pieces = split(text) or ["…"]
        for number, piece in enumerate(pieces):
            await self._note(number, len(pieces))
            view = self._buttons(text) if number == len(pieces) - 1 else None
            await persistently(partial(self._put, number, piece, view))
        await remove(self.shown[len(pieces) :])
        return delivered(self.shown[: len(pieces)])

    def _buttons(self, text: str) -> discord.ui.View | None:
        """Return what stands under the last message of a whole reply; a webhook presses nothing."""
        if self._message.webhook_id is not None:
            return None
        person_id = self._message.author.id
        asked = consent_question(person_id) if asks_consent(text) else []
        offered: list[ReplyButton] = []
        if environment.reply_buttons:
            offered = reply_buttons(person_id, self._message.id, apology=is_apology(text))
        return view_of([*asked, *offered])

    async def send_more(self, text: str) -> list[Delivered]:
        """End what was sent before of a reply, and send one more piece after it."""
        for number, one in enumerate(self.shown):
            if is_unfinished(one):
                await persistently(partial(self._put, number, without_cursor(one.content)))
        await persistently(partial(self._put, len(self.shown), text))
        return delivered(self.shown)

    async def stop(self) -> None:
        """Show nothing more of a reply that is being written."""
        if self._stream is not None:
            await self._stream.stop()

    async def take_back(self) -> None:
        """Remove what Discord has of a reply that nobody wants any more."""
        await self.stop()
        await remove(self.shown)
        self.shown.clear()

    async def _note(self, sent: int, total: int) -> None:
        if total > 1:
            platform_id = self._message.id
            await in_database(note_sent, PLATFORM, platform_id, sent=sent, total=total)

    async def surroundings(self, turn: Sequence[Incoming]) -> Surroundings:
        """Return the channel's recent talk, as far as its people let it be read, and quotations.

        A reply is made without what Discord doesn't tell in time.
        """
        try:
            async with asyncio.timeout(AROUND_SECONDS):
                return await self._around(turn[0].platform_id)
        except (discord.DiscordException, *NETWORK) as error:
            logger.warning("discord: can't read around a message (%s)", type(error).__name__)
            return NOTHING_AROUND

    async def _around(self, first_id: int) -> Surroundings:
        point = partial(pointed_at, self._message, self._me.mutual_guilds)
        guild, channel = self._message.guild, self._message.channel
        if self._rooms is None or guild is None or isinstance(channel, discord.DMChannel):
            return Surroundings(pointed_at=await point())
        room = await in_database(room_of, guild.id)
        if room == Server.Room.OFF:
            return Surroundings(pointed_at=await point())
        talk, quoted = await asyncio.gather(self._rooms.talk(channel, self._message), point())
        people = {one.person_id for one in talk if one.person_id is not None}
        heard = await in_database(heard_in, guild.id, room, people)
        # Where only people who agreed are heard, all of them do.
        agreed = heard
        if room != Server.Room.AGREED:
            agreed = await in_database(who_agree, heard)
        lines = [
            replace(one, agreed=one.person_id in agreed)
            for one in talk
            if one.id < first_id and _may_be_heard(one, room, heard)
        ]
        name = getattr(channel, "name", "")
        return Surroundings(channel_in_words(name, guild.name), lines, quoted)

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
    async def at_work(self) -> AsyncIterator[None]:
        """Show that the companion is typing, from shortly after the beginning to its first words.

        At the end nothing more is shown of its reply.
        """
        task = asyncio.create_task(self._keep_typing())
        try:
            yield
        finally:
            task.cancel()
            await self.stop()

    async def _keep_typing(self) -> None:
        # An indicator that can't be shown must not prevent an answer.
        with suppress(discord.DiscordException, *NETWORK):
            for pause in chain([TYPING_AFTER], repeat(TYPING_EVERY)):
                await asyncio.sleep(pause)
                if not self.shown:
                    await self._message.channel.typing()

    async def _put_all(self, pieces: Sequence[str]) -> None:
        for number, piece in enumerate(pieces):
            await self._put(number, piece)

    async def _put(self, number: int, text: str, view: discord.ui.View | None = None) -> None:
        """Make one message of the reply say a piece of it."""
        if number == len(self.shown):
            sent = await self._send(number, text, view)
            self.shown.append(sent)
            # The nonce may have found one that was sent while the reply was written.
            if sent.content == text or not is_unfinished(sent):
                return
        if view is not None or self.shown[number].content != text:
            options: dict[str, Any] = {} if view is None else {"view": view}
            self.shown[number] = await self.shown[number].edit(content=text, **options)

    async def _send(self, number: int, text: str, view: discord.ui.View | None) -> discord.Message:
        """Send one piece. The nonce lets Discord return it where it was sent before."""
        options: dict[str, Any] = {"nonce": f"{self._message.id}-{number}"}
        if view is not None:
            options["view"] = view
        if self._may_refer():
            # Every piece does, so that an answer is found again after a crash.
            options["reference"] = self._message.to_reference(fail_if_not_exists=False)
            options["mention_author"] = False
        return await self._message.channel.send(text, **options)

    def _may_refer(self) -> bool:
        """Return whether a reply shows what it replies to, which is plain in direct messages."""
        channel, guild = self._message.channel, self._message.guild
        if isinstance(channel, discord.DMChannel):
            return False
        if guild is None or isinstance(channel, discord.PartialMessageable):
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


def delivered(messages: Sequence[discord.Message]) -> list[Delivered]:
    """Return the messages of a reply as the conversation stores them."""
    return [Delivered(one.id, without_note(one.content), one.created_at) for one in messages]


def _may_be_heard(line: CachedMessage, room: Server.Room, heard: Collection[int]) -> bool:
    """Return whether a reply may be made from a line; of bots only where everybody's may be."""
    if line.bot and not line.from_companion:
        return room == Server.Room.CHANNEL
    return line.person_id in heard


def _was_refused(message: CachedMessage, refused: Mapping[int, datetime]) -> bool:
    """Return whether a message is from before its person's no."""
    since = None if message.person_id is None else refused.get(message.person_id)
    return since is not None and message.sent_at <= since
