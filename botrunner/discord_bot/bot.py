"""The Discord bot."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import Any

import discord
from django.conf import settings

from botrunner.conversation.rewriting import Rewriting, Way
from botrunner.conversation.turns import Admit, Respond, Turn, Turns
from botrunner.discord_bot.connection.network import NETWORK
from botrunner.discord_bot.connection.sharded import ShardedBot
from botrunner.discord_bot.connection.share import Share
from botrunner.discord_bot.reading.events import read_again
from botrunner.discord_bot.reading.messages import is_addressed
from botrunner.discord_bot.reading.proxies import Proxies
from botrunner.discord_bot.reading.rooms import Rooms
from botrunner.discord_bot.replying.errors import DATABASE_AWAY
from botrunner.discord_bot.replying.sweeping import SweepButton
from botrunner.discord_bot.servers.free_talk import FreeTalk, may_follow
from botrunner.discord_bot.servers.setup import SetupMenu
from botrunner.discord_bot.servers.talk_settings import TalkSettings
from botrunner.discord_bot.tree import Commands
from botrunner.discord_bot.views.buttons import BUTTONS
from botrunner.discord_bot.views.list_pages import PageButton
from botrunner.discord_bot.views.older_talk import OlderTalkButton
from botrunner.discord_bot.views.reminder_buttons import LaterButton
from botrunner.discord_bot.views.reply_buttons import ReplyButton
from botrunner.intake import Event, EventKind, Intake
from whisper.environment import environment

logger = logging.getLogger(__name__)

# For storing what came while it stopped.
STORE_SECONDS = 3.0
OTHER_BUTTONS = (
    OlderTalkButton,
    PageButton,
    LaterButton,
    ReplyButton,
    SetupMenu,
    SweepButton,
)
COGS = (
    "talk",
    "recovery",
    "changes",
    "names",
    "rooms",
    "removals",
    "reconciliation",
    "memory",
    "facts",
    "profile",
    "mood",
    "personas",
    "reminders",
    "follow_ups",
    "zone",
    "server",
    "owner",
    "welcome",
    "privacy",
    "menus",
    "about",
    "errors",
)


def intents(*, message_content: bool) -> discord.Intents:
    """Return what the bot wants to hear of, and nothing else.

    Args:
        message_content: also the text of server messages that do not mention it, so that it
            understands replies without a mention. Discord grants it in the developer portal.
    """
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.guild_messages = True
    wanted.dm_messages = True
    wanted.message_content = message_content
    return wanted


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits for its reply.

    Args:
        message: None if too many wait; it is then read from Discord again when it is its turn.
        recovered: it was stored by a process that ended, or given back by this one.
        rewriting: how the reply that it has is written again.
    """

    guild_id: int | None
    channel_id: int
    platform_id: int
    message: discord.Message | None = None
    recovered: bool = False
    rewriting: Rewriting | None = None

    @classmethod
    def on(
        cls,
        message: discord.Message,
        *,
        held: bool = True,
        recovered: bool = False,
        rewriting: Rewriting | None = None,
    ) -> Waiting:
        """Return that a message waits.

        Args:
            held: whether it is held meanwhile.
        """
        guild_id = message.guild.id if message.guild else None
        kept = message if held else None
        return cls(guild_id, message.channel.id, message.id, kept, recovered, rewriting)


DiscordTurn = Turn[Waiting]


class WhisperBot(ShardedBot):
    """Answers people, and knows which answers it is working on."""

    def __init__(self, *, message_content: bool = True, share: Share | None = None) -> None:
        """Make a bot that is not connected.

        Args:
            message_content: as for `intents`.
            share: the shards of this process; by default there is one.
        """
        super().__init__(
            share=share or Share(),
            command_prefix=environment.discord_command_prefix,
            help_command=None,
            tree_cls=Commands,
            intents=intents(message_content=message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            # Members and old messages are never looked up.
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
        )
        self.stopping = False
        self.intake = Intake(
            settings.DATA_DIR / "intake",
            read=partial(read_again, self),
            tell_away=self._tell_away,
            mine=lambda event: self.share.has(event.guild_id),
        )
        self.rooms = Rooms(lambda: self.me.id)
        self.talk_settings = TalkSettings()
        self.free_talk = FreeTalk()
        self.proxies = Proxies()
        self.turns: Turns[Waiting]
        # Finds what was said in a channel while nobody listened.
        self.catch_up: Callable[[int | None, int], Awaitable[None]] = _nothing_was_missed
        # Tells whether that was done; takes server and channel.
        self.is_caught_up: Callable[[int | None, int], bool] = lambda guild_id, channel_id: True
        # Has a reply written again; takes server, channel, message, person and time.
        self.write_again: Callable[[int | None, int, int, int, Way, datetime], Awaitable[str]]
        # What is shown of replies that begin again, by the messages that they reply to.
        self.interrupted: dict[int, list[discord.Message]] = {}
        # When people asked to be forgotten, and when they were, by their ids.
        self.forgotten: dict[int, tuple[datetime, datetime | None]] = {}
        self._told_away: set[int] = set()
        self._in_hand: set[asyncio.Task[Any]] = set()

    @property
    def me(self) -> discord.ClientUser:
        """Return the bot's own account; it is known once logged in."""
        if self.user is None:
            raise RuntimeError("not logged in")
        return self.user

    async def setup_hook(self) -> None:
        """Load the cogs and listen to buttons of earlier runs."""
        self.add_dynamic_items(*BUTTONS, *OTHER_BUTTONS)
        for name in COGS:
            # As an extension its module would run again for each bot: a tenth of a second.
            await import_module(f"botrunner.discord_bot.cogs.{name}").setup(self)

    async def on_message(self, message: discord.Message, /) -> None:
        """Run no text commands: there are slash commands, and talk is a cog."""

    def answer_with(self, answer: Respond[Waiting], *, admit: Admit[Waiting]) -> None:
        """Have turns answered; called before the first message comes.

        Args:
            answer: makes and sends the reply to a turn.
            admit: says how long a turn has to wait.
        """
        self.turns = Turns(
            answer,
            admit=admit,
            window_seconds=environment.turn_window_seconds,
            at_once=environment.replies_at_once,
        )

    def reads(self, message: discord.Message) -> bool:
        """Return whether Discord shows it a message's words, so that one without any has none."""
        return bool(message.guild is None or message.content or self.intents.message_content)

    def may_be_for_it(self, message: discord.Message) -> bool:
        """Return whether a message may be said to the companion that doesn't address it.

        In a thread that depends on what was said there before, which may not be stored yet.
        """
        manner = self.talk_settings.free_in(message)
        if manner is None and self.talk_settings.known:
            return False
        called = self.free_talk.is_called(message, self.me, manner, continues=False)
        return called or may_follow(message, self.me)

    def wait_for_turn(self, message: discord.Message, waiting: Waiting) -> None:
        """Have a message answered when it is its turn."""
        self.turns.add(message.author.id, message.channel.id, message.id, waiting)

    def let_go(self, platform_ids: Iterable[int]) -> list[discord.Message]:
        """Have messages answered no more that were taken back.

        Returns:
            What is shown of replies to them that were to begin again: nobody else removes it.
        """
        shown = list[discord.Message]()
        for platform_id in platform_ids:
            self.turns.drop(platform_id)
            shown += self.interrupted.pop(platform_id, [])
        return shown

    @contextmanager
    def in_hand(self) -> Iterator[None]:
        """Count the running task as an answer that a stop waits for."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("answers are tasks")
        self._in_hand.add(task)
        try:
            yield
        finally:
            self._in_hand.discard(task)

    def hold(self) -> None:
        """Let a stop wait for the running task, which answers a command or a button."""
        task = asyncio.current_task()
        if task is not None:
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)

    async def finish(self, *, seconds: float) -> None:
        """Begin no further answer, finish those begun, and disconnect.

        What is not finished in time, and what comes meanwhile, is answered after the next start.
        """
        self.stopping = True
        self.turns.stop()
        logger.info("discord: stopping, %d replies in progress", len(self._in_hand))
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand, timeout=seconds)
            for task in late:
                task.cancel()
            if late:
                logger.warning("discord: %d replies weren't finished in time", len(late))
                await asyncio.wait(late)
        await self.intake.finish(seconds=STORE_SECONDS)
        await self.close()

    async def close(self) -> None:
        """Disconnect; what the intake still holds is taken over by the next process."""
        self.stopping = True
        await super().close()
        await self.intake.close()

    def database_is_back(self) -> None:
        """Notify people again if the database goes away once more."""
        self._told_away.clear()

    async def _tell_away(self, events: Sequence[Event]) -> None:
        """Tell people, once per channel, that their message waits for the database."""
        for event in events:
            message = event.content
            if event.kind != EventKind.MESSAGE or event.channel_id in self._told_away:
                continue
            # Where many wait, most hold no message; who didn't speak to it waits for no reply.
            if message is None or not is_addressed(message, self.me):
                continue
            self._told_away.add(message.channel.id)
            with suppress(discord.DiscordException, *NETWORK):
                # No reply to the message: that would be taken for its answer.
                await message.channel.send(DATABASE_AWAY)


async def _nothing_was_missed(guild_id: int | None, channel_id: int) -> None:
    """Find nothing."""
