"""People see what is made of what they say, and correct it."""

from __future__ import annotations

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands
from django.utils import timezone

from botrunner.conversation.actions import introduce
from botrunner.conversation.profile_summary import picture_of
from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.reading.messages import scope_of
from botrunner.discord_bot.replying.errors import answer
from botrunner.discord_bot.views.analytics import Figures
from botrunner.discord_bot.views.message_text import fitting, plain
from memories.analytics import View
from profiles.actions import rename
from profiles.queries import may_remember
from profiles.relationship.actions import (
    forget_follow_up,
    forget_moods,
    forget_personality,
    forget_trust,
    wish_distance,
)
from whisper.action_log import Actor
from whisper.database.access import in_database
from whisper.names import safe_name

NOTHING = (
    "I don't know anything about you, because I don't remember what you tell me. You can change "
    "that with `/privacy`."
)
NOTHING_YET = "I don't know anything about you yet: you haven't told me anything."
ELSEWHERE = "In our direct messages, I count everything."
FORGETTING = {
    "moods": (forget_moods, "I've forgotten your moods."),
    "trust": (forget_trust, "I've forgotten the signs of trust I noticed."),
    "personality": (
        forget_personality,
        "I've forgotten how you write, and I won't look at it again.",
    ),
    "follow-up": (forget_follow_up, "All right, I won't ask."),
}


class ProfileCommands(commands.GroupCog, group_name="profile"):
    """How I see you."""

    def __init__(self) -> None:
        self.figures = Figures()

    @app_commands.command()
    async def show(self, interaction: discord.Interaction) -> None:
        """Show how I see you: how close we are and why, your moods, and how you write."""
        await answer(interaction, await in_database(_picture, interaction))

    @app_commands.command()
    async def stats(self, interaction: discord.Interaction) -> None:
        """Show statistics about your memories: how many, when, moods, and characteristic words."""
        view = View.person(await in_database(scope_of, interaction))
        await self.figures.tell(interaction, view, foot=ELSEWHERE if interaction.guild_id else "")

    @app_commands.command()
    @app_commands.describe(name="What I should call you; leave it empty to use your Discord name.")
    async def name(
        self, interaction: discord.Interaction, name: app_commands.Range[str, 0, 100] = ""
    ) -> None:
        """Set what I call you."""
        if not await in_database(_introduced, interaction):
            await answer(interaction, NOTHING)
            return
        by = Actor.person(interaction.user.id)
        await in_database(rename, interaction.user.id, preferred_name=name, actor=by)
        await answer(
            interaction, "I'll call you that." if safe_name(name) else "I'll use your Discord name."
        )

    @app_commands.command()
    @app_commands.describe(wished="Whether I should keep my distance.")
    async def distance(self, interaction: discord.Interaction, wished: bool) -> None:
        """Ask me to keep more distance, or to stop doing so."""
        if not await in_database(_introduced, interaction):
            await answer(interaction, NOTHING)
            return
        by = Actor.person(interaction.user.id)
        await in_database(wish_distance, interaction.user.id, wished, at=timezone.now(), actor=by)
        kept, ended = "I'll keep my distance.", "I'm glad. I'll stop keeping my distance."
        await answer(interaction, kept if wished else ended)

    @app_commands.command()
    @app_commands.describe(what="Which part.")
    async def forget(
        self,
        interaction: discord.Interaction,
        what: Literal["moods", "trust", "personality", "follow-up"],
    ) -> None:
        """Forget a part of how I see you."""
        forget, done = FORGETTING[what]
        by = Actor.person(interaction.user.id)
        await in_database(forget, interaction.user.id, actor=by)
        await answer(interaction, done)


def _picture(interaction: discord.Interaction) -> str:
    picture = fitting(picture_of(scope_of(interaction), shown=plain))
    return picture or (NOTHING_YET if may_remember(interaction.user.id) else NOTHING)


def _introduced(interaction: discord.Interaction) -> bool:
    person = interaction.user
    return introduce(person.id, person.display_name, interaction.created_at)


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(ProfileCommands())
