"""Pages of found memories in Discord, with buttons to turn them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
from discord import ButtonStyle, app_commands

from botrunner.discord_bot.reading.messages import scope_of
from botrunner.discord_bot.replying.errors import answer, apologise
from botrunner.discord_bot.views.choice_pages import CHOICE_LENGTH
from botrunner.discord_bot.views.message_text import LINE_LENGTH, plain
from memories.index.base import Entry
from memories.search import Hit, InvalidSearchError, Page, SearchQuery, search, suggestions
from memories.search.showing import pieces
from memories.wording.addressing import to_person
from whisper.database.access import in_database

PAGE = 10
# Characters by which bold words may lengthen a line.
MARKS = 20
# As long as its cursors hold.
SECONDS = 600
NOTHING = "I found nothing like that here."


class SearchPages(discord.ui.View):
    """Buttons under a page of what was found; the page is shown to one person alone."""

    def __init__(self, query: SearchQuery) -> None:
        super().__init__(timeout=SECONDS)
        self.query = query
        # Of the pages up to the one that is shown, what each was asked with.
        self._cursors: list[str | None] = []
        self._next: str | None = None
        self._last: discord.Interaction[Any] | None = None

    async def show_first(self, interaction: discord.Interaction[Any]) -> None:
        """Answer a command with the first page."""
        text = await self._turned(interaction, None)
        await answer(interaction, text, self if self._next else None)

    @discord.ui.button(label="Back", style=ButtonStyle.secondary)
    async def back(
        self, interaction: discord.Interaction[Any], button: discord.ui.Button[SearchPages]
    ) -> None:
        """Show the page before."""
        await self._turn(interaction, forth=False)

    @discord.ui.button(label="Next", style=ButtonStyle.primary)
    async def forth(
        self, interaction: discord.Interaction[Any], button: discord.ui.Button[SearchPages]
    ) -> None:
        """Show the next page."""
        await self._turn(interaction, forth=True)

    async def on_timeout(self) -> None:
        """Take the buttons away: they would lead nowhere."""
        if self._last is not None:
            with suppress(discord.HTTPException):
                await self._last.edit_original_response(view=None)

    async def on_error(
        self,
        interaction: discord.Interaction[Any],
        error: Exception,
        item: discord.ui.Item[Any],
        /,
    ) -> None:
        """Apologise."""
        await apologise(interaction, error, "a page of a search")

    async def _turn(self, interaction: discord.Interaction[Any], *, forth: bool) -> None:
        await interaction.response.defer()
        cursor = self._next
        if not forth:
            self._cursors = self._cursors[:-1]
            cursor = self._cursors.pop()
        text = await self._turned(interaction, cursor)
        await interaction.edit_original_response(content=text, view=self)

    async def _turned(self, interaction: discord.Interaction[Any], cursor: str | None) -> str:
        """Return the text of a page, and let the buttons be those that lead somewhere from it."""
        scope = await in_database(scope_of, interaction)
        try:
            page = await search(self.query, scope, size=PAGE, cursor=cursor)
        except InvalidSearchError as error:
            self.clear_items()
            return str(error)
        self._cursors.append(cursor)
        self._next, self._last = page.next_cursor, interaction
        self.back.disabled = len(self._cursors) == 1
        self.forth.disabled = self._next is None
        return _text(page, len(self._cursors))


def _text(page: Page, number: int) -> str:
    if not page.hits:
        return "\n".join([NOTHING, *page.not_supported])
    foot = f"{page.total} in all, page {number} of {-(-page.total // PAGE)}."
    return "\n".join([*map(found_line, page.hits), " ".join([foot, *page.not_supported])])


def found_line(hit: Hit) -> str:
    """Return one line on a memory, what was looked for in bold."""
    entry = hit.entry
    said = "".join(_shown(entry, *piece) for piece in pieces(hit, LINE_LENGTH))
    if len(said) > LINE_LENGTH + MARKS:
        said = plain(to_person(entry), LINE_LENGTH)
    return f"- {entry.said_at:%d %b %Y}: {said}"


def _shown(entry: Entry, piece: str, marked: bool) -> str:
    text = piece if marked else to_person(entry._replace(text=piece))
    # An entry of a list has a single line.
    plain = discord.utils.escape_markdown(" ".join(text.splitlines()))
    return f"**{plain}**" if marked else plain


async def suggested(
    interaction: discord.Interaction[Any], typed: str
) -> list[app_commands.Choice[str]]:
    """Return completions of what was typed, from words of the person's own memories."""
    scope = await in_database(scope_of, interaction)
    words = [one.text for one in await suggestions(typed, scope) if one.kind == "word"]
    begun = typed.rpartition(" ")[0]
    whole = [f"{begun} {word}".strip() for word in words]
    return [app_commands.Choice(name=one, value=one) for one in whole if len(one) <= CHOICE_LENGTH]


def day(written: str | None, *, ends: bool = False) -> datetime | None:
    """Return the beginning, or the end, of a day that a person wrote.

    Raises:
        InvalidSearchError: it isn't a day.
    """
    if not written:
        return None
    try:
        begin = datetime.strptime(written.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
        return begin + timedelta(days=ends)
    except (ValueError, OverflowError):
        raise InvalidSearchError("Write dates like 2025-03-31.") from None
