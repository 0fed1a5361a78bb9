"""People look at what is remembered of them, and have it forgotten."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.apology import answer
from botrunner.bot import WhisperBot
from botrunner.cogs.choosing import OWN_KINDS, ask_to_forget, choices, line, memories_here
from botrunner.surfaces.reading import scope_of
from memories.recall import recall
from whisper.db import in_database

PAGE = 10
ELSEWHERE = "In our direct messages I show you everything."


class MemoryCommands(commands.GroupCog, group_name="memory"):
    """What I remember of you."""

    @app_commands.command()
    @app_commands.describe(page="Which page; the first one holds the newest.")
    async def show(
        self, interaction: discord.Interaction, page: app_commands.Range[int, 1, 10_000] = 1
    ) -> None:
        """Show what I remember of you, as far as it may be shown here."""
        rows = await in_database(memories_here, interaction, OWN_KINDS)
        shown = rows[(page - 1) * PAGE : page * PAGE]
        if not shown:
            nothing = "There is no such page." if rows else "I remember nothing of you here."
            await answer(interaction, f"{nothing} {_elsewhere(interaction)}".strip())
            return
        pages = -(-len(rows) // PAGE)
        foot = f"{len(rows)} in all, page {page} of {pages}. {_elsewhere(interaction)}".strip()
        await answer(interaction, "\n".join([*map(line, shown), foot]))

    @app_commands.command()
    @app_commands.describe(query="What it is about.")
    async def search(
        self, interaction: discord.Interaction, query: app_commands.Range[str, 1, 500]
    ) -> None:
        """Search what I remember, as I do while we talk."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await recall(query, await in_database(scope_of, interaction), k=PAGE)
        lines = [line(memory.entry) for memory in found]
        await answer(interaction, "\n".join(lines) or "Nothing I remember here fits that.")

    @app_commands.command()
    @app_commands.describe(memory="Choose one, or say what it is about.")
    async def forget(
        self, interaction: discord.Interaction, memory: app_commands.Range[str, 1, 500]
    ) -> None:
        """Forget one thing that I remember of you."""
        await ask_to_forget(interaction, memory, OWN_KINDS)

    @forget.autocomplete("memory")
    async def _suggest(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await choices(interaction, typed, OWN_KINDS)


def _elsewhere(interaction: discord.Interaction) -> str:
    return ELSEWHERE if interaction.guild_id else ""


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(MemoryCommands())
