"""Keeps what servers and channels are called, so that the console need not show their ids."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import discord
from discord.ext import commands

from botrunner.discord_bot.bot import WhisperBot
from memories.actions import NamedPlace, name_places
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError


class Names(commands.Cog):
    """Notes the names of servers, channels and threads as Discord tells them."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Note all names of a server at each start and after each outage."""
        await _note(_all_of(guild))

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note all names of a server that the bot is new in."""
        await _note(_all_of(guild))

    @commands.Cog.listener()
    async def on_guild_update(self, before: discord.Guild, after: discord.Guild) -> None:
        """Note the new name of a server."""
        await _note([NamedPlace(after.id, after.name)])

    @commands.Cog.listener()
    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        """Note the name of a new channel."""
        await _note([_named(channel)])

    @commands.Cog.listener()
    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Note the new name of a channel."""
        if before.name != after.name:
            await _note([_named(after)])

    @commands.Cog.listener()
    async def on_thread_join(self, thread: discord.Thread) -> None:
        """Note the name of a thread."""
        await _note([_named(thread)])

    @commands.Cog.listener()
    async def on_thread_update(self, before: discord.Thread, after: discord.Thread) -> None:
        """Note the new name of a thread."""
        await _note([_named(after)])


def _all_of(guild: discord.Guild) -> list[NamedPlace]:
    places = [_named(one) for one in (*guild.channels, *guild.threads)]
    return [NamedPlace(guild.id, guild.name), *places]


def _named(channel: discord.abc.GuildChannel | discord.Thread) -> NamedPlace:
    return NamedPlace(channel.id, channel.name, channel.guild.id)


async def _note(places: Iterable[NamedPlace]) -> None:
    # While the database is away, nothing is lost: the next start notes all names again.
    with contextlib.suppress(DatabaseUnavailableError):
        await in_database(name_places, list(places))


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Names(bot))
