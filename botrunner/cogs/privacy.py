"""People see, take along, and erase what is held about them."""

from __future__ import annotations

import io

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.apology import answer
from botrunner.bot import WhisperBot
from botrunner.consent import status_text
from botrunner.views import ERASE_WARNING, erase_question, privacy_buttons
from profiles.queries import consent_of
from whisper import personal_data
from whisper.db import in_database


class Privacy(commands.Cog):
    """Commands on what is held about a person."""

    @app_commands.command()
    async def privacy(self, interaction: discord.Interaction) -> None:
        """Show whether I remember what you tell me, and change it."""
        consent = await in_database(consent_of, interaction.user.id)
        remembers = consent is not None and consent.allows_remembering
        view = privacy_buttons(interaction.user.id, remembers=remembers)
        await answer(interaction, status_text(consent), view)

    @app_commands.command()
    async def forgetme(self, interaction: discord.Interaction) -> None:
        """Erase everything I hold about you."""
        text = f"{ERASE_WARNING} `/export` gives you a copy before."
        await answer(interaction, text, erase_question(interaction.user.id))

    @app_commands.command()
    async def export(self, interaction: discord.Interaction) -> None:
        """Give you everything I hold about you, as a file."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        archive = await personal_data.export_archive(interaction.user.id)
        if len(archive) > interaction.filesize_limit:
            size = len(archive) >> 20
            await answer(
                interaction, f"It is {size} MB, too much for Discord: ask my admin for it."
            )
            return
        file = discord.File(io.BytesIO(archive), "whisper-export.zip")
        text = "This is everything I hold about you."
        await interaction.followup.send(text, file=file, ephemeral=True)


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Privacy())
