"""Find in Discord's history what happened while nobody listened.

After a start, or a session that Discord forgot, the gateway sends nothing of what came meanwhile.
So the history of each channel that people talked in lately is compared with the database: messages
to the companion that are unknown, edits, and deletions go through the intake like events of the
gateway. What is too old for a reply is only stored.

A channel in which somebody writes is compared at once, before they get their reply: what they said
before comes first.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import discord
from django.utils import timezone

from botrunner.conversation import actions
from botrunner.conversation.queries import Known, active_channels, known_messages, reply_limit
from botrunner.discord_bot.bot import Waiting, WhisperBot
from botrunner.discord_bot.connection.network import is_transient
from botrunner.discord_bot.reading.events import (
    deletion_event,
    edit_event,
    held_channel,
    message_event,
)
from botrunner.discord_bot.reading.messages import can_speak, incoming_of, is_addressed, words_of
from botrunner.discord_bot.replying.streaming import is_unfinished, remove
from botrunner.discord_bot.servers.free_talk import SILENCE
from botrunner.intake import Event, EventKind
from memories.actions import note_return
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.personal_data.erasures import erased_since, erasures_of

logger = logging.getLogger(__name__)

# Between two channels, so that the history of a hundred leaves room for replies.
PAUSE_SECONDS = 0.2
# A connection may be dead for as long before that is noticed, and clocks differ.
LEEWAY = timedelta(minutes=2)
# Discord's errors that say what is gone.
UNKNOWN_CHANNEL = 10003
# Of people who were erased lately.
MOST_ERASED = 20


_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Found:
    """How much a reconciliation found.

    Args:
        missed: messages to the companion that were unknown.
        unread: channels that Discord did not let it read.
    """

    channels: int = 0
    missed: int = 0
    edited: int = 0
    deleted: int = 0
    unread: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.channels} channels: {self.missed} messages missed, {self.edited} edited, "
            f"{self.deleted} deleted, {len(self.unread)} channels not readable"
        )


@dataclass(frozen=True, slots=True)
class Missed:
    """A time in which nobody listened, at most.

    Args:
        since: None if nobody is known to have listened before.
    """

    since: datetime | None
    until: datetime

    def __contains__(self, at: datetime) -> bool:
        begun = self.since is None or self.since - LEEWAY <= at
        return begun and at <= self.until + LEEWAY


class Comparison:
    """Discord's history in one shard compared with the database, each channel once in a session.

    Args:
        missed: when nobody listened.
    """

    def __init__(self, bot: WhisperBot, shard_id: int, missed: Missed) -> None:
        self.found = Found()
        self._bot, self._shard_id, self._missed = bot, shard_id, missed
        # Of servers that Discord itself could not reach.
        self._missed_in: dict[int | None, Missed] = {}
        self._since = timezone.now() - timedelta(days=environment.reconcile_days)
        self._channels: dict[int, asyncio.Task[None]] = {}
        self._guilds: dict[int, int | None] = {}

    async def run(self) -> None:
        """Compare the channels of the last days, the liveliest first; again after a failure.

        Raises:
            DatabaseUnavailableError: try it again later; what was found so far is in the intake.
            discord.HTTPException, OSError, TimeoutError, aiohttp.ClientError: Discord failed.
        """
        channels = await self._channels_to_compare()
        for channel_id in list(channels)[: environment.reconcile_channels]:
            if self._bot.stopping:
                break
            if not self.is_compared(channel_id):
                await self.compare(channels[channel_id], channel_id)
                await asyncio.sleep(PAUSE_SECONDS)
        logger.info("discord: compared %s", self.found)

    async def _channels_to_compare(self) -> dict[int, int | None]:
        """Return the channels of the shard that something may have been missed in, with servers."""
        channels = dict[int, int | None]()
        if self._is_of(None):
            erased = await in_database(erased_since, timezone.now() - reply_limit(), MOST_ERASED)
            channels = {one: None async for one in _direct_channels(self._bot, erased)}
        limit = environment.reconcile_channels
        channels |= await in_database(active_channels, self._since, limit=limit, within=self._is_of)
        news = _with_news(self._bot, self._since)
        return channels | {one: at for one, at in news if self._is_of(at)}

    def _is_of(self, guild_id: int | None) -> bool:
        """Return whether a server, or direct messages (None), belong to the shard."""
        return self._bot.share.shard_of(guild_id) == self._shard_id

    async def compare(self, guild_id: int | None, channel_id: int) -> None:
        """Compare one channel, unless that was done; who comes meanwhile waits for it.

        Args:
            guild_id: its server; None for direct messages.

        Raises:
            DatabaseUnavailableError, discord.HTTPException, OSError, TimeoutError,
            aiohttp.ClientError: the same may succeed later.
        """
        task = self._channels.get(channel_id)
        if task is None or (task.done() and not self.is_compared(channel_id)):
            work = self._compare(guild_id, channel_id)
            task = self._channels[channel_id] = asyncio.create_task(work)
            self._guilds[channel_id] = guild_id
        await asyncio.shield(task)

    async def _compare(self, guild_id: int | None, channel_id: int) -> None:
        bot, since, found = self._bot, self._since, self.found
        # Before Discord is asked: what is stored later may be newer than its history.
        known = await in_database(known_messages, channel_id, since)
        try:
            channel = held_channel(bot, guild_id, channel_id) or await bot.fetch_channel(channel_id)
            if not isinstance(channel, discord.abc.Messageable):
                return
            if not _may_read(channel):
                found.unread.append(channel_id)
                return
            limit = environment.reconcile_messages
            history = [
                one async for one in channel.history(limit=limit, after=since, oldest_first=False)
            ]
        except discord.NotFound as error:
            # Direct messages are never deleted; another account of a bot just can't see them.
            if error.code == UNKNOWN_CHANNEL and not all(one.direct for one in known.values()):
                await bot.intake.take(Event(EventKind.CHANNEL_REMOVAL, channel_id))
            return
        except (discord.Forbidden, discord.InvalidData):
            found.unread.append(channel_id)
            return
        found.channels += 1
        if not isinstance(channel, discord.DMChannel):
            await in_database(note_return, channel_id=channel_id)
        history.reverse()
        complete = len(history) < limit
        # Of the first moment Discord may leave something out.
        begin = since + timedelta(seconds=1) if complete else history[0].created_at
        gone = await _take_deletions(bot, channel, known, history, found, since=begin)
        await remove(_left_over(bot, known, gone, history))
        await _take_edits(bot, known, history, found)
        await self._take_missed(guild_id, known, history)
        _take_up(bot, known, history)

    async def _take_missed(
        self,
        guild_id: int | None,
        known: Mapping[int, Known],
        history: Iterable[discord.Message],
    ) -> None:
        """Take in unknown messages to the companion, oldest first; those too old are only stored.

        What people said before they asked to be erased is unknown, and stays so.
        """
        bot, answered_since = self._bot, timezone.now() - reply_limit()
        unknown = self._for_it(guild_id, [one for one in history if one.id not in known])
        if not unknown:
            return
        erased = await in_database(erasures_of, {one.author.id for one in unknown})
        until = {one: _asked_at(bot, one, at) for one, at in erased.items()}
        for message in unknown:
            if message.author.id in until and message.created_at <= until[message.author.id]:
                continue
            if message.created_at >= answered_since:
                self.found.missed += 1
                await bot.intake.take(message_event(message))
            elif is_addressed(message, bot.me):
                self.found.missed += 1
                await in_database(actions.store_all, [incoming_of(message, bot.me)])
        # Who waits for the comparison waits for these.
        await bot.intake.settle()

    def _for_it(
        self, guild_id: int | None, unknown: Iterable[discord.Message]
    ) -> list[discord.Message]:
        """Return which of some unknown messages are, or may be, said to the companion.

        One that only may be was heard and left alone, unless nobody listened: at that time, or when
        the companion was called into its thread shortly before.

        Args:
            unknown: of one channel, oldest first.
        """
        bot, found = self._bot, list[discord.Message]()
        missed, follows_until = self._missed_in.get(guild_id, self._missed), _NEVER
        for message in unknown:
            at = message.created_at
            unheard = at in missed or at <= follows_until
            for_it = is_addressed(message, bot.me) or (unheard and bot.may_be_for_it(message))
            if for_it and can_speak(message) and bot.talk_settings.allow(message):
                found.append(message)
                follows_until = at + SILENCE
        return found

    def is_compared(self, channel_id: int) -> bool:
        """Return whether a channel was compared in this session."""
        task = self._channels.get(channel_id)
        return bool(task and task.done() and not task.cancelled() and task.exception() is None)

    def forget(self, guild_id: int, missed: Missed) -> None:
        """Compare the channels of a server again, where something may have been missed."""
        self._missed_in[guild_id] = missed
        for channel_id in [one for one, at in self._guilds.items() if at == guild_id]:
            del self._guilds[channel_id]
            # One that runs continues: somebody may wait for it.
            del self._channels[channel_id]

    def stop(self) -> None:
        """Leave the rest to the next session."""
        for task in self._channels.values():
            task.cancel()


async def _direct_channels(bot: WhisperBot, people: Iterable[int]) -> AsyncIterator[int]:
    """Yield the direct messages of people of whom nothing is held that would tell them.

    They may have written since they were erased.
    """
    for person_id in people:
        try:
            yield (await bot.create_dm(discord.Object(person_id))).id
        except discord.HTTPException as error:
            # Accounts of the console, and people who left Discord, have none.
            if is_transient(error):
                raise


def _with_news(bot: WhisperBot, since: datetime) -> Iterator[tuple[int, int]]:
    """Yield channels, with their servers, where something was written lately, the latest first."""
    oldest = discord.utils.time_snowflake(since)
    places = [*bot.get_all_channels(), *(one for guild in bot.guilds for one in guild.threads)]
    latest = [(getattr(one, "last_message_id", None) or 0, one) for one in places]
    for at, one in sorted(latest, key=lambda pair: -pair[0]):
        if at > oldest:
            yield one.id, one.guild.id


def _may_read(channel: discord.abc.Messageable) -> bool:
    """Return whether Discord gives the channel's history; without the right it gives none of it."""
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return True
    try:
        return channel.permissions_for(channel.guild.me).read_message_history
    except discord.ClientException:
        # A thread whose channel is not known.
        return False


async def _take_deletions(
    bot: WhisperBot,
    channel: discord.abc.Messageable,
    known: dict[int, Known],
    history: Sequence[discord.Message],
    found: Found,
    *,
    since: datetime,
) -> set[int]:
    """Take in what the database holds and Discord no longer does, and return which that is.

    Args:
        since: how far the history goes back.
    """
    there, oldest = {one.id for one in history}, discord.utils.time_snowflake(since)
    gone = {pk for pk, one in known.items() if not one.deleted and pk >= oldest and pk not in there}
    if gone:
        found.deleted += len(gone)
        guild = getattr(channel, "guild", None)
        channel_id = getattr(channel, "id", 0)
        await bot.intake.take(deletion_event(channel_id, guild.id if guild else None, gone))
    return gone


def _left_over(
    bot: WhisperBot, known: dict[int, Known], gone: set[int], history: Sequence[discord.Message]
) -> list[discord.Message]:
    """Return what a process that ended left half written of replies to messages that are gone.

    In direct messages a reply refers to nothing: there it is left over if nothing awaits one.
    """
    awaited = any(one.awaits_reply for pk, one in known.items() if pk not in gone)
    unfinished = [one for one in history if one.author.id == bot.me.id and is_unfinished(one)]
    return [
        one
        for one in unfinished
        if (one.reference.message_id in gone if one.reference else gone and not awaited)
    ]


async def _take_edits(
    bot: WhisperBot,
    known: dict[int, Known],
    history: Iterable[discord.Message],
    found: Found,
) -> None:
    for message in history:
        row = known.get(message.id)
        # What is not kept has no text to follow.
        if row is None or row.deleted or not row.text:
            continue
        if message.edited_at is None or message.author.bot:
            continue
        newer = row.edited_at is None or message.edited_at > row.edited_at
        words = words_of(message, bot.me)
        if newer and words != row.text and (words or bot.reads(message)):
            found.edited += 1
            await bot.intake.take(edit_event(message))


def _asked_at(bot: WhisperBot, person_id: int, erased_at: datetime) -> datetime:
    """Return when a person asked for an erasure: it may have waited, and they may have talked on.

    What asked for it in another process, or outside Discord, is not known: then it is the time of
    the erasure itself.
    """
    asked, done = bot.forgotten.get(person_id, (erased_at, None))
    return asked if done == erased_at else erased_at


def _take_up(bot: WhisperBot, known: dict[int, Known], history: Iterable[discord.Message]) -> None:
    """Have stored messages answered whose reply is open, together with what is new."""
    answered_since = timezone.now() - reply_limit()
    for message in history:
        row = known.get(message.id)
        if row is None or row.deleted or not row.awaits_reply:
            continue
        if message.created_at >= answered_since:
            waiting = Waiting.on(message, recovered=True)
            bot.turns.add(message.author.id, message.channel.id, message.id, waiting)
