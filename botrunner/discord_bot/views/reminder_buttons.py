"""Buttons under a reminder, to put it off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import discord
from discord import ButtonStyle
from django.utils import timezone

from botrunner.discord_bot.views.buttons import PersonButton
from botrunner.reminders.actions import put_off
from botrunner.reminders.asking import in_words
from profiles.preferences import zone_of
from profiles.queries import profile_of
from whisper.action_log import Actor
from whisper.database.access import in_database

# By how many minutes, and what the button says.
LATER = {15: "In 15 minutes", 60: "In an hour", 24 * 60: "Tomorrow"}


class LaterButton(
    PersonButton,
    template=r"whisper:later:(?P<minutes>\d{1,5}):(?P<reminder>\d{1,19}):(?P<person_id>\d{1,20})",
):
    """Lets a reminder come again later."""

    def __init__(self, person_id: int, reminder: int, minutes: int) -> None:
        custom_id = f"whisper:later:{minutes}:{reminder}:{person_id}"
        label = LATER.get(minutes, f"In {minutes} minutes")
        super().__init__(person_id, custom_id, label, ButtonStyle.secondary)
        self.reminder, self.minutes = reminder, minutes

    async def press(self, interaction: discord.Interaction[Any]) -> None:
        """Put the reminder off, and say until when."""
        until = timezone.now() + timedelta(minutes=self.minutes)
        due = await in_database(_put_off, self.reminder, self.person_id, until)
        said = f"I'll remind you again {in_words(due)}." if due else "I no longer have that one."
        message = interaction.message
        before = f"{message.content}\n" if message else ""
        await interaction.edit_original_response(content=f"{before}-# {said}", view=None)


def reminder_buttons(person_id: int, reminder: int) -> discord.ui.View:
    """Return the buttons under a reminder."""
    view = discord.ui.View(timeout=None)
    for minutes in LATER:
        view.add_item(LaterButton(person_id, reminder, minutes))
    return view


def _put_off(reminder: int, person_id: int, until: datetime) -> datetime | None:
    """Put a reminder off; return until when in the person's zone, None if it is gone."""
    if not put_off(reminder, person_id, until=until, actor=Actor.person(person_id)):
        return None
    return until.astimezone(zone_of(profile_of(person_id)))
