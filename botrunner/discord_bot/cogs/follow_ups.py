"""People choose whether and how they are asked how something went."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.replying.errors import answer
from botrunner.follow_ups.actions import stop_follow_ups, want_follow_ups
from botrunner.follow_ups.wording import as_wanted, in_words
from botrunner.models import FollowUps
from whisper.action_log import Actor
from whisper.database.access import in_database

NOTHING_KEPT = (
    "I can't keep what to ask you, because I don't remember what you tell me. You can change that "
    "with `/privacy`."
)
OFF = "All right, I won't ask you anything by myself."
WERE_OFF = "I don't ask you anything by myself."
PLACES = [
    app_commands.Choice(name=one.label[:1].upper() + one.label[1:], value=one.value)
    for one in FollowUps.Where
]
Hour = app_commands.Range[int, 0, 23]


class FollowUpCommands(commands.GroupCog, group_name="followups"):
    """Whether I ask you by myself how something went."""

    @app_commands.command()
    @app_commands.describe(
        per_week="How often at most; twice by default.",
        where="Where I ask; in direct messages by default.",
        quiet_from="Hour of your day from which on I don't ask; 22 by default.",
        quiet_until="Hour from which on I may ask again; 8 by default.",
    )
    @app_commands.choices(where=PLACES)
    async def on(
        self,
        interaction: discord.Interaction,
        per_week: app_commands.Range[int, 1, 7] = 2,
        where: str = FollowUps.Where.DIRECT.value,
        quiet_from: Hour = 22,
        quiet_until: Hour = 8,
    ) -> None:
        """Have me ask on my own how something went, after you said “ask me how it went”."""
        wanted = await in_database(
            want_follow_ups,
            interaction.user.id,
            where=where,
            per_week=per_week,
            quiet_from=quiet_from,
            quiet_until=quiet_until,
            actor=Actor.person(interaction.user.id),
        )
        await answer(interaction, in_words(wanted) if wanted else NOTHING_KEPT)

    @app_commands.command()
    async def off(self, interaction: discord.Interaction) -> None:
        """Stop me from asking things on my own."""
        person_id = interaction.user.id
        stopped = await in_database(stop_follow_ups, person_id, actor=Actor.person(person_id))
        await answer(interaction, OFF if stopped else WERE_OFF)

    @app_commands.command()
    async def show(self, interaction: discord.Interaction) -> None:
        """Show whether and when I ask you on my own how something went."""
        await answer(interaction, await in_database(as_wanted, interaction.user.id))


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(FollowUpCommands())
