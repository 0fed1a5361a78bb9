"""“Ask about this”: a form for a question about a message, whose answer only the asker sees.

The form's id says which message it is about, so that it also works after a restart.
"""

from __future__ import annotations

import re
from typing import Any

import discord

from botrunner.conversation.about_message import answer_about
from botrunner.conversation.base import Incoming
from botrunner.conversation.respond import TOO_FAST, beyond_limit
from botrunner.conversation.surroundings import Quoted
from botrunner.discord_bot.reading.contents import contents_of
from botrunner.discord_bot.reading.events import fetch_message
from botrunner.discord_bot.reading.messages import PLATFORM, is_for_adults, parent_of, place_of
from botrunner.discord_bot.replying.errors import answer, apologise
from botrunner.discord_bot.replying.splitting import split
from botrunner.discord_bot.servers.limits import limit_reached, may_reply, note_used
from botrunner.discord_bot.servers.talk_settings import TalkSettings
from profiles.queries import refusals
from whisper.database.access import in_database

LONGEST = 500
GONE = "That message is gone."
DECLINED = "Its author doesn't want me to read what they write."
NO_WORDS = "There is nothing in it that I could read."
SILENT = "The people who manage this server don't want me to talk here, or with you."

_ID = re.compile(r"whisper:ask:(?P<platform_id>\d{1,20})")


class QuestionForm(discord.ui.Modal):
    """Asks what somebody wants to know about a message."""

    def __init__(self, platform_id: int) -> None:
        super().__init__(title="Ask about this", custom_id=f"whisper:ask:{platform_id}")
        field: discord.ui.TextInput[Any] = discord.ui.TextInput(
            placeholder="For example: What does that mean?",
            style=discord.TextStyle.paragraph,
            custom_id="question",
            max_length=LONGEST,
        )
        self.add_item(discord.ui.Label(text="What do you want to know?", component=field))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Leave it to `answer_form`, which also answers forms of an earlier process."""


async def answer_form(interaction: discord.Interaction[Any], talk_settings: TalkSettings) -> None:
    """Answer a question that was sent with the form; other forms are left alone."""
    found = _ID.fullmatch(str(_data(interaction).get("custom_id", "")))
    if interaction.type is not discord.InteractionType.modal_submit or found is None:
        return
    try:
        await interaction.response.defer(ephemeral=True, thinking=True)
        for piece in split(await _answer(interaction, talk_settings, int(found["platform_id"]))):
            await answer(interaction, piece)
    except Exception as error:
        await apologise(interaction, error, "a question about a message")


async def _answer(
    interaction: discord.Interaction[Any], talk_settings: TalkSettings, platform_id: int
) -> str:
    question = _question(interaction)
    # Of the channel that it was asked in: nobody reads others through a form of their own making.
    message = await fetch_message(
        interaction.client, interaction.guild_id, question.channel_id, platform_id
    )
    if message is None:
        return GONE
    if talk_settings.silence(interaction.channel, interaction.guild_id, interaction.user.id):
        return SILENT
    author = message.author
    own = author.id in (interaction.user.id, interaction.client.application_id)
    if not own and await in_database(_has_declined, author.id):
        return DECLINED
    # Not what it forwards: that may be by somebody who declined.
    text = contents_of(message)
    if not text:
        return NO_WORDS
    if await beyond_limit(question):
        return TOO_FAST
    if not await may_reply(message):
        return limit_reached()
    told = await answer_about(question, Quoted("", text, author.display_name, message.id))
    await note_used(message, told.tokens)
    return told.text


def _question(interaction: discord.Interaction[Any]) -> Incoming:
    return Incoming(
        platform=PLATFORM,
        platform_id=interaction.id,
        person_id=interaction.user.id,
        person_name=interaction.user.display_name,
        text=_typed(interaction),
        sent_at=interaction.created_at,
        channel_id=interaction.channel_id or 0,
        guild_id=interaction.guild_id,
        parent_id=parent_of(interaction.channel),
        place=place_of(interaction.channel),
        for_adults=is_for_adults(interaction.channel),
    )


def _typed(interaction: discord.Interaction[Any]) -> str:
    """Return what was typed into the form's only field."""
    rows = _data(interaction).get("components", [])
    fields = [row.get("component") or (row.get("components") or [{}])[0] for row in rows]
    return str(fields[0].get("value", "")) if fields else ""


def _data(interaction: discord.Interaction[Any]) -> dict[str, Any]:
    data: Any = interaction.data
    return data or {}


def _has_declined(person_id: int) -> bool:
    return bool(refusals([person_id]))
