"""People tell facts about themselves, see them and take them back."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.views.choice_pages import ask_to_forget, choices
from botrunner.discord_bot.views.corrections import correct, present_text, tell_fact
from botrunner.discord_bot.views.list_pages import FACTS, Listed, show_page


class FactCommands(commands.GroupCog, group_name="fact"):
    """Facts about you."""

    @app_commands.command()
    @app_commands.describe(fact="A sentence, for example: My cat is called Miso.")
    async def add(
        self, interaction: discord.Interaction, fact: app_commands.Range[str, 1, 500]
    ) -> None:
        """Tell me a fact about you."""
        await tell_fact(interaction, fact)

    @app_commands.command(name="list")
    @app_commands.describe(page="Which page.")
    async def show(
        self, interaction: discord.Interaction, page: app_commands.Range[int, 1, 10_000] = 1
    ) -> None:
        """Show the facts I know about you, as far as I can show them here."""
        await show_page(interaction, Listed.FACTS, page)

    @app_commands.command()
    @app_commands.describe(
        fact="Choose one, or describe it.", text="What is right, for example: My cat is 3."
    )
    async def edit(
        self,
        interaction: discord.Interaction,
        fact: app_commands.Range[str, 1, 500],
        text: app_commands.Range[str, 1, 500],
    ) -> None:
        """Correct a fact about you."""
        await correct(interaction, fact, text, FACTS)

    @edit.autocomplete("text")
    async def _suggest_text(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await present_text(interaction, typed, FACTS)

    @app_commands.command()
    @app_commands.describe(fact="Choose one, or describe it.")
    async def remove(
        self, interaction: discord.Interaction, fact: app_commands.Range[str, 1, 500]
    ) -> None:
        """Forget a fact about you."""
        await ask_to_forget(interaction, fact, FACTS)

    @edit.autocomplete("fact")
    @remove.autocomplete("fact")
    async def _suggest(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await choices(interaction, typed, FACTS)


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(FactCommands())
