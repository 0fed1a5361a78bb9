"""What the companion can do, and whether it is online."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.conversation.actions import start_afresh
from botrunner.conversation.consent import privacy_of
from botrunner.conversation.why import why
from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.reading.messages import scope_of
from botrunner.discord_bot.replying.errors import answer
from botrunner.discord_bot.servers.silence_signs import silence_in_words
from botrunner.discord_bot.views.help import help_for
from botrunner.discord_bot.views.message_text import fitting, in_messages, plain
from botrunner.llm.endpoints import endpoint
from whisper import health
from whisper.action_log import Actor
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.health import Health

logger = logging.getLogger(__name__)

CLEARED = (
    "We begin afresh here: my replies to you leave out what was said in this chat until now. What "
    "I remember about you stays; `/memory show` lists it."
)

NOT_WELL = (
    "Some of what I need doesn't work right now, so a reply may be late or leave something out. "
    "Whoever runs me sees what it is."
)


class About(commands.Cog):
    """Offers the slash commands and explains them."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot
        self._offered = False

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Offer the commands to Discord, once, by one process for all."""
        if self._offered or not self.bot.share.leads:
            return
        self._offered = True
        try:
            await self.bot.tree.sync()
        except (TimeoutError, discord.HTTPException, OSError):
            logger.warning("discord: the commands couldn't be registered", exc_info=True)
            self._offered = False

    @app_commands.command()
    async def ping(self, interaction: discord.Interaction) -> None:
        """Check whether I'm online."""
        share = self.bot.share
        shard = share.shard_of(interaction.guild_id)
        milliseconds = round(self.bot.milliseconds.get(shard, 0))
        here = f" Here I use my connection {shard} of {share.count}." if share.count > 1 else ""
        await answer(interaction, f"I'm online. Discord is {milliseconds} ms away.{here}")

    @app_commands.command()
    async def status(self, interaction: discord.Interaction) -> None:
        """Show how I am: my stores, who writes my replies, and whether I remember you."""
        parts = await health.recent_report()
        privacy = await in_database(privacy_of, interaction.user.id)
        owns = interaction.user.id in environment.admin_user_ids
        here = silence_in_words(interaction)
        lines = [*status_lines(parts, details=owns), *here, privacy.status]
        await answer(interaction, fitting(lines))

    @app_commands.command()
    async def why(self, interaction: discord.Interaction) -> None:
        """Explain my last reply to you here: who wrote it, and from which memories."""
        await answer(interaction, fitting([await in_database(_why, interaction)]))

    @app_commands.command()
    async def clear(self, interaction: discord.Interaction) -> None:
        """Begin afresh here: my replies to you leave out what was said in this chat until now."""
        channel_id, at = interaction.channel_id or 0, interaction.created_at
        person_id = interaction.user.id
        actor = Actor.person(person_id)
        await in_database(start_afresh, person_id, channel_id, at=at, actor=actor)
        await answer(interaction, CLEARED)

    @app_commands.command()
    async def help(self, interaction: discord.Interaction) -> None:
        """Show what I can do."""
        for page in in_messages(help_for(interaction, self.bot.tree)):
            await answer(interaction, page)


def status_lines(parts: Mapping[str, Health], *, details: bool) -> Iterator[str]:
    """Return how the companion is, one line per thing.

    Args:
        details: whether to say what is wrong with what, for people who run it.
    """
    troubled = [f"{name} ({part.detail})" for name, part in parts.items() if part.status != "ok"]
    yield f"I'm {environment.bot_name}, and I'm online."
    if not troubled:
        yield "Everything works."
    else:
        yield f"Not quite well: {', '.join(troubled)}." if details else NOT_WELL
    where = endpoint("chat")
    writer = f"by the language model {where.model}" if where else "without a language model"
    yield f"My replies are written {writer}."


def _why(interaction: discord.Interaction) -> str:
    return why(scope_of(interaction), interaction.channel_id or 0, shown=plain)


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(About(bot))
