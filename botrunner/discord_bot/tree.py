"""The slash commands and menu entries: each is acknowledged before it does anything."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import discord
from discord import app_commands

from botrunner.discord_bot.connection.network import NETWORK

# Marks, among its extras, a command that Discord gets a form for as its answer, without a wait.
FORM = "form"
# Discord gives up on suggestions after three seconds.
SUGGESTION_SECONDS = 2.0


class Commands(app_commands.CommandTree[Any]):
    """Acknowledges every command at once, so that only its user sees the response.

    Discord gives up on a command after three seconds, and the database may need longer.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The event loop holds no strong reference to a task.
        self._waiting = set[asyncio.Task[None]]()

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Acknowledge a command, unless it is answered with a form; a stop waits for it.

        Suggestions can't be acknowledged: if they take too long, an empty list is the answer.
        """
        self.client.hold()
        if interaction.type is discord.InteractionType.autocomplete:
            waiting = asyncio.create_task(_suggest_nothing_if_late(interaction))
            self._waiting.add(waiting)
            waiting.add_done_callback(self._waiting.discard)
        opens_form = FORM in getattr(interaction.command, "extras", {})
        if interaction.type is discord.InteractionType.application_command and not opens_form:
            try:
                await interaction.response.defer(ephemeral=True, thinking=True)
            except (discord.DiscordException, *NETWORK) as error:
                raise app_commands.AppCommandError("can't be acknowledged") from error
        return True


async def _suggest_nothing_if_late(interaction: discord.Interaction[Any]) -> None:
    await asyncio.sleep(SUGGESTION_SECONDS)
    if not interaction.response.is_done():
        with contextlib.suppress(discord.DiscordException, *NETWORK):
            await interaction.response.autocomplete([])
