"""A person's direct messages that aren't kept, read from Discord when they ask for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import discord
from discord import ButtonStyle
from django.utils import timezone

from botrunner.conversation.actions import remember_history
from botrunner.conversation.base import Incoming
from botrunner.conversation.queries import IDS_AT_ONCE, settled
from botrunner.discord_bot.reading.messages import incoming_of, is_addressed
from botrunner.discord_bot.views.buttons import YesNoButton, view_of
from botrunner.discord_bot.views.corrections import NOT_REMEMBERED
from botrunner.discord_bot.views.message_text import plain
from memories.wording.memorable import asks_not_to_keep
from profiles.queries import may_remember
from whisper.database.access import in_database
from whisper.environment import environment

# How far back is read, in messages: twenty requests to Discord.
MOST_READ = 2_000
# Few in one transaction, so that other writers don't wait long.
AT_ONCE = 50
QUOTED = 200
NOTHING = "There is nothing in our direct messages that I don't remember already."
OLDER_STAY = f"I looked through the last {MOST_READ:,} messages; older ones stay as they are."


class OlderTalkButton(
    YesNoButton, template=r"whisper:older:(?P<yes>yes|no):(?P<person_id>\d{1,20})"
):
    """Yes or no to remembering direct messages that weren't kept."""

    kind = "older"
    labels: ClassVar = {True: "Remember", False: "Leave it"}
    styles: ClassVar = {True: ButtonStyle.success, False: ButtonStyle.secondary}

    async def acknowledge(self, interaction: discord.Interaction[Any]) -> None:
        """Say at once what becomes of it, and take the buttons away."""
        text = "Reading …" if self.yes else "All right, nothing has changed."
        await interaction.response.edit_message(content=text, view=None)

    async def press(self, interaction: discord.Interaction[Any]) -> None:
        """Remember them, and say how many there were."""
        if not self.yes:
            return
        said, _ = await _unkept(interaction)
        count = 0
        for start in range(0, len(said), AT_ONCE):
            count += await in_database(remember_history, said[start : start + AT_ONCE])
        text = f"I now remember {_counted(count, ' more')}. `/memory show` lists what I remember."
        if not count:
            agrees = await in_database(may_remember, self.person_id)
            text = NOTHING if agrees else NOT_REMEMBERED
        await interaction.edit_original_response(content=text, view=None)


async def what_is_unkept(
    interaction: discord.Interaction[Any],
) -> tuple[str, discord.ui.View | None]:
    """Return what of a person's direct messages isn't kept, in words, and the question."""
    said, all_of_it = await _unkept(interaction)
    if not said:
        return NOTHING if all_of_it else f"{NOTHING} {OLDER_STAY}", None
    person_id = interaction.user.id
    buttons = [OlderTalkButton(person_id, True), OlderTalkButton(person_id, False)]
    quotes = interaction.guild_id is None
    return "\n".join(_lines(said, quotes=quotes, all_of_it=all_of_it)), view_of(buttons)


def _lines(said: Sequence[Incoming], *, quotes: bool, all_of_it: bool) -> Iterator[str]:
    first, last = said[0], said[-1]
    days = list(dict.fromkeys(f"{one.sent_at:%d %B %Y}" for one in (first, last)))
    when = f"of {days[0]}" if len(days) == 1 else f"from {days[0]} to {days[1]}"
    yield f"In our direct messages, I don't remember {_counted(len(said))}, {when}."
    if quotes:
        ends = [first, last] if len(said) > 1 else [first]
        yield from (f"> {plain(one.text, QUOTED)}" for one in ends)
    if not all_of_it:
        yield OLDER_STAY
    yield f"Shall I remember {'it' if len(said) == 1 else 'them'}, and what I can learn from it?"


def _counted(count: int, more: str = "") -> str:
    return f"{count:,}{more} message{'s' * (count != 1)} of yours"


async def _unkept(interaction: discord.Interaction[Any]) -> tuple[list[Incoming], bool]:
    """Return what a person said in direct messages that may be kept and isn't, oldest first.

    Returns:
        Those, and whether the whole history was read.
    """
    me, person = interaction.client.user, interaction.user
    channel = await person.create_dm()
    history = [
        one async for one in channel.history(limit=MOST_READ, after=_oldest(), oldest_first=False)
    ]
    own = [one for one in history if one.author.id == person.id and is_addressed(one, me)]
    ids = [one.id for one in own]
    held = set[int]()
    for start in range(0, len(ids), IDS_AT_ONCE):
        held |= await in_database(settled, ids[start : start + IDS_AT_ONCE])
    said = [incoming_of(one, me) for one in own if one.id not in held]
    said = [one for one in said if one.text and not asks_not_to_keep(one.text)]
    said.sort(key=lambda one: one.platform_id)
    return said, len(history) < MOST_READ


def _oldest() -> datetime | None:
    """Return the time before which nothing is kept anyway; None if there is none."""
    days = environment.message_retention_days
    return timezone.now() - timedelta(days=days) if days else None
