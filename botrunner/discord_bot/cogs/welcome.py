"""What a server reads when the companion joins it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

import discord
from discord.ext import commands
from django.utils import timezone

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.connection.network import NETWORK
from botrunner.discord_bot.servers.rights import missing_rights
from botrunner.servers.actions import begin_welcome
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError
from whisper.environment import environment

logger = logging.getLogger(__name__)

# A server that was joined while the bot was down is welcomed, too; an old one never.
NEW = timedelta(days=1)


class Welcome(commands.Cog):
    """Introduces the companion once to each server."""

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Introduce it to a server that it was just added to."""
        await _welcome(guild)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Do the same where it was added while it was down."""
        await _welcome(guild)


async def _welcome(guild: discord.Guild) -> None:
    joined = guild.me.joined_at
    if joined is None or timezone.now() - joined > NEW:
        return
    try:
        if not await in_database(begin_welcome, guild.id):
            return
    except DatabaseUnavailableError as error:
        # The next start, or the end of the next outage, comes here again.
        logger.warning("discord: server %s is not welcomed yet (%s)", guild.id, error)
        return
    text = "\n".join(_introduction(guild))
    try:
        await reader_of(guild).send(text)
    except (discord.DiscordException, LookupError, *NETWORK) as error:
        logger.info("discord: nobody to welcome in server %s (%s)", guild.id, type(error).__name__)


def reader_of(guild: discord.Guild) -> discord.TextChannel:
    """Return the channel where the introduction stands.

    Raises:
        LookupError: the companion may write nowhere.
    """
    system = [guild.system_channel] if guild.system_channel else []
    for channel in (*system, *guild.text_channels):
        rights = channel.permissions_for(guild.me)
        if rights.view_channel and rights.send_messages:
            return channel
    raise LookupError(guild.id)


def _introduction(guild: discord.Guild) -> Iterator[str]:
    yield (
        f"Hello, I'm {environment.bot_name}, a companion that remembers people who want to be "
        "remembered. Mention me, reply to me, or write me a direct message."
    )
    yield (
        "I keep only what people say to me, and only once they agree: I ask each of them. What is "
        "said in a private channel never comes up in another one. `/privacy` shows and changes "
        "what I keep, `/forgetme` erases it, and `/help` lists what I can do."
    )
    yield (
        "For people who manage this server: `/server setup` shows what I need and lets you choose "
        "whose words I read, what I answer and who I am; `/server pause` silences me."
    )
    missing = missing_rights(guild)
    if missing:
        yield (
            f"I lack these rights here: {', '.join(missing)}. They are under Server Settings → "
            f"Roles → {guild.me.top_role.name}."
        )


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Welcome())
