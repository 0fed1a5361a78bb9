"""What the companion answers without being mentioned, in channels where an admin lets it.

It reads only messages of people who agreed to be remembered, and never replies twice in a row to
messages that weren't said to it.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import discord

from botrunner.discord_bot.reading.messages import is_talk
from botrunner.models import TalkSetting
from botrunner.servers.queries import Manner, last_talk_in
from profiles.queries import who_agree
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.redis.rates import count

# A question is open if nobody has said anything for this many seconds after it.
OPEN_AFTER = 25.0
# What follows the companion's reply within this time, from the same person, is said to it.
CONVERSATION = timedelta(minutes=3)
# A thread is followed until nobody has talked with the companion there for this long.
SILENCE = timedelta(minutes=30)
HOUR = 3600
CHANNELS = 1000
DECISIONS = 1000
# What is asked in fewer words is seldom meant for anybody who listens.
FEWEST_WORDS = 3


@dataclass(slots=True)
class _Channel:
    """What was said last in a channel.

    Args:
        last_id: the latest message.
        answered: whom the companion answered if that message is its own.
        answered_at: when.
        unasked: the companion's last reply there was to a message that wasn't said to it.
    """

    last_id: int = 0
    answered: int | None = None
    answered_at: datetime | None = None
    unasked: bool = False


class FreeTalk:
    """Decides which messages are answered that don't mention the companion.

    Args:
        pause: waits some seconds.
    """

    def __init__(self, pause: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        self.pause = pause
        self._channels: OrderedDict[int, _Channel] = OrderedDict()
        # Whether messages get a reply, by their ids.
        self._decided: OrderedDict[int, bool] = OrderedDict()

    def hear(self, message: discord.Message, me: discord.abc.User, *, addressed: bool) -> bool:
        """Follow a message of a channel; return whether it continues a talk with the companion.

        Args:
            addressed: it mentions the companion, or replies to it.
        """
        channel = self._channel(message.channel.id)
        continues = (
            channel.answered == message.author.id
            and channel.answered_at is not None
            and message.created_at - channel.answered_at <= CONVERSATION
        )
        own = message.author.id == me.id
        channel.last_id = message.id
        channel.answered = _answered(message) if own else None
        channel.answered_at = message.created_at if own else None
        if addressed:
            channel.unasked = False
        return continues

    def drop(self, channel_id: int, platform_ids: Collection[int]) -> None:
        """Follow deletions: a question that is deleted isn't open any more."""
        channel = self._channels.get(channel_id)
        if channel is not None and channel.last_id in platform_ids:
            channel.last_id = 0

    def is_called(
        self,
        message: discord.Message,
        me: discord.abc.User,
        manner: Manner | None,
        *,
        continues: bool,
    ) -> bool:
        """Return whether a message that doesn't mention the companion is said to it nevertheless.

        `answers` then decides whether it gets a reply.

        Args:
            manner: what is set where it was written; None if nothing is.
            continues: it follows the companion's reply to its author.
        """
        if manner is None or manner.mode != TalkSetting.Mode.FREE:
            return False
        if not _is_for_anybody(message, me):
            return False
        return continues or _names_it(message)

    async def answers_unasked(
        self, message: discord.Message, me: discord.abc.User, manner: Manner
    ) -> bool:
        """Return whether a message gets a reply since it asks what nobody answers.

        That is known only after a while. In a thread it may have got one meanwhile.

        Args:
            manner: what is set where it was written.

        Raises:
            DatabaseUnavailableError: it isn't known.
        """
        if not _is_for_anybody(message, me) or not _asks(message):
            return False
        if not await in_database(who_agree, {message.author.id}):
            return False
        if not await self._is_open_question(message, manner):
            return False
        return await self._decide(message, manner)

    async def answers(
        self,
        message: discord.Message,
        manner: Manner,
        *,
        agreed: Collection[int],
        talked_at: datetime | None,
    ) -> bool:
        """Return whether a message gets a reply that was taken in as said to the companion.

        Once decided it stays so: its author may be counted only once.

        Args:
            manner: what is set where it was written.
            agreed: authors who agreed to be remembered.
            talked_at: when somebody last talked with the companion there, as far as that isn't
                stored yet.

        Raises:
            DatabaseUnavailableError: nothing was decided.
        """
        if message.id in self._decided:
            return self._decided[message.id]
        if message.author.id not in agreed:
            return False
        # What is said elsewhere was taken in since it calls the companion.
        in_thread = isinstance(message.channel, discord.Thread)
        named = manner.mode == TalkSetting.Mode.FREE and _names_it(message)
        if in_thread and not named and not await _is_followed(message, talked_at):
            return False
        self._channel(message.channel.id).unasked = False
        return await self._decide(message, manner)

    async def _decide(self, message: discord.Message, manner: Manner) -> bool:
        """Count a reply of this hour; return whether it is one of those that an admin allows."""
        used = await count(f"free-talk:{manner.place_id}", seconds=HOUR, channel_id=manner.place_id)
        self._decided[message.id] = used <= manner.budget
        if len(self._decided) > DECISIONS:
            self._decided.popitem(last=False)
        return used <= manner.budget

    async def _is_open_question(self, message: discord.Message, manner: Manner) -> bool:
        """Wait, and return whether a question is still open; it is then taken as answered."""
        channel = self._channel(message.channel.id)
        if manner.mode != TalkSetting.Mode.FREE or channel.unasked:
            return False
        await self.pause(OPEN_AFTER)
        if message.id in self._decided or channel.last_id != message.id or channel.unasked:
            return False
        channel.unasked = True
        return True

    def _channel(self, channel_id: int) -> _Channel:
        channel = self._channels.setdefault(channel_id, _Channel())
        self._channels.move_to_end(channel_id)
        if len(self._channels) > CHANNELS:
            self._channels.popitem(last=False)
        return channel


def may_follow(message: discord.Message, me: discord.abc.User) -> bool:
    """Return whether a message is said to the companion if its thread is one that it follows."""
    return isinstance(message.channel, discord.Thread) and _is_for_anybody(message, me)


async def authors_who_agree(messages: Sequence[discord.Message]) -> frozenset[int]:
    """Return which authors of messages agreed to be remembered.

    Raises:
        DatabaseUnavailableError: it isn't known.
    """
    authors = {one.author.id for one in messages}
    return await in_database(who_agree, authors) if authors else frozenset()


async def _is_followed(message: discord.Message, talked_at: datetime | None) -> bool:
    """Return whether people talked with the companion in a thread shortly before a message."""
    said_at = message.created_at
    if talked_at is not None and said_at - talked_at <= SILENCE:
        return True
    last = await in_database(last_talk_in, message.channel.id, until=said_at)
    return last is not None and said_at - last <= SILENCE


def _answered(message: discord.Message) -> int | None:
    replied = message.reference.resolved if message.reference else None
    return replied.author.id if isinstance(replied, discord.Message) else None


def _is_for_anybody(message: discord.Message, me: discord.abc.User) -> bool:
    """Return whether a person said something, and not to somebody else."""
    return is_talk(message) and not _is_for_somebody_else(message, me)


def _is_for_somebody_else(message: discord.Message, me: discord.abc.User) -> bool:
    """Return whether a message mentions other people or roles, or replies to somebody else."""
    if message.mentions or message.role_mentions or message.mention_everyone:
        return True
    return message.type == discord.MessageType.reply and _answered(message) != me.id


def _asks(message: discord.Message) -> bool:
    text = message.content.rstrip()
    return text.endswith(("?", "？")) and len(text.split()) >= FEWEST_WORDS


def _names_it(message: discord.Message) -> bool:
    """Return whether a message calls the companion by its name."""
    names = {environment.bot_name}
    if message.guild is not None:
        names.add(message.guild.me.display_name)
    pattern = "|".join(re.escape(name) for name in names if name)
    return re.search(rf"(?<!\w)(?:{pattern})(?!\w)", message.content, re.IGNORECASE) is not None
