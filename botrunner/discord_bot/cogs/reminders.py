"""Reminders: delivered when they are due, and the commands on them."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import app_commands
from discord.ext import commands
from django.utils import timezone

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.connection.network import NETWORK
from botrunner.discord_bot.reading.events import held_channel
from botrunner.discord_bot.reading.messages import PLATFORM
from botrunner.discord_bot.replying.errors import answer
from botrunner.discord_bot.views.buttons import privacy_buttons
from botrunner.discord_bot.views.corrections import NOT_REMEMBERED
from botrunner.discord_bot.views.message_text import LINE_LENGTH, clipped, fitting, plain
from botrunner.discord_bot.views.reminder_buttons import reminder_buttons
from botrunner.models import Reminder
from botrunner.reminders.actions import (
    Destination,
    TooManyError,
    add,
    cancel,
    note_failed,
    note_sent,
)
from botrunner.reminders.asking import request_in
from botrunner.reminders.queries import due_reminders, still_due, waiting_of
from botrunner.reminders.wording import delivered, listed, zone_offer
from profiles.preferences import zone_of
from profiles.queries import profile_of
from whisper import periodic
from whisper.action_log import Actor
from whisper.database.access import in_database

logger = logging.getLogger(__name__)

JOB = "reminders"
EVERY = timedelta(seconds=20)
CHOICES, CHOICE_LENGTH = 25, 100
NONE_WAITING = "You have no reminders waiting{here}."
NO_TIME = "I need a day or a time, such as “tomorrow at 9” or “in 20 minutes”, and it has to come."
TOO_MANY = "You have as many reminders waiting as I can keep. `/reminder cancel` removes one."


class Reminders(commands.GroupCog, group_name="reminder"):
    """What you want to be reminded of."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot
        # Only a process that is in Discord can do it.
        periodic.periodic(JOB, "Delivers reminders that are due in Discord.", every=EVERY)(
            self._deliver_due
        )

    @app_commands.command(name="add")
    @app_commands.describe(when="For example: tomorrow at 9, in 20 minutes, on Friday.", what="Of.")
    async def set(
        self,
        interaction: discord.Interaction,
        when: app_commands.Range[str, 1, 100],
        what: app_commands.Range[str, 1, 200],
    ) -> None:
        """Have me remind you of something, here."""
        try:
            said = await in_database(_add, interaction, when, what)
        except TooManyError:
            said = TOO_MANY
        view = privacy_buttons(interaction.user.id, remembers=False)
        await answer(interaction, said, view if said == NOT_REMEMBERED else None)

    @app_commands.command(name="list")
    async def show(self, interaction: discord.Interaction) -> None:
        """Show your reminders: in direct messages all of them, elsewhere those for there."""
        await answer(interaction, await in_database(_list, interaction))

    @app_commands.command(name="cancel")
    @app_commands.describe(reminder="Choose one.")
    async def remove(
        self, interaction: discord.Interaction, reminder: app_commands.Range[str, 1, 100]
    ) -> None:
        """Cancel a reminder."""
        number = int(reminder) if reminder.isascii() and reminder.isdigit() else 0
        text = await in_database(
            cancel, number, interaction.user.id, actor=Actor.person(interaction.user.id)
        )
        if text is None:
            await answer(interaction, "I found no such reminder.")
            return
        await answer(interaction, f"Cancelled{f': {plain(text, LINE_LENGTH)}' if text else ''}.")

    @remove.autocomplete("reminder")
    async def _suggest(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        rows = await in_database(_waiting, interaction)
        zone = await in_database(_zone, interaction.user.id)
        names = [line.removeprefix("- ") for line in listed(rows, zone)]
        return [
            app_commands.Choice(name=clipped(name, CHOICE_LENGTH), value=str(row.pk))
            for name, row in zip(names, rows, strict=True)
            if typed.casefold() in name.casefold()
        ][:CHOICES]

    async def _deliver_due(self, stop: asyncio.Event) -> str:
        """Deliver what is due, the longest due first; what Discord doesn't take stays due."""
        if not self.bot.is_there():
            return "not connected"
        count = 0
        for reminder in await in_database(due_reminders, PLATFORM, at=timezone.now()):
            if stop.is_set():
                break
            count += await self._deliver(reminder)
        return f"{count} delivered"

    async def _deliver(self, reminder: Reminder) -> bool:
        # Others were sent before it: meanwhile it may have been cancelled, or its person erased.
        if not await in_database(still_due, reminder):
            return False
        zone, now = await in_database(_zone, reminder.person_id), timezone.now()
        text = f"<@{reminder.person_id}> {delivered(reminder, zone, now, _literally)}"
        try:
            channel = await self._channel(reminder)
            await channel.send(
                text,
                view=reminder_buttons(reminder.person_id, reminder.pk),
                allowed_mentions=discord.AllowedMentions(
                    users=[discord.Object(reminder.person_id)]
                ),
                # If this process ends before it is noted, Discord knows that it was sent.
                nonce=f"{reminder.pk}-{int(reminder.due_at.timestamp())}",
            )
        except (discord.Forbidden, discord.NotFound) as error:
            logger.warning("discord: a reminder can't be delivered (%s)", error.code)
            await in_database(note_failed, reminder.pk)
            return False
        except (discord.DiscordException, *NETWORK) as error:
            logger.warning("discord: a reminder waits (%s)", type(error).__name__)
            return False
        await in_database(note_sent, reminder.pk, at=now)
        return True

    async def _channel(self, reminder: Reminder) -> discord.abc.Messageable:
        """Return where a reminder is delivered.

        If that is gone, or its person is blocked there, it comes in their direct messages.
        """
        person_id, guild_id = reminder.person_id, reminder.guild_id
        if guild_id is not None and self.bot.talk_settings.blocks(guild_id, person_id):
            return await self.bot.create_dm(discord.Object(person_id))
        channel: Any = held_channel(self.bot, guild_id, reminder.channel_id)
        if channel is None and guild_id is not None:
            try:
                channel = await self.bot.fetch_channel(reminder.channel_id)
            except (discord.Forbidden, discord.NotFound):
                channel = None
        if isinstance(channel, discord.abc.Messageable):
            return channel
        return await self.bot.create_dm(discord.Object(reminder.person_id))


def _literally(text: str) -> str:
    return plain(text, LINE_LENGTH)


def _zone(person_id: int) -> ZoneInfo:
    return zone_of(profile_of(person_id))


def _waiting(interaction: discord.Interaction) -> list[Reminder]:
    """Return the person's reminders; in a server only those that were asked for in the channel."""
    channel_id = interaction.channel_id if interaction.guild_id else None
    return waiting_of(interaction.user.id, channel_id=channel_id)


def _list(interaction: discord.Interaction) -> str:
    lines = listed(_waiting(interaction), _zone(interaction.user.id), _literally)
    here = " for this channel" if interaction.guild_id else ""
    return fitting(lines) or NONE_WAITING.format(here=here)


def _add(interaction: discord.Interaction, when: str, what: str) -> str:
    profile = profile_of(interaction.user.id)
    zone = zone_of(profile)
    request = request_in(f"remind me {when}", timezone.now(), zone)
    if request is None:
        return NO_TIME
    request = replace(request, task=what)
    where = Destination(PLATFORM, interaction.channel_id or 0, interaction.guild_id)
    actor = Actor.person(interaction.user.id)
    if add(interaction.user.id, request, where, actor=actor) is None:
        return NOT_REMEMBERED
    offer = zone_offer(profile, request.due)
    return f"{replace(request, task=_literally(what)).confirmation()} {offer}".strip()


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Reminders(bot))
