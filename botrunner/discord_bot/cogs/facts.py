"""People tell facts about themselves, see them and take them back."""

from __future__ import annotations

import logging

import discord
from discord import app_commands
from discord.ext import commands
from django.db import transaction
from django.utils import timezone

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.buttons import privacy_buttons
from botrunner.discord_bot.choice_pages import ask_to_forget, choices, memories_here
from botrunner.discord_bot.reading import scope_of
from botrunner.discord_bot.replies import answer
from botrunner.offline.notes import known_of_memories
from memories import actions
from memories.actions import MemoryDraft
from memories.embeddings import EmbeddingError
from memories.facts import hear
from memories.facts.ledger import Changes
from memories.facts.queries import known_facts, own_zone
from memories.facts.statements import Said
from memories.facts.storing import IMPORTANCE, Source, keep
from memories.models import Memory
from profiles.queries import may_remember, still_agrees
from whisper.action_log import Actor
from whisper.database.access import in_database
from whisper.environment import environment

logger = logging.getLogger(__name__)

SHOWN = 10
FACTS = [Memory.Kind.USER_FACT.value]


class FactCommands(commands.GroupCog, group_name="fact"):
    """Facts about you."""

    @app_commands.command()
    @app_commands.describe(fact="A sentence, for example: My cat is called Miso.")
    async def add(
        self, interaction: discord.Interaction, fact: app_commands.Range[str, 1, 500]
    ) -> None:
        """Tell me a fact about you."""
        if await _add(interaction, fact):
            await answer(interaction, "I'll remember that.")
            return
        text = "I don't remember what you tell me. To change that, use /privacy first."
        view = privacy_buttons(interaction.user.id, remembers=False)
        await answer(interaction, text, view)

    @app_commands.command(name="list")
    async def show(self, interaction: discord.Interaction) -> None:
        """Show the facts I know about you, as far as I can show them here."""
        facts = await in_database(memories_here, interaction, FACTS)
        known = known_of_memories(facts, timezone.now(), own_zone())
        lines = [f"- {one.sentence} ({one.said_at:%d %b %Y})" for one in known[:SHOWN]]
        if len(known) > SHOWN:
            lines.append(f"… and {len(known) - SHOWN} more; `/memory search` finds them.")
        await answer(interaction, "\n".join(lines) or "I don't know any facts about you here.")

    @app_commands.command()
    @app_commands.describe(fact="Choose one, or describe it.")
    async def remove(
        self, interaction: discord.Interaction, fact: app_commands.Range[str, 1, 500]
    ) -> None:
        """Forget a fact about you."""
        await ask_to_forget(interaction, fact, FACTS)

    @remove.autocomplete("fact")
    async def _suggest(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await choices(interaction, typed, FACTS)


async def _add(interaction: discord.Interaction, fact: str) -> bool:
    """Store a fact; False if the person has not agreed to be remembered."""
    source = await in_database(_source, interaction)
    if source is None:
        return False
    return await in_database(_store, source, fact, await _heard(source, fact))


def _source(interaction: discord.Interaction) -> Source | None:
    """Return where the command was sent; None if the person has not agreed to be remembered."""
    scope = scope_of(interaction)
    if not may_remember(scope.person_id):
        return None
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


async def _heard(source: Source, fact: str) -> Changes:
    """Return what a sentence changes in what is known; nothing if it can't be heard now."""
    known = await in_database(known_facts, source.person_id) if source.person_id else []
    try:
        return await hear(Said(fact, source.said_at, environment.time_zone), known)
    except EmbeddingError as error:
        logger.warning("a fact is kept as it was told, nothing can be heard: %s", error)
        return Changes()


@transaction.atomic
def _store(source: Source, fact: str, changes: Changes) -> bool:
    """Store what a sentence changes, or the sentence itself if nothing was heard in it."""
    if source.person_id is None or not still_agrees(source.person_id):
        return False
    actor = Actor.person(source.person_id)
    if not keep(source, changes, words=fact, actor=actor):
        actions.remember(
            MemoryDraft(
                person_id=source.person_id,
                kind=Memory.Kind.USER_FACT,
                text=fact,
                speaker=source.speaker,
                place=source.place,
                guild_id=source.guild_id,
                channel_id=source.channel_id,
                said_at=source.said_at,
                origin=source.origin,
                category="other",
                importance=IMPORTANCE,
            ),
            actor=actor,
        )
    return True


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(FactCommands())
