"""The commands by which admins have the companion leave members alone."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from botrunner.discord_bot.replying.errors import answer
from botrunner.discord_bot.views.message_text import fitting
from botrunner.servers.actions import block, unblock
from botrunner.servers.queries import blocked_on
from whisper.action_log import Actor
from whisper.database.access import in_database

BLOCKED = (
    "I won't answer {} on this server any more, or read what they say here. What I know about them "
    "stays theirs, and they can still talk to me in direct messages."
)
BLOCKED_HERE = "The people who manage this server don't want me to answer you here."
NOBODY = "Nobody is blocked on this server."


class BlockCommands(app_commands.Group):
    """Members whom I don't answer here."""

    @app_commands.command()
    @app_commands.describe(member="Who is to be left alone.")
    async def add(self, interaction: discord.Interaction[Any], member: discord.User) -> None:
        """Have me leave a member of this server alone."""
        new = await self._change(block, interaction, member)
        said = BLOCKED if new else "{} is blocked already."
        await answer(interaction, said.format(member.mention))

    @app_commands.command()
    @app_commands.describe(member="Whose block is lifted.")
    async def remove(self, interaction: discord.Interaction[Any], member: discord.User) -> None:
        """Have me answer a member of this server again."""
        ended = await self._change(unblock, interaction, member)
        said = "I answer {} here again." if ended else "{} isn't blocked here."
        await answer(interaction, said.format(member.mention))

    @app_commands.command(name="list")
    async def show(self, interaction: discord.Interaction[Any]) -> None:
        """List the members whom I don't answer on this server."""
        rows = await in_database(blocked_on, interaction.guild_id or 0)
        lines = [f"- <@{one.person_id}>, since {one.since:%d %b %Y}" for one in rows]
        await answer(interaction, fitting(lines) or NOBODY)

    async def _change(
        self, action: Any, interaction: discord.Interaction[Any], member: discord.User
    ) -> bool:
        changed = await in_database(
            action,
            interaction.guild_id or 0,
            member.id,
            at=interaction.created_at,
            actor=Actor.person(interaction.user.id),
        )
        await interaction.client.talk_settings.read()
        return bool(changed)
