"""People see how they felt, as a chart."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import discord
from discord import app_commands
from discord.ext import commands
from django.utils import timezone

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.moods.chart import Frame, draw, in_words
from botrunner.discord_bot.replying.errors import answer
from profiles.models import EmotionRecord
from profiles.preferences import zone_of
from profiles.queries import may_remember, moods_of, profile_of
from whisper.database.access import in_database

# Of the latest messages; more marks would cover each other.
MOST_MOODS = 400
NONE_FELT = "I noted no moods of yours in that time."
NOT_NOTED = "I do that only for people who agreed to be remembered; `/privacy` lets you."
FOOT = "`/profile forget` forgets your moods."
# Discord's limit on what describes an image.
ALT_LENGTH = 1024


class MoodCommand(commands.Cog):
    """Shows people their own moods."""

    @app_commands.command()
    @app_commands.describe(days="Of how many days; 30 if you leave it out.")
    async def mood(
        self, interaction: discord.Interaction, days: app_commands.Range[int, 1, 366] = 30
    ) -> None:
        """Show a chart of how your messages felt, for you alone."""
        now = timezone.now()
        since = now - timedelta(days=days)
        moods, zone = await in_database(_moods, interaction.user.id, since)
        if not moods:
            agreed = await in_database(may_remember, interaction.user.id)
            await answer(interaction, NONE_FELT if agreed else f"{NONE_FELT} {NOT_NOTED}")
            return
        frame = Frame(since, now, zone)
        picture, words = await asyncio.to_thread(draw, moods, frame), in_words(moods, frame)
        file = discord.File(io.BytesIO(picture), "moods.png", description=words[:ALT_LENGTH])
        await interaction.followup.send(f"{words} {FOOT}", file=file, ephemeral=True)


def _moods(person_id: int, since: datetime) -> tuple[list[EmotionRecord], ZoneInfo]:
    moods = moods_of(person_id, since=since, limit=MOST_MOODS)
    return moods, zone_of(profile_of(person_id))


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(MoodCommand())
