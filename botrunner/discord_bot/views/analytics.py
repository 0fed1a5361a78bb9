"""Answers to commands with figures of what is remembered."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.discord_bot.replying.errors import answer
from botrunner.discord_bot.views.message_text import fitting
from memories.analytics import UnansweredError, View, analytics
from memories.analytics.wording import lines

# Counting from the database takes a second or two of everybody's time.
EVERY_SECONDS = 20.0
TOO_MUCH = "There is too much to count right now. My admin has a page for this."


class Figures:
    """Answers commands with figures, each person once in a while."""

    def __init__(self) -> None:
        self._asked = commands.CooldownMapping.from_cooldown(1, EVERY_SECONDS, _asker)

    async def tell(self, interaction: discord.Interaction, view: View, *, foot: str = "") -> None:
        """Answer with the figures of a view.

        Args:
            foot: what stands below them.

        Raises:
            app_commands.CommandOnCooldown: the person asked a moment ago.
        """
        lately = self._asked.get_bucket(interaction)
        if lately is not None and (seconds := lately.update_rate_limit()):
            raise app_commands.CommandOnCooldown(lately, seconds)
        try:
            report = await analytics(view)
        except UnansweredError:
            await answer(interaction, TOO_MUCH)
            return
        await answer(interaction, fitting([*lines(report), foot]))


def _asker(interaction: discord.Interaction) -> int:
    return interaction.user.id
