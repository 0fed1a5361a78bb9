"""People look at what is remembered of them, and have it forgotten."""

from __future__ import annotations

from collections.abc import Callable

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.choice_pages import (
    OWN_KINDS,
    ask_to_forget,
    choices,
    chosen_memory,
    clipped,
    line,
    memories_here,
)
from botrunner.discord_bot.replies import answer
from botrunner.discord_bot.search_pages import SearchPages, day, suggested
from memories import actions
from memories.models import Memory
from memories.search import Filters, InvalidSearchError, Mode, SearchQuery
from whisper.action_log import Actor
from whisper.database.access import in_database

PAGE = 10
HOW = [
    app_commands.Choice(name="by words and meaning", value=Mode.HYBRID.value),
    app_commands.Choice(name="by words", value=Mode.WORDS.value),
    app_commands.Choice(name="by words, tolerating typos", value=Mode.FUZZY.value),
    app_commands.Choice(name="exact phrase", value=Mode.PHRASE.value),
]
KINDS = [app_commands.Choice(name=label, value=value) for value, label in Memory.Kind.choices]
ELSEWHERE = "In our direct messages I show you everything."


class MemoryCommands(commands.GroupCog, group_name="memory"):
    """What I remember about you."""

    @app_commands.command()
    @app_commands.describe(page="Which page; the first has what is pinned, then the newest.")
    async def show(
        self, interaction: discord.Interaction, page: app_commands.Range[int, 1, 10_000] = 1
    ) -> None:
        """Show what I remember about you, as far as I can show it here."""
        rows = await in_database(memories_here, interaction, OWN_KINDS)
        rows.sort(key=lambda row: not row.pinned)
        shown = rows[(page - 1) * PAGE : page * PAGE]
        if not shown:
            nothing = (
                "That page doesn't exist." if rows else "I don't remember anything about you here."
            )
            await answer(interaction, f"{nothing} {_elsewhere(interaction)}".strip())
            return
        pages = -(-len(rows) // PAGE)
        foot = f"{len(rows)} in all, page {page} of {pages}. {_elsewhere(interaction)}".strip()
        await answer(interaction, "\n".join([*map(line, shown), foot]))

    @app_commands.command()
    @app_commands.describe(
        query="What to look for.",
        how="How to search; by words and meaning by default.",
        kind="Only these.",
        category="For facts: pet, work, home …",
        since="Said on this date or later, for example 2025-03-31.",
        until="Said before this date.",
        as_of="What was true on this date, even if it no longer is.",
    )
    @app_commands.choices(how=HOW, kind=KINDS)
    async def search(
        self,
        interaction: discord.Interaction,
        query: app_commands.Range[str, 1, 500],
        how: str = Mode.HYBRID,
        kind: str = "",
        category: app_commands.Range[str, 0, 32] = "",
        since: str | None = None,
        until: str | None = None,
        as_of: str | None = None,
    ) -> None:
        """Search what I remember, page by page."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            filters = Filters(kind=kind, category=category, since=day(since), until=day(until))
            wanted = SearchQuery(query, Mode(how), filters, day(as_of, ends=True))
        except InvalidSearchError as error:
            await answer(interaction, str(error))
            return
        await SearchPages(wanted).show_first(interaction)

    @search.autocomplete("query")
    async def _suggest_words(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await suggested(interaction, typed)

    @app_commands.command()
    @app_commands.describe(memory="Choose one, or describe it.")
    async def forget(
        self, interaction: discord.Interaction, memory: app_commands.Range[str, 1, 500]
    ) -> None:
        """Forget one thing I remember about you."""
        await ask_to_forget(interaction, memory, OWN_KINDS)

    @forget.autocomplete("memory")
    async def _suggest(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await choices(interaction, typed, OWN_KINDS)

    @app_commands.command()
    @app_commands.describe(memory="Choose one, or describe it.")
    async def pin(
        self, interaction: discord.Interaction, memory: app_commands.Range[str, 1, 500]
    ) -> None:
        """Let one memory come first whenever we talk about it."""
        await _mark(interaction, memory, actions.pin, "Pinned", "That is pinned already.")

    @app_commands.command()
    @app_commands.describe(memory="Choose one, or describe it.")
    async def unpin(
        self, interaction: discord.Interaction, memory: app_commands.Range[str, 1, 500]
    ) -> None:
        """Let a pinned memory be like any other again."""
        await _mark(interaction, memory, actions.unpin, "Unpinned", "That isn't pinned.")

    @pin.autocomplete("memory")
    @unpin.autocomplete("memory")
    async def _suggest_memory(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await choices(interaction, typed, OWN_KINDS)


async def _mark(
    interaction: discord.Interaction,
    chosen: str,
    action: Callable[..., int],
    done: str,
    nothing_to_do: str,
) -> None:
    """Pin or unpin a chosen memory, and say so."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    found = await chosen_memory(interaction, chosen, OWN_KINDS)
    if found is None:
        await answer(interaction, "I found nothing like that here.")
        return
    by = Actor.person(interaction.user.id)
    count = await in_database(action, [found.id], actor=by, reason="asked in Discord")
    said = f"{done}:\n> {clipped(found.text, 1500)}" if count else nothing_to_do
    await answer(interaction, said)


def _elsewhere(interaction: discord.Interaction) -> str:
    return ELSEWHERE if interaction.guild_id else ""


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(MemoryCommands())
