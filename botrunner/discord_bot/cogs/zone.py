"""People set their time zone."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

import discord
from discord import app_commands
from discord.ext import commands
from django.utils import timezone

from botrunner.conversation.actions import introduce
from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.replying.errors import answer
from botrunner.reminders.queries import waiting_of
from profiles.actions import set_time_zone
from profiles.preferences import has_zone, zone_of
from profiles.queries import profile_of
from whisper.action_log import Actor
from whisper.database.access import in_database

CHOICES = 25
UNKNOWN = "I know no such time zone. Choose one of the suggestions, for example Europe/Berlin."
SET = "Your time zone is {zone}; it's {time} there."
SAME_MOMENTS = (
    "Reminders that you have already set come at the same moments as before; `/reminder list` "
    "shows them by your clock."
)
NOT_SET = (
    "You haven't set a time zone, so I go by {zone}, where it's {time}. `/timezone` with a place "
    "near you sets it."
)
NOTHING_KEPT = (
    "I can't keep your time zone, because I don't remember what you tell me. You can change that "
    "with `/privacy`."
)


class Zone(commands.Cog):
    """Sets whose days and clock count for a person."""

    @app_commands.command(name="timezone")
    @app_commands.describe(zone="For example Europe/Berlin; leave it out to see what is set.")
    async def set_zone(
        self, interaction: discord.Interaction, zone: app_commands.Range[str, 0, 64] = ""
    ) -> None:
        """Show or set your time zone, which decides when “tomorrow at 9” is."""
        if zone and zone not in _zones():
            await answer(interaction, UNKNOWN)
            return
        if zone and not await in_database(_set, interaction, zone):
            await answer(interaction, NOTHING_KEPT)
            return
        profile = await in_database(profile_of, interaction.user.id)
        now = timezone.now().astimezone(zone_of(profile))
        said = SET if has_zone(profile) else NOT_SET
        told = [said.format(zone=now.tzinfo, time=f"{now:%H:%M}")]
        waiting = await in_database(waiting_of, interaction.user.id)
        if zone and waiting:
            told.append(SAME_MOMENTS)
        await answer(interaction, " ".join(told))

    @set_zone.autocomplete("zone")
    async def _suggest(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        wanted = typed.casefold().replace(" ", "_")
        fitting = [name for name in _zones() if wanted in name.casefold()]
        # What begins with the words, as a city or a continent, comes first.
        fitting.sort(key=lambda name: not name.casefold().split("/")[-1].startswith(wanted))
        return [app_commands.Choice(name=name, value=name) for name in fitting[:CHOICES]]


@cache
def _zones() -> tuple[str, ...]:
    """Return the names of places' time zones, in order, without those of single offsets."""
    places = (name for name in available_timezones() if "/" in name and "Etc" not in name)
    return tuple(sorted(places))


def _set(interaction: discord.Interaction, zone: str) -> bool:
    person = interaction.user
    known = introduce(person.id, person.display_name, interaction.created_at)
    return known and set_time_zone(person.id, zone, actor=Actor.person(person.id))


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Zone())
