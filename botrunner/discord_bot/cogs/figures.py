"""Figures of what is remembered, in Discord: of oneself, and of a server for those who run it."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.replies import answer
from memories.analytics import UnansweredError, View, analytics
from memories.analytics.wording import lines

LONGEST = 2000
# Counting from the database takes a second or two of everybody's time.
EVERY_SECONDS = 20.0
TOO_MUCH = "There is too much to count right now. My admin has a page for this."


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class ServerCommands(commands.GroupCog, group_name="server"):
    """What I remember about this server."""

    @app_commands.command()
    @app_commands.checks.cooldown(1, EVERY_SECONDS)
    async def stats(self, interaction: discord.Interaction) -> None:
        """Show statistics about what was said in public here, never about who said it."""
        await tell(interaction, View.server(interaction.guild_id or 0))


async def tell(interaction: discord.Interaction, view: View, *, foot: str = "") -> None:
    """Answer with the figures of a view.

    Args:
        foot: what stands below them.
    """
    if not interaction.response.is_done():
        await interaction.response.defer(ephemeral=True, thinking=True)
    try:
        report = await analytics(view)
    except UnansweredError:
        await answer(interaction, TOO_MUCH)
        return
    await answer(interaction, fitting([*lines(report), foot]))


def fitting(rows: list[str]) -> str:
    """Return lines as one message, without those that Discord would refuse."""
    text = "\n".join(row for row in rows if row)
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition("\n")[0]


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(ServerCommands())
