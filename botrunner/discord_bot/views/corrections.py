"""What people tell with a command is kept, and what they correct is kept in its place."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import discord
from discord import app_commands
from django.db import transaction
from django.utils import timezone

from botrunner.conversation.telling import NotToldError, heard, store, tell
from botrunner.discord_bot.reading.messages import scope_of
from botrunner.discord_bot.replying.errors import answer
from botrunner.discord_bot.views.buttons import privacy_buttons
from botrunner.discord_bot.views.choice_pages import (
    CHOICE_LENGTH,
    NOT_FOUND,
    QUOTED,
    chosen_memory,
    id_of,
)
from botrunner.discord_bot.views.message_text import plain
from memories import actions
from memories.facts.ledger import Changes
from memories.facts.queries import known_facts
from memories.facts.storing import Source
from memories.models import Memory
from memories.queries import own_memory
from memories.wording.addressing import first_person, to_person
from profiles.queries import still_agrees
from whisper.action_log import Actor
from whisper.database.access import in_database

REASON = "asked in Discord"
NOT_REMEMBERED = "I don't remember what you tell me. To change that, use /privacy first."


async def tell_fact(interaction: discord.Interaction, fact: str) -> None:
    """Keep a fact that a person tells with a command, and say so."""
    try:
        kept = await tell(await in_database(_source, interaction), fact)
    except NotToldError as error:
        await answer(interaction, f"I haven't kept that. {error}")
        return
    if not kept:
        view = privacy_buttons(interaction.user.id, remembers=False)
        await answer(interaction, NOT_REMEMBERED, view)
        return
    await answer(interaction, "I'll remember that.")


async def correct(
    interaction: discord.Interaction, chosen: str, text: str, kinds: Sequence[str]
) -> None:
    """Change what a chosen memory says, and say so.

    A fact is replaced by what is heard in the new sentence, which may be told where the old one
    was.

    Args:
        chosen: the memory's id, or words that describe it.
    """
    found = await chosen_memory(interaction, chosen, kinds)
    memory = await in_database(_held, interaction, found.id, kinds) if found else None
    if memory is None:
        await answer(interaction, NOT_FOUND)
        return
    if memory.kind == Memory.Kind.USER_FACT:
        # Who corrects the words of a list may leave “You live …” as it stands there.
        text = first_person(text)
        source = _source_like(memory, interaction)
        done = await in_database(_replace, memory, source, text, await _heard(source, text, memory))
    else:
        done = await in_database(_reword, memory, text)
    said = f"It was:\n> {plain(to_person(memory), QUOTED)}" if done else NOT_REMEMBERED
    await answer(interaction, f"Changed. {said}" if done else said)


async def present_text(
    interaction: discord.Interaction, typed: str, kinds: Sequence[str]
) -> list[app_commands.Choice[str]]:
    """Return what a chosen memory says now, if it is short enough to be edited as a suggestion."""
    options = interaction.namespace
    chosen = getattr(options, "memory", "") or getattr(options, "fact", "")
    memory_id = id_of(chosen)
    if typed or memory_id is None:
        return []
    held = await in_database(_held, interaction, memory_id, kinds)
    if held is None:
        return []
    is_fact = held.kind == Memory.Kind.USER_FACT
    said = first_person(held.text) if is_fact else held.text
    return [app_commands.Choice(name=said, value=said)] if 0 < len(said) <= CHOICE_LENGTH else []


def _held(interaction: discord.Interaction, memory_id: UUID, kinds: Sequence[str]) -> Memory | None:
    return own_memory(memory_id, scope_of(interaction), kinds=kinds)


def _source(interaction: discord.Interaction) -> Source:
    """Return where the command was sent."""
    scope = scope_of(interaction)
    return Source(
        person_id=scope.person_id,
        place=scope.place,
        said_at=timezone.now(),
        speaker=interaction.user.display_name,
        # The command's own id: Discord may send it twice.
        origin=f"command:{interaction.id}",
        guild_id=scope.guild_id,
        channel_id=scope.channel_id,
    )


def _source_like(memory: Memory, interaction: discord.Interaction) -> Source:
    """Return the command as a source that may be told where a memory may."""
    return Source(
        person_id=memory.person_id,
        place=memory.place,
        said_at=timezone.now(),
        speaker=memory.speaker,
        origin=f"command:{interaction.id}",
        guild_id=memory.guild_id,
        channel_id=memory.channel_id,
    )


async def _heard(source: Source, fact: str, corrected: Memory) -> Changes:
    """Return what a sentence changes in what is known.

    Args:
        corrected: the fact that it takes the place of, which counts as unknown.
    """
    known = await in_database(known_facts, source.person_id) if source.person_id else []
    return await heard(source, fact, [one for one in known if one.key != corrected.pk])


@transaction.atomic
def _replace(memory: Memory, source: Source, text: str, changes: Changes) -> bool:
    """Forget a fact and store the corrected one; False if the person no longer agrees."""
    if not store(source, text, changes):
        return False
    actions.forget([memory.pk], actor=Actor.person(memory.person_id or 0), reason=REASON)
    return True


@transaction.atomic
def _reword(memory: Memory, text: str) -> bool:
    """Change the words of a memory that isn't a fact; False if the person no longer agrees."""
    if memory.person_id is None or not still_agrees(memory.person_id):
        return False
    actions.change_text(memory, text, actor=Actor.person(memory.person_id), reason=REASON)
    return True
