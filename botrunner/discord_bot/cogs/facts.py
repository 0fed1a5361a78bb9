"""People tell facts about themselves, see them and take them back."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands
from django.db import transaction
from django.utils import timezone

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.buttons import privacy_buttons
from botrunner.discord_bot.choice_pages import ask_to_forget, choices, line, memories_here
from botrunner.discord_bot.reading import scope_of
from botrunner.discord_bot.replies import answer
from memories import actions
from memories.actions import MemoryDraft
from memories.models import Memory
from profiles.queries import still_agrees
from whisper.action_log import Actor
from whisper.database.access import in_database

SHOWN = 10
IMPORTANCE = 0.8
FACTS = [Memory.Kind.USER_FACT.value]


class FactCommands(commands.GroupCog, group_name="fact"):
    """Facts about you."""

    @app_commands.command()
    @app_commands.describe(fact="A sentence, for example: My cat is called Miso.")
    async def add(
        self, interaction: discord.Interaction, fact: app_commands.Range[str, 1, 500]
    ) -> None:
        """Tell me a fact about you."""
        if await in_database(_add, interaction, fact):
            await answer(interaction, "I'll remember that.")
            return
        text = "I don't remember what you tell me. To change that, use /privacy first."
        view = privacy_buttons(interaction.user.id, remembers=False)
        await answer(interaction, text, view)

    @app_commands.command(name="list")
    async def show(self, interaction: discord.Interaction) -> None:
        """Show the facts I know about you, as far as I can show them here."""
        facts = await in_database(memories_here, interaction, FACTS)
        lines = [line(fact) for fact in facts[:SHOWN]]
        if len(facts) > SHOWN:
            lines.append(f"… and {len(facts) - SHOWN} more; `/memory search` finds them.")
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


@transaction.atomic
def _add(interaction: discord.Interaction, fact: str) -> bool:
    """Store a fact; False if the person has not agreed to be remembered."""
    scope = scope_of(interaction)
    if not still_agrees(scope.person_id):
        return False
    actions.remember(
        MemoryDraft(
            person_id=scope.person_id,
            kind=Memory.Kind.USER_FACT,
            text=fact,
            speaker=interaction.user.display_name,
            place=scope.place,
            guild_id=scope.guild_id,
            channel_id=scope.channel_id,
            said_at=timezone.now(),
            # The command's own id: Discord may send it twice.
            origin=f"command:{interaction.id}",
            category="other",
            importance=IMPORTANCE,
        ),
        actor=Actor.person(scope.person_id),
    )
    return True


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(FactCommands())
