"""Let people choose one of their memories in Discord."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import discord
from discord import app_commands

from botrunner.discord_bot.reading.messages import scope_of
from botrunner.discord_bot.replying.errors import answer
from botrunner.discord_bot.views.buttons import forget_question
from botrunner.discord_bot.views.message_text import clipped, plain
from memories.models import Memory
from memories.queries import memories_holding, own_memory
from memories.recall import recall
from memories.wording.addressing import to_person
from whisper.database.access import in_database

# Discord's limits on suggestions.
CHOICES = 25
CHOICE_LENGTH = 100
# Of a memory that a question quotes.
QUOTED = 1500
OWN_KINDS = [kind for kind in Memory.Kind.values if kind != Memory.Kind.SHARED_FACT]
NOT_FOUND = "I found nothing like that here."


@dataclass(frozen=True, slots=True)
class Found:
    """A memory that a person may choose."""

    id: UUID
    text: str


async def choices(
    interaction: discord.Interaction, typed: str, kinds: Sequence[str]
) -> list[app_commands.Choice[str]]:
    """Return the person's memories that hold what they typed, newest first."""
    rows = await in_database(_fitting, interaction, typed, kinds)
    return [
        app_commands.Choice(name=clipped(to_person(row), CHOICE_LENGTH) or "…", value=str(row.pk))
        for row in rows
    ]


async def ask_to_forget(
    interaction: discord.Interaction, chosen: str, kinds: Sequence[str]
) -> None:
    """Ask whether a chosen memory, or the one that fits the words best, is to be forgotten."""
    found = await chosen_memory(interaction, chosen, kinds)
    if found is None:
        await answer(interaction, NOT_FOUND)
        return
    text = f"Shall I forget this?\n> {plain(found.text, QUOTED)}"
    await answer(interaction, text, forget_question(interaction.user.id, found.id))


async def chosen_memory(
    interaction: discord.Interaction, chosen: str, kinds: Sequence[str]
) -> Found | None:
    """Return a chosen memory of the person, or the one that fits the words best; None without any.

    Args:
        chosen: its id, or words.
    """
    scope = await in_database(scope_of, interaction)
    memory_id = id_of(chosen)
    if memory_id is not None:
        row = await in_database(own_memory, memory_id, scope, kinds=kinds)
        return Found(row.pk, to_person(row)) if row else None
    for memory in await recall(chosen, scope, k=CHOICES):
        entry = memory.entry
        if entry.person_id == interaction.user.id and entry.kind in kinds:
            return Found(entry.id, to_person(entry))
    return None


def _fitting(interaction: discord.Interaction, typed: str, kinds: Sequence[str]) -> list[Memory]:
    return memories_holding(typed.strip(), scope_of(interaction), kinds=kinds, limit=CHOICES)


def id_of(chosen: str) -> UUID | None:
    """Return the id that was chosen from the suggestions; None of words that were written."""
    try:
        return UUID(chosen)
    except ValueError:
        return None
