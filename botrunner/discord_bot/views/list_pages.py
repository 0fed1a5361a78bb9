"""Lists of what is remembered, page by page; the buttons hold what they lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import discord
from discord import ButtonStyle
from django.utils import timezone

from botrunner.discord_bot.reading.messages import scope_of
from botrunner.discord_bot.replying.errors import answer
from botrunner.discord_bot.views.buttons import PersonButton
from botrunner.discord_bot.views.choice_pages import OWN_KINDS
from botrunner.discord_bot.views.message_text import LINE_LENGTH, fitting, line, plain
from botrunner.offline.notes import known_of_memories
from memories.access import Scope
from memories.facts.queries import zone_of_person
from memories.models import Memory
from memories.queries import memories_of, page_of_memories
from memories.wording.addressing import to_person
from whisper.database.access import in_database

PAGE = 10
# Shorter than elsewhere: each may stand under the name of a day.
TIMELINE_LENGTH = 120
ELSEWHERE = "In our direct messages I show you everything."
FACTS = [Memory.Kind.USER_FACT.value]


class Listed(StrEnum):
    """What a list holds."""

    MEMORIES = "memories"
    TIMELINE = "timeline"
    FACTS = "facts"


NOTHING = {
    Listed.MEMORIES: "I don't remember anything about you here.",
    Listed.TIMELINE: "I don't remember anything about you here.",
    Listed.FACTS: "I don't know any facts about you here.",
}


class PageButton(
    PersonButton,
    template=r"whisper:page:(?P<what>[a-z]{1,16}):(?P<page>\d{1,5}):(?P<person_id>\d{1,20})",
):
    """Turns to a page of a list."""

    reads: ClassVar = {"what": Listed}

    def __init__(self, person_id: int, what: Listed, page: int, label: str = "") -> None:
        custom_id = f"whisper:page:{what.value}:{page}:{person_id}"
        super().__init__(person_id, custom_id, label or "Next", ButtonStyle.secondary)
        self.what, self.page = what, page

    async def press(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page in place of the one that the button stands under."""
        text, view = await in_database(_page, interaction, self.what, self.page)
        await interaction.edit_original_response(content=text, view=view)


async def show_page(interaction: discord.Interaction[Any], what: Listed, page: int) -> None:
    """Answer a command with a page of a list, counted from 1."""
    await answer(interaction, *await in_database(_page, interaction, what, page))


def _page(
    interaction: discord.Interaction[Any], what: Listed, page: int
) -> tuple[str, discord.ui.View | None]:
    scope = scope_of(interaction)
    lines, count = _LISTS[what](scope, (page - 1) * PAGE)
    elsewhere = "" if scope.is_alone else ELSEWHERE
    if not lines:
        nothing = "That page doesn't exist." if count else NOTHING[what]
        return f"{nothing} {elsewhere}".strip(), None
    pages = -(-count // PAGE)
    foot = f"{count} in all, page {page} of {pages}. {elsewhere}".strip()
    return fitting([*lines, foot]), _view(scope.person_id, what, page, pages)


def _view(person_id: int, what: Listed, page: int, pages: int) -> discord.ui.View | None:
    """Return the buttons to the pages before and after one; None if there are none."""
    buttons = [(page - 1, "Back")] * (page > 1) + [(page + 1, "Next")] * (page < pages)
    if not buttons:
        return None
    view = discord.ui.View(timeout=None)
    for number, label in buttons:
        view.add_item(PageButton(person_id, what, number, label))
    return view


def _memories(scope: Scope, first: int) -> tuple[list[str], int]:
    rows, count = page_of_memories(scope, kinds=OWN_KINDS, first=first, size=PAGE)
    return [line(row) for row in rows], count


def _timeline(scope: Scope, first: int) -> tuple[list[str], int]:
    rows, count = page_of_memories(
        scope, kinds=OWN_KINDS, first=first, size=PAGE, pinned_first=False
    )
    return list(_by_day(rows, zone_of_person(scope.person_id))), count


def _by_day(rows: Sequence[Memory], zone: ZoneInfo) -> Iterator[str]:
    for day, of_day in groupby(rows, key=lambda row: row.said_at.astimezone(zone).date()):
        yield f"**{day:%A, %d %B %Y}**"
        for row in of_day:
            yield f"- {row.said_at.astimezone(zone):%H:%M} {plain(to_person(row), TIMELINE_LENGTH)}"


def _facts(scope: Scope, first: int) -> tuple[list[str], int]:
    facts = memories_of(scope, kinds=FACTS)
    known = known_of_memories(facts, timezone.now(), zone_of_person(scope.person_id))
    shown = known[first : first + PAGE]
    lines = [f"- {plain(one.sentence, LINE_LENGTH)} ({one.said_at:%d %b %Y})" for one in shown]
    return lines, len(known)


_LISTS: dict[Listed, Callable[[Scope, int], tuple[list[str], int]]] = {
    Listed.MEMORIES: _memories,
    Listed.TIMELINE: _timeline,
    Listed.FACTS: _facts,
}
