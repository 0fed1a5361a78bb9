"""Commands for the people who run the companion, named by `ADMIN_USER_IDS`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.cogs.about import status_lines
from botrunner.discord_bot.cogs.welcome import reader_of
from botrunner.discord_bot.connection.network import NETWORK
from botrunner.discord_bot.replying.errors import RefusedError, answer
from botrunner.discord_bot.views.files import send_file
from botrunner.discord_bot.views.message_text import fitting, in_messages, plain
from whisper import health
from whisper.action_log import Actor, log
from whisper.amounts import amount
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.ids import snowflake
from whisper.personal_data.actions import erase_for, export_for, report_on

logger = logging.getLogger(__name__)

# Between two servers that read an announcement, in seconds: replies go first.
PAUSE = 0.5
# Of an announcement and of a reason, in characters.
LONGEST, REASON = 1800, 200
LEVELS = ("DEBUG", "INFO", "WARNING")
# The loggers of Whisper itself; libraries stay as they are.
LOGGERS = ("botrunner", "memories", "profiles", "whisper")
NOT_YOURS = "Only the people who run me can use this."
NO_ID = "That isn't an id. In Discord, turn on developer mode and choose *Copy ID*."
NOT_THERE = "I'm not in a server with this id."
SURE = "Repeat the command with `sure` to do it."
Reason = app_commands.Range[str, 1, REASON]


@app_commands.default_permissions(administrator=True)
class Owner(commands.GroupCog, group_name="owner"):
    """What the people who run me can see and do."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Let only those use it whom `ADMIN_USER_IDS` names."""
        if interaction.user.id not in environment.admin_user_ids:
            raise RefusedError(NOT_YOURS)
        return True

    @app_commands.command()
    async def health(self, interaction: discord.Interaction) -> None:
        """Show how I am: stores, connection, servers, and replies that wait."""
        away = self.bot.milliseconds.values()
        waits = len(self.bot.turns)
        waiting = f"{amount(waits, 'message')} waiting for a reply"
        lines = [
            *status_lines(await health.recent_report(), details=True),
            f"I'm in {_servers(len(self.bot.guilds))}{self._of_this_process()}, "
            f"{max(away, default=0):.0f} ms away from Discord, with {waiting}.",
            *self._shards(),
        ]
        await answer(interaction, fitting(lines))

    def _of_this_process(self) -> str:
        share = self.bot.share
        return "" if share.is_whole else f" of this process (shards {share} of {share.count})"

    def _shards(self) -> Iterator[str]:
        """Return one line per shard of this process, if there are several in all."""
        if self.bot.share.count > 1:
            for shard_id, milliseconds in self.bot.milliseconds.items():
                closed = self.bot.shards[shard_id].is_closed()
                how = "not connected" if closed else f"{milliseconds:.0f} ms away"
                yield f"- shard {shard_id}: {how}"

    @app_commands.command()
    async def servers(self, interaction: discord.Interaction) -> None:
        """List the servers that I'm in."""
        guilds = self.bot.guilds
        if not self.bot.share.is_whole:
            guilds = [one async for one in self.bot.fetch_guilds(limit=None)]
        lines = [
            f"- {plain(one.name, 100)} ({one.id}): "
            f"{one.member_count or one.approximate_member_count or '?'} members"
            for one in sorted(guilds, key=lambda one: one.id)
        ]
        for page in in_messages(lines or ["I'm not in any server."]):
            await answer(interaction, page)

    @app_commands.command()
    @app_commands.describe(server="Its id.", sure="Whether to do it; without it, nothing is done.")
    async def leave(
        self, interaction: discord.Interaction, server: str, sure: bool = False
    ) -> None:
        """Leave a server; what was said there is erased as if it had removed me."""
        guild = await self._server(snowflake(server) or 0)
        if guild is None:
            await answer(interaction, NOT_THERE)
            return
        name = plain(guild.name, 100)
        if not sure:
            await answer(interaction, f"This leaves {name}. {SURE}")
            return
        await in_database(_log, "server.leave", interaction.user.id, f"server {guild.id}")
        await guild.leave()
        await answer(interaction, f"I left {name}.")

    async def _server(self, guild_id: int) -> discord.Guild | None:
        """Return a server that the bot is in, which may be one of another process."""
        guild = self.bot.get_guild(guild_id)
        if guild is None and not self.bot.share.has(guild_id):
            with suppress(discord.NotFound, discord.Forbidden):
                guild = await self.bot.fetch_guild(guild_id)
        return guild

    @app_commands.command()
    @app_commands.describe(text="What to say.", sure="Whether to do it; without it, nothing is.")
    async def announce(
        self,
        interaction: discord.Interaction,
        text: app_commands.Range[str, 1, LONGEST],
        sure: bool = False,
    ) -> None:
        """Say something in every server, where I introduced myself."""
        guilds = list(self.bot.guilds)
        if not sure:
            where = f"{_servers(len(guilds))}{self._of_this_process()}"
            await answer(interaction, f"This is read in {where}. {SURE}\n> {text}")
            return
        await in_database(_log, "server.announce", interaction.user.id, _servers(len(guilds)))
        told = 0
        for guild in guilds:
            with suppress(discord.DiscordException, LookupError, *NETWORK):
                await reader_of(guild).send(text)
                told += 1
            await asyncio.sleep(PAUSE)
        where = f"{told} of {_servers(len(guilds))}{self._of_this_process()}"
        await answer(interaction, f"I said it in {where}.")

    @app_commands.command()
    @app_commands.describe(person="Their id.", reason="Why; the action log keeps it.")
    async def export(self, interaction: discord.Interaction, person: str, reason: Reason) -> None:
        """Give everything I hold about a person who asked for it, as a file."""
        person_id = snowflake(person)
        if person_id is None:
            await answer(interaction, NO_ID)
            return
        actor = Actor.person(interaction.user.id)
        archive = await export_for(person_id, actor=actor, reason=reason)
        name = f"whisper-export-{person_id}.zip"
        if not await send_file(interaction, archive, name, "Pass it to nobody else."):
            text = "The file is too large for Discord. Use `manage.py person export`."
            await answer(interaction, text)

    @app_commands.command()
    @app_commands.describe(
        person="Their id.",
        reason="Why; the action log keeps it.",
        sure="Whether to do it; without it, you see how much there is.",
    )
    async def erase(
        self, interaction: discord.Interaction, person: str, reason: Reason, sure: bool = False
    ) -> None:
        """Erase everything I hold about a person who asked for it."""
        person_id = snowflake(person)
        if person_id is None:
            await answer(interaction, NO_ID)
            return
        if not sure:
            held = await report_on(person_id)
            counts = _counted(held)
            await answer(interaction, fitting([f"I hold: {counts or 'nothing'}.", SURE]))
            return
        actor = Actor.person(interaction.user.id)
        done = await erase_for(person_id, actor=actor, reason=reason)
        gone = _counted(done.removed)
        await answer(interaction, fitting([f"Erased: {gone or 'there was nothing'}."]))

    @app_commands.command()
    @app_commands.describe(level="From which level on I write lines.")
    @app_commands.choices(level=[app_commands.Choice(name=one, value=one) for one in LEVELS])
    async def debug(self, interaction: discord.Interaction, level: str) -> None:
        """Set how much I write to the log, until the next start; never what people say."""
        for name in LOGGERS:
            logging.getLogger(name).setLevel(level)
        logger.warning("log: the level is %s now", level)
        await answer(interaction, f"I log from {level} on, until the next start.")


def _servers(count: int) -> str:
    return amount(count, "server")


def _counted(rows: Mapping[str, int]) -> str:
    """Return of which tables there are how many rows, such as “consents: 1”."""
    return ", ".join(f"{name}: {count:,}" for name, count in rows.items() if count)


def _log(action: str, person_id: int, reason: str) -> None:
    log(action, actor=Actor.person(person_id), reason=reason)


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Owner(bot))
