"""Talking: direct messages, mentions and replies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import discord
from discord.ext import commands

from botrunner.conversation import actions
from botrunner.conversation.base import Incoming
from botrunner.conversation.consent import without_note
from botrunner.conversation.queries import awaiting_reply, reply_ids, reply_limit, stored_message
from botrunner.conversation.respond import MINUTE, TOO_FAST, beyond_limit, respond_to_turn
from botrunner.conversation.rewriting import Rewriting, Way
from botrunner.conversation.turns import LaterError
from botrunner.discord_bot.bot import DiscordTurn, Waiting, WhisperBot
from botrunner.discord_bot.catching_up.recovery import finish_reply, give_up, shown_before
from botrunner.discord_bot.connection.network import NETWORK, is_transient
from botrunner.discord_bot.reading.events import fetch_message, message_event
from botrunner.discord_bot.reading.messages import can_speak, incoming_of, is_addressed
from botrunner.discord_bot.replying.adapter import DiscordSurface
from botrunner.discord_bot.replying.errors import new_fault_id, sorry
from botrunner.discord_bot.replying.streaming import remove
from botrunner.discord_bot.servers.free_talk import authors_who_agree
from botrunner.discord_bot.servers.limits import limit_reached, may_reply, tell_of_limit
from botrunner.discord_bot.servers.silence_signs import SilenceSigns
from botrunner.intake import Event, EventKind
from botrunner.servers.queries import Manner
from memories.actions import reopen_reply
from whisper.database.access import in_database
from whisper.database.errors import DatabaseBusyError, DatabaseUnavailableError

logger = logging.getLogger(__name__)

# More messages are held as ids alone, and read from Discord again when it is their turn.
MOST_IN_MEMORY = 2000
DATABASE_FAILED = (DatabaseBusyError, DatabaseUnavailableError)
QUESTION_GONE = "I no longer have that reply, or what it replies to."
TOO_LONG_AGO = "That was too long ago. Please ask me again."
ON_IT = "I'm writing it already."
SILENT = "The people who manage this server don't want me to write here now."


class Talk(commands.Cog):
    """Answers what is said to the companion."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot
        self._signs = SilenceSigns()
        # Messages that the database may have stored, although it failed.
        self._unsure: set[int] = set()
        bot.intake.handle(EventKind.MESSAGE, self._receive)
        bot.answer_with(self._answer, admit=self._admit)
        bot.write_again = self.write_again

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Take in a message that is meant for the companion; others are not even stored."""
        if not can_speak(message):
            return
        if not self.bot.talk_settings.allow(message):
            await self._signs.show(message, self.bot.me, self.bot.talk_settings)
            return
        if message.webhook_id is not None:
            await self._take_repeated(message)
            return
        addressed = is_addressed(message, self.bot.me)
        if addressed:
            self.bot.proxies.hear(message)
        manner = self.bot.talk_settings.free_in(message)
        continues = manner is not None and self.bot.free_talk.hear(
            message, self.bot.me, addressed=addressed
        )
        called = self.bot.free_talk.is_called(message, self.bot.me, manner, continues=continues)
        if addressed or called or self.bot.may_be_for_it(message):
            # Whether one that doesn't address it gets a reply is decided when it is handled.
            await self.bot.intake.take(message_event(message))
        if not addressed and not called:
            await self._take_after_what_was_missed(message)
            if manner is not None and await self._is_left_open(message, manner):
                await self._take_as_it_is(message)

    async def _take_after_what_was_missed(self, message: discord.Message) -> None:
        """Take in again what was said in a thread that it may have been called into before.

        What is stored by now is not new then.
        """
        guild_id, channel_id = message.guild.id if message.guild else None, message.channel.id
        if self.bot.may_be_for_it(message) and not self.bot.is_caught_up(guild_id, channel_id):
            await self.bot.catch_up(guild_id, channel_id)
            await self._take_as_it_is(message)

    async def _take_as_it_is(self, message: discord.Message) -> None:
        """Take in a message that was said a while ago, and may have been edited since."""
        await self.bot.intake.take(replace(message_event(message), content=None))

    async def _take_repeated(self, message: discord.Message) -> None:
        """Take in what a webhook repeats of a message to the companion, in place of that."""
        original = self.bot.proxies.original_of(message)
        if original is not None:
            shown = self.bot.let_go([original.id])
            await self.bot.intake.take(message_event(message))
            await remove(shown)

    async def _is_left_open(self, message: discord.Message, manner: Manner) -> bool:
        """Return whether a message asks what nobody answers, and gets a reply for that."""
        try:
            return await self.bot.free_talk.answers_unasked(message, self.bot.me, manner)
        except DatabaseUnavailableError:
            # Nobody waits for it.
            return False

    async def _meant_for_it(self, messages: Sequence[discord.Message]) -> list[discord.Message]:
        """Return those of the messages that were taken in that are meant for the companion.

        Each is decided on after those before it: what was taken in earlier is stored, or among
        these.
        """
        others = [one for one in messages if not self._is_said_to_it(one)]
        if others and not self.bot.talk_settings.known:
            await self.bot.talk_settings.read()
        agreed = await authors_who_agree(others)
        meant, talked = list[discord.Message](), dict[int, datetime]()
        for message in messages:
            if self._is_said_to_it(message) or await self._answers(message, agreed, talked):
                meant.append(message)
                talked[message.channel.id] = message.created_at
        return meant

    def _is_said_to_it(self, message: discord.Message) -> bool:
        return message.webhook_id is not None or is_addressed(message, self.bot.me)

    async def _answers(
        self, message: discord.Message, agreed: Collection[int], talked: Mapping[int, datetime]
    ) -> bool:
        manner = self.bot.talk_settings.free_in(message)
        if manner is None:
            return False
        return await self.bot.free_talk.answers(
            message, manner, agreed=agreed, talked_at=talked.get(message.channel.id)
        )

    async def _receive(self, events: Sequence[Event]) -> None:
        """Store messages and have them answered, after the next start if this one is stopping."""
        messages = await self._meant_for_it([one.content for one in events])
        if not messages:
            return
        ids = {one.id for one in messages}
        try:
            new = await self._store(messages)
        except DatabaseUnavailableError:
            self._unsure |= ids
            raise
        self._unsure -= ids
        self.bot.database_is_back()
        for message in messages:
            gone = self.bot.intake.was_deleted(message.id) or self.bot.proxies.is_repeated(message)
            if message.id in new and not gone:
                held = len(self.bot.turns) < MOST_IN_MEMORY
                self.bot.wait_for_turn(message, Waiting.on(message, held=held))

    async def _store(self, messages: Sequence[discord.Message]) -> set[int]:
        """Store messages and return the new ones; also what a failed attempt had stored counts."""
        incoming = [incoming_of(one, self.bot.me) for one in messages]
        stored = await in_database(actions.store_all, incoming)
        new = {one.id for one, is_new in zip(messages, stored, strict=True) if is_new}
        if unsure := self._unsure.intersection(one.id for one in messages) - new:
            new |= await in_database(awaiting_reply, unsure)
        return new

    async def _admit(self, turn: DiscordTurn) -> float:
        """Return how long a turn waits; warns the person, once, if they write too much.

        What they said before, while nobody listened, joins it.
        """
        guild_id = next(iter(turn.messages.values())).guild_id
        await self.bot.catch_up(guild_id, turn.channel_id)
        new = [one.message for one in turn.messages.values() if one.message and not one.recovered]
        if not new:
            return 0
        beyond = await beyond_limit(incoming_of(new[-1], self.bot.me), messages=len(new))
        if 0 < beyond <= len(new):
            with suppress(discord.DiscordException, *NETWORK):
                # No reply to the message: that is still to come.
                await new[-1].channel.send(TOO_FAST)
        return MINUTE if beyond else 0

    async def _answer(self, turn: DiscordTurn) -> None:
        """Answer a turn; the person hears of a failure if possible."""
        with self.bot.in_hand():
            messages = await self._messages_of(turn)
            if not messages:
                return
            try:
                if await self._is_allowed(turn, messages):
                    await self._reply(turn, messages)
            except (discord.Forbidden, discord.NotFound) as error:
                logger.warning("discord: can't reply in %s: %s", turn.channel_id, error.code)
                await self._give_up(messages, f"Discord refuses it ({error.code})")
            except DatabaseBusyError as error:
                raise LaterError("overload") from error
            except DatabaseUnavailableError as error:
                raise LaterError("the database is away") from error
            except Exception as error:
                if is_transient(error):
                    raise LaterError(f"Discord failed ({type(error).__name__})") from error
                await self._apologise(messages, error)

    async def _is_allowed(self, turn: DiscordTurn, messages: Sequence[discord.Message]) -> bool:
        """Return whether the limits of a server allow a reply, and say so if they don't.

        A reply that is tried again, begins again or is written again was counted before.
        """
        again = turn.attempts or any(one.rewriting for one in turn.messages.values())
        if again or messages[-1].id in self.bot.interrupted or await may_reply(messages[-1]):
            return True
        await tell_of_limit(messages[-1], self.bot.me)
        await self._give_up(messages, "the server's limit for a day is reached")
        return False

    async def _reply(self, turn: DiscordTurn, messages: Sequence[discord.Message]) -> None:
        begun = turn.attempts or any(one.recovered for one in turn.messages.values())
        shown = self.bot.interrupted.pop(messages[-1].id, None)
        if begun:
            messages = await finish_reply(self.bot, messages, turn.may_leave)
            if not messages:
                return
            if shown is None:
                shown = await shown_before(messages[-1], self.bot.me)
        surface = DiscordSurface(
            messages[-1],
            self.bot.me,
            order=turn.may_leave,
            first=turn.may_be_shown,
            shown=shown or [],
            rooms=self.bot.rooms,
        )
        incoming = [self._incoming(one, turn) for one in messages]
        try:
            async with surface.at_work():
                await respond_to_turn(incoming, surface)
        except asyncio.CancelledError:
            await self._leave_or_take_back(surface, messages[-1])
            raise
        except Exception as error:
            if not (is_transient(error) or isinstance(error, DATABASE_FAILED)):
                await surface.take_back()
            raise

    def _incoming(self, message: discord.Message, turn: DiscordTurn) -> Incoming:
        waiting = turn.messages.get(message.id)
        incoming = incoming_of(message, self.bot.me, again=True)
        return replace(incoming, rewriting=waiting.rewriting if waiting else None)

    async def write_again(
        self,
        guild_id: int | None,
        channel_id: int,
        platform_id: int,
        person_id: int,
        way: Way,
        at: datetime,
    ) -> str:
        """Have a person's message replied to again, in the place of the reply that it has.

        Args:
            at: when they asked for it, by the clock that dates the messages.

        Returns:
            Why that can't be done, in words for the person; empty if it is being done.
        """
        message = await fetch_message(self.bot, guild_id, channel_id, platform_id)
        if message is None or message.author.id != person_id:
            return QUESTION_GONE
        if not self.bot.talk_settings.allow(message):
            return SILENT
        if message.created_at < at - reply_limit():
            return TOO_LONG_AGO
        if await beyond_limit(incoming_of(message, self.bot.me)):
            return TOO_FAST
        row = await in_database(stored_message, platform_id)
        shown = await self._reply_to(message)
        if row is None or not shown:
            return QUESTION_GONE
        if self.bot.turns.has(platform_id):
            return ON_IT
        if not await may_reply(message):
            return limit_reached()
        if not await in_database(reopen_reply, row.pk):
            return ON_IT
        self.bot.interrupted[platform_id] = shown
        before = without_note("\n".join(one.content for one in shown))
        rewriting = Rewriting(way, before)
        waiting = Waiting.on(message, recovered=True, rewriting=rewriting)
        self.bot.turns.add(person_id, channel_id, platform_id, waiting, alone=True)
        return ""

    async def _reply_to(self, message: discord.Message) -> list[discord.Message]:
        """Return the messages of the reply that a message has, as Discord holds them."""
        guild_id = message.guild.id if message.guild else None
        ids = await in_database(reply_ids, message.id)
        found = [await fetch_message(self.bot, guild_id, message.channel.id, one) for one in ids]
        return [one for one in found if one is not None]

    async def _leave_or_take_back(self, surface: DiscordSurface, message: discord.Message) -> None:
        """Decide what becomes of a reply that was shown in part when it was cut.

        It goes with a message that was deleted. If that was edited, or this process stops, a later
        reply takes its place.
        """
        if self.bot.turns.has(message.id):
            self.bot.interrupted[message.id] = surface.shown
        elif not self.bot.stopping:
            await surface.take_back()

    async def _messages_of(self, turn: DiscordTurn) -> list[discord.Message]:
        """Return a turn's messages, oldest first; those that Discord no longer has are left out."""
        found = []
        for one in sorted(turn.messages.values(), key=lambda one: one.platform_id):
            try:
                message = one.message or await fetch_message(
                    self.bot, one.guild_id, one.channel_id, one.platform_id
                )
            except (discord.HTTPException, *NETWORK) as error:
                raise LaterError(f"Discord failed ({type(error).__name__})") from error
            if message is None:
                await give_up(one.platform_id, "the message, or its channel, is gone")
            else:
                found.append(message)
        return found

    async def _give_up(self, messages: Sequence[discord.Message], reason: str) -> None:
        for message in messages:
            await give_up(message.id, reason)

    async def _apologise(self, messages: Sequence[discord.Message], error: Exception) -> None:
        fault_id, message = new_fault_id(), messages[-1]
        logger.error(
            "discord: reply failed, id %s, message %s, user %s, server %s",
            fault_id,
            message.id,
            message.author.id,
            message.guild.id if message.guild else None,
            exc_info=error,
        )
        direct = isinstance(message.channel, discord.DMChannel)
        say = message.channel.send if direct else message.reply
        try:
            await say(sorry(fault_id), mention_author=False)
        except (discord.DiscordException, *NETWORK) as refused:
            if is_transient(refused):
                return
        with suppress(DatabaseUnavailableError):
            await self._give_up(messages, f"unexpected error, id {fault_id}")


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Talk(bot))
