"""Show memories in Discord, and let people choose one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import discord
from discord import app_commands

from botrunner.discord_bot.buttons import forget_question
from botrunner.discord_bot.reading import scope_of
from botrunner.discord_bot.replies import answer
from memories.models import Memory
from memories.queries import memories_of
from memories.recall import recall
from whisper.database.access import in_database

LINE_LENGTH = 170
# Discord's limits on suggestions.
CHOICES = 25
CHOICE_LENGTH = 100


class Told(Protocol):
    """What a line shows of a memory: a row, or an entry of an index."""

    @property
    def text(self) -> str: ...
    @property
    def said_at(self) -> datetime: ...
    @property
    def pinned(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Found:
    """A memory that a person may choose."""

    id: UUID
    text: str


def line(memory: Told) -> str:
    """Return one line on a memory."""
    mark = "📌 " if memory.pinned else ""
    return f"- {mark}{memory.said_at:%d %b %Y}: {clipped(memory.text, LINE_LENGTH)}"


def clipped(text: str, length: int) -> str:
    """Return a text on one line, cut to a length."""
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[: length - 1]}…"


def memories_here(interaction: discord.Interaction, kinds: Iterable[str]) -> list[Memory]:
    """Return what a person may see of their own where they ask, newest first."""
    return memories_of(scope_of(interaction), kinds=kinds)


async def choices(
    interaction: discord.Interaction, typed: str, kinds: Sequence[str]
) -> list[app_commands.Choice[str]]:
    """Return the person's memories that hold what they typed, newest first."""
    rows = await in_database(memories_here, interaction, kinds)
    fitting = [row for row in rows if typed.casefold() in row.text.casefold()]
    return [
        app_commands.Choice(name=clipped(row.text, CHOICE_LENGTH) or "…", value=str(row.pk))
        for row in fitting[:CHOICES]
    ]


async def ask_to_forget(
    interaction: discord.Interaction, chosen: str, kinds: Sequence[str]
) -> None:
    """Ask whether a chosen memory, or the one that fits the words best, is to be forgotten."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    found = await chosen_memory(interaction, chosen, kinds)
    if found is None:
        await answer(interaction, "I found nothing like that here.")
        return
    text = f"Shall I forget this?\n> {clipped(found.text, 1500)}"
    await answer(interaction, text, forget_question(interaction.user.id, found.id))


async def chosen_memory(
    interaction: discord.Interaction, chosen: str, kinds: Iterable[str]
) -> Found | None:
    """Return a chosen memory of the person, or the one that fits the words best; None without any.

    Args:
        chosen: its id, or words.
    """
    scope = await in_database(scope_of, interaction)
    rows = await in_database(memories_of, scope, kinds=list(kinds))
    for row in rows:
        if str(row.pk) == chosen:
            return Found(row.pk, row.text)
    for memory in await recall(chosen, scope, k=CHOICES):
        entry = memory.entry
        if entry.person_id == interaction.user.id and entry.kind in kinds:
            return Found(entry.id, entry.text)
    return None


OWN_KINDS = [kind for kind in Memory.Kind.values if kind != Memory.Kind.SHARED_FACT]
