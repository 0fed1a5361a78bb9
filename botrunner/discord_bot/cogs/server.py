"""What admins of a Discord server see of it, and set for it."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.figures import EVERY_SECONDS, tell
from botrunner.discord_bot.replies import answer
from botrunner.models import Server
from botrunner.servers.actions import set_room
from botrunner.servers.queries import room_of
from memories.analytics import View
from whisper.action_log import Actor
from whisper.database.access import in_database

WORDS = {
    Server.Room.OFF: "only the words of the person I reply to",
    Server.Room.AGREED: "the words of people who agreed to be remembered",
    Server.Room.CHANNEL: "everybody's words, except those of people who declined",
}
ROOM_CHOICES = [
    app_commands.Choice(name=words[:1].upper() + words[1:], value=room.value)
    for room, words in WORDS.items()
]
SHOWN = (
    "When I reply in a channel, I read {words} in its recent talk. I read it for that one reply, "
    "and don't store any of it."
)


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class ServerCommands(commands.GroupCog, group_name="server"):
    """What I remember about this server, and what is set for it."""

    @app_commands.command()
    @app_commands.checks.cooldown(1, EVERY_SECONDS)
    async def stats(self, interaction: discord.Interaction) -> None:
        """Show statistics about what was said in public here, never about who said it."""
        await tell(interaction, View.server(interaction.guild_id or 0))

    @app_commands.command()
    @app_commands.describe(whose="Whose words I may read. Leave it out to see what is set.")
    @app_commands.choices(whose=ROOM_CHOICES)
    async def room(self, interaction: discord.Interaction, whose: str = "") -> None:
        """Show or change whose words of a channel's talk I read when I reply there."""
        guild_id = interaction.guild_id or 0
        if whose:
            actor = Actor.person(interaction.user.id)
            await in_database(set_room, guild_id, Server.Room(whose), actor=actor)
        room = await in_database(room_of, guild_id)
        await answer(interaction, SHOWN.format(words=WORDS[room]))


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(ServerCommands())
