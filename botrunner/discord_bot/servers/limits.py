"""How much the companion replies on a server in a day, and how long it keeps what is said there."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.discord_bot.reading.messages import is_addressed
from botrunner.discord_bot.replying.errors import answer
from botrunner.servers.actions import begin_reply, note_tokens, set_limits, set_retention
from botrunner.servers.queries import Limits, limits_of, retention_of, today, used_on
from whisper.action_log import Actor
from whisper.amounts import amount
from whisper.database.access import in_database
from whisper.database.errors import DatabaseBusyError, DatabaseUnavailableError
from whisper.redis.rates import count

DAY = 24 * 60 * 60
MOST_REPLIES, MOST_TOKENS, MOST_DAYS = 1_000_000, 1_000_000_000, 3650
REACHED = (
    "The people who manage this server limit how much I reply in a day, and that was all for "
    "today. I'm back here {when}; in direct messages we can keep talking."
)


class LimitCommands(commands.Cog):
    """The commands on what a server's members can use of the companion, and for how long."""

    @app_commands.command()
    @app_commands.describe(
        replies="Most replies on one day; 0 for any number.",
        tokens="Most tokens of the language model on one day; 0 for any number.",
    )
    async def limits(
        self,
        interaction: discord.Interaction[Any],
        replies: app_commands.Range[int, 0, MOST_REPLIES] | None = None,
        tokens: app_commands.Range[int, 0, MOST_TOKENS] | None = None,
    ) -> None:
        """Show or change how much I reply on this server in a day."""
        guild_id, actor = interaction.guild_id or 0, Actor.person(interaction.user.id)
        if replies is not None or tokens is not None:
            before = await in_database(limits_of, guild_id)
            limits = Limits(
                before.replies if replies is None else replies or None,
                before.tokens if tokens is None else tokens or None,
            )
            await in_database(set_limits, guild_id, limits, actor=actor)
        await answer(interaction, await in_database(limits_in_words, guild_id))

    @app_commands.command()
    @app_commands.describe(
        days="After how many days; 0 for never. Leave it out to see what is set."
    )
    async def retention(
        self,
        interaction: discord.Interaction[Any],
        days: app_commands.Range[int, 0, MOST_DAYS] | None = None,
    ) -> None:
        """Show or change after how many days I erase what was said to me on this server."""
        guild_id = interaction.guild_id or 0
        if days is not None:
            actor = Actor.person(interaction.user.id)
            await in_database(set_retention, guild_id, days or None, actor=actor)
        await answer(interaction, await in_database(retention_in_words, guild_id))


def limits_in_words(guild_id: int) -> str:
    """Return the limits of a server, and how much of them is used today."""
    limits, used = limits_of(guild_id), used_on(guild_id, today())
    parts = [
        f"{used_up:,} of {limit:,} {what}" if limit else f"{used_up:,} {what} (no limit)"
        for used_up, limit, what in (
            (used.replies or 0, limits.replies, "replies"),
            (used.tokens or 0, limits.tokens, "tokens of the language model"),
        )
    ]
    return f"Used on this server today: {' and '.join(parts)}. Days begin at midnight UTC."


def retention_in_words(guild_id: int) -> str:
    """Return how long what was said on a server is kept."""
    days = retention_of(guild_id)
    if days is None:
        return "What people say to me on this server stays until they have it forgotten."
    return (
        f"I erase what people said to me on this server after {amount(days, 'day')}, with "
        "everything I made of it alone."
    )


async def may_reply(message: discord.Message) -> bool:
    """Count a reply to a message; return whether the limits of its server allow it."""
    return message.guild is None or await in_database(begin_reply, message.guild.id, today())


async def note_used(message: discord.Message, tokens: int) -> None:
    """Count the tokens of a reply to a message of a server."""
    if message.guild is not None and tokens:
        # The reply was sent; nobody waits for the count.
        with suppress(DatabaseBusyError, DatabaseUnavailableError):
            await in_database(note_tokens, message.guild.id, today(), tokens)


async def tell_of_limit(message: discord.Message, me: discord.abc.User) -> None:
    """Tell who addressed the companion that a limit is reached, once a day."""
    guild_id = message.guild.id if message.guild else 0
    if not is_addressed(message, me):
        return
    if await count(f"limit:{guild_id}:{message.author.id}:{today()}", seconds=DAY) == 1:
        # No reply to the message: a later process would take it for its answer.
        await message.channel.send(limit_reached())


def limit_reached() -> str:
    """Return that a server's limits are reached, and until when."""
    tomorrow = datetime.combine(today() + timedelta(days=1), time(), UTC)
    return REACHED.format(when=discord.utils.format_dt(tomorrow, "R"))
