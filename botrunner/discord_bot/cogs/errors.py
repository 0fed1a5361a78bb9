"""What happens when a command fails."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.replying.errors import apologise


class Errors(commands.Cog):
    """Answers people whose command failed."""

    def __init__(self, bot: WhisperBot) -> None:
        """Take over from the library, which would only log."""
        self.bot = bot
        bot.tree.on_error = self.on_command_error  # type: ignore[method-assign]

    async def on_command_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        """Tell the person, and log what isn't their mistake."""
        if isinstance(error, app_commands.CommandNotFound):
            # Somebody's client still shows a command of an earlier version.
            error = app_commands.CheckFailure()
        command = interaction.command
        await apologise(interaction, error, f"/{command.qualified_name}" if command else "command")


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Errors(bot))
