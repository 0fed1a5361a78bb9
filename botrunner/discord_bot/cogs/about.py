"""What the companion can do, and whether it is online."""

from __future__ import annotations

import logging

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.replies import answer
from whisper.environment import environment

logger = logging.getLogger(__name__)


class About(commands.Cog):
    """Offers the slash commands and explains them."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot
        self._offered = False

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Offer the commands to Discord, once per process."""
        if self._offered:
            return
        self._offered = True
        try:
            await self.bot.tree.sync()
        except (TimeoutError, discord.HTTPException, OSError):
            logger.warning("discord: the commands couldn't be registered", exc_info=True)
            self._offered = False

    @app_commands.command()
    async def ping(self, interaction: discord.Interaction) -> None:
        """Check whether I'm online."""
        milliseconds = round(self.bot.latency * 1000) if self.bot.latency < 60 else 0
        await answer(interaction, f"I'm online. Discord is {milliseconds} ms away.")

    @app_commands.command()
    async def help(self, interaction: discord.Interaction) -> None:
        """Show what I can do."""
        found = [
            command
            for command in self.bot.tree.walk_commands()
            if isinstance(command, app_commands.Command)
        ]
        lines = [f"`/{one.qualified_name}` {one.description}" for one in found]
        talk = (
            f"I'm {environment.bot_name}. Talk to me in direct messages, mention me, or reply to "
            "something I said."
        )
        await answer(interaction, "\n".join([talk, "", *sorted(lines)]))


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(About(bot))
