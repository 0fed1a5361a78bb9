"""People see, take along, and erase what is held about them."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.conversation.consent import privacy_of
from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.replying.errors import answer
from botrunner.discord_bot.servers.block_commands import BLOCKED_HERE
from botrunner.discord_bot.servers.limits import retention_in_words
from botrunner.discord_bot.servers.room_setting import room_in_words
from botrunner.discord_bot.views.buttons import ERASE_WARNING, erase_question, privacy_buttons
from botrunner.discord_bot.views.corrections import NOT_REMEMBERED
from botrunner.discord_bot.views.files import send_file
from botrunner.discord_bot.views.message_text import fitting
from botrunner.discord_bot.views.older_talk import what_is_unkept
from botrunner.servers.queries import blocks_of
from profiles.actions import choose_level, set_way
from profiles.models import Consent
from profiles.privacy import LEVELS, Way
from profiles.queries import may_remember
from whisper.database.access import in_database
from whisper.personal_data import registry

SOURCE = "discord"
LEVEL_CHOICES = [app_commands.Choice(name=level, value=level) for level in map(str, LEVELS)]
WAY_CHOICES = [app_commands.Choice(name=way.meaning[:100], value=way.value) for way in Way]


class Privacy(commands.Cog):
    """Commands on what is held about a person."""

    @app_commands.command()
    @app_commands.describe(
        level="Where what you tell me can come up.",
        way="A single way between places; the others stay as they are.",
        opened="Whether to open that way.",
    )
    @app_commands.choices(level=LEVEL_CHOICES, way=WAY_CHOICES)
    async def privacy(
        self,
        interaction: discord.Interaction,
        level: str = "",
        way: str = "",
        opened: bool = False,
    ) -> None:
        """Show or change whether I remember what you tell me and where it can come up."""
        person_id = interaction.user.id
        if level:
            await in_database(choose_level, person_id, Consent.Level(level), source=SOURCE)
        if way:
            await in_database(set_way, person_id, Way(way), opened=opened, source=SOURCE)
        shown = await in_database(privacy_of, person_id)
        here = await in_database(_on_server, interaction.guild_id, person_id)
        view = privacy_buttons(person_id, remembers=shown.remembers)
        await answer(interaction, fitting([shown.text, *here]), view)

    @app_commands.command()
    async def import_history(self, interaction: discord.Interaction) -> None:
        """Remember direct messages that you sent me before you agreed; first I show which."""
        if await in_database(may_remember, interaction.user.id):
            await answer(interaction, *await what_is_unkept(interaction))
            return
        view = privacy_buttons(interaction.user.id, remembers=False)
        await answer(interaction, NOT_REMEMBERED, view)

    @app_commands.command()
    async def forgetme(self, interaction: discord.Interaction) -> None:
        """Erase everything I hold about you."""
        text = f"{ERASE_WARNING} To get a copy first, use `/export`."
        await answer(interaction, text, erase_question(interaction.user.id))

    @app_commands.command()
    async def export(self, interaction: discord.Interaction) -> None:
        """Give you everything I hold about you, as a file."""
        archive = await registry.export_archive(interaction.user.id)
        text = "This is everything I hold about you."
        if not await send_file(interaction, archive, "whisper-export.zip", text):
            size = len(archive) >> 20
            text = f"The file has {size} MB, which is too large for Discord. Ask my admin for it."
            await answer(interaction, text)


def _on_server(guild_id: int | None, person_id: int) -> list[str]:
    """Return what the settings of a server mean for a person who asks there."""
    if guild_id is None:
        return []
    lines = [room_in_words(guild_id), retention_in_words(guild_id)]
    blocked = blocks_of(person_id).filter(guild_id=guild_id, lifted_at=None).exists()
    return [*lines, BLOCKED_HERE] if blocked else lines


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Privacy())
