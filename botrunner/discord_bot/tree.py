"""The slash commands and menu entries: each is acknowledged before it does anything."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from botrunner.discord_bot.network import NETWORK

# Marks, among its extras, a command that Discord gets a form for as its answer, without a wait.
FORM = "form"


class Commands(app_commands.CommandTree[Any]):
    """Acknowledges every command at once, so that only its user sees the response.

    Discord gives up on a command after three seconds, and the database may need longer.
    """

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Acknowledge a command; suggestions and what opens a form are answered as they are."""
        opens_form = FORM in getattr(interaction.command, "extras", {})
        if interaction.type is discord.InteractionType.application_command and not opens_form:
            try:
                await interaction.response.defer(ephemeral=True, thinking=True)
            except (discord.DiscordException, *NETWORK) as error:
                raise app_commands.AppCommandError("can't be acknowledged") from error
        return True
