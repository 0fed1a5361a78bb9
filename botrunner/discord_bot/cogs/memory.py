"""People look at what is remembered of them, and have it forgotten."""

from __future__ import annotations

from collections.abc import Callable

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.replying.errors import answer
from botrunner.discord_bot.views.choice_pages import (
    NOT_FOUND,
    OWN_KINDS,
    QUOTED,
    ask_to_forget,
    choices,
    chosen_memory,
)
from botrunner.discord_bot.views.corrections import correct, present_text
from botrunner.discord_bot.views.list_pages import Listed, show_page
from botrunner.discord_bot.views.message_text import plain
from botrunner.discord_bot.views.search_pages import SearchPages, day, suggested
from memories import actions
from memories.models import Memory
from memories.search import Filters, InvalidSearchError, Mode, SearchQuery
from whisper.action_log import Actor
from whisper.database.access import in_database

HOW = [
    app_commands.Choice(name="by words and meaning", value=Mode.HYBRID.value),
    app_commands.Choice(name="by words", value=Mode.WORDS.value),
    app_commands.Choice(name="by meaning", value=Mode.MEANING.value),
    app_commands.Choice(name="by words, tolerating typos", value=Mode.FUZZY.value),
    app_commands.Choice(name="exact phrase", value=Mode.PHRASE.value),
]
KINDS = [app_commands.Choice(name=label, value=value) for value, label in Memory.Kind.choices]


class MemoryCommands(commands.GroupCog, group_name="memory"):
    """What I remember about you."""

    @app_commands.command()
    @app_commands.describe(page="Which page; the first has what is pinned, then the newest.")
    async def show(
        self, interaction: discord.Interaction, page: app_commands.Range[int, 1, 10_000] = 1
    ) -> None:
        """Show what I remember about you, as far as I can show it here."""
        await show_page(interaction, Listed.MEMORIES, page)

    @app_commands.command()
    @app_commands.describe(page="Which page; the first has the newest.")
    async def timeline(
        self, interaction: discord.Interaction, page: app_commands.Range[int, 1, 10_000] = 1
    ) -> None:
        """Show what I remember about you day by day, the newest first."""
        await show_page(interaction, Listed.TIMELINE, page)

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

    @app_commands.command()
    @app_commands.describe(memory="Choose one, or describe it.", text="What it should say.")
    async def edit(
        self,
        interaction: discord.Interaction,
        memory: app_commands.Range[str, 1, 500],
        text: app_commands.Range[str, 1, 1000],
    ) -> None:
        """Change what one memory says."""
        await correct(interaction, memory, text, OWN_KINDS)

    @edit.autocomplete("text")
    async def _suggest_text(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await present_text(interaction, typed, OWN_KINDS)

    @edit.autocomplete("memory")
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
    found = await chosen_memory(interaction, chosen, OWN_KINDS)
    if found is None:
        await answer(interaction, NOT_FOUND)
        return
    by = Actor.person(interaction.user.id)
    count = await in_database(action, [found.id], actor=by, reason="asked in Discord")
    said = f"{done}:\n> {plain(found.text, QUOTED)}" if count else nothing_to_do
    await answer(interaction, said)


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(MemoryCommands())
