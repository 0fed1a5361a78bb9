"""Tests of the search of memories in a simulated Discord."""

from __future__ import annotations

from datetime import timedelta

import pytest
import pytest_asyncio
from django.utils import timezone

from botrunner.tests.discord_bot.places import general_of_home
from memories.actions import MemoryDraft, remember_all
from memories.models import Memory, Place
from whisper.database.access import in_database

pytestmark = pytest.mark.heavy

COMMAND = "memory search"


@pytest_asyncio.fixture
async def place(discord_world):
    """Return a server's channel with Ann and Ben, who agreed to be remembered."""
    return await general_of_home(discord_world, "Ann", "Ben")


async def knows(member, *texts, **values):
    """Remember facts that a member told alone."""
    drafts = [
        MemoryDraft(
            person_id=member.id,
            kind=Memory.Kind.USER_FACT,
            text=text,
            place=Place.DIRECT,
            said_at=timezone.now() - timedelta(days=10 - number / 100),
            **values,
        )
        for number, text in enumerate(texts)
    ]
    await in_database(remember_all, drafts, embed_later=False)


async def test_pages_are_turned_back_and_forth(discord_world, place):
    ann = discord_world.ann
    await knows(ann, *(f"The piano, {number} times." for number in range(25)))
    shown = await ann.user.slash(COMMAND, query="pianos", how="words")
    assert shown.ephemeral
    first = shown.response.content
    assert first.count("**piano**") == 10
    assert "25 in all, page 1 of 3." in first
    for page, count in ((2, 10), (3, 5)):
        await ann.user.click(shown.response, label="Next")
        assert f"page {page} of 3." in shown.response.content
        assert shown.response.content.count("**piano**") == count
    await ann.user.click(shown.response, label="Back")
    await ann.user.click(shown.response, label="Back")
    assert shown.response.content == first


async def test_what_was_said_alone_is_not_found_in_a_channel(discord_world, place):
    env = discord_world
    await knows(env.ann, "The piano is mine.")
    here = await env.ann.slash(place, COMMAND, query="piano")
    assert here.response.content == "I found nothing like that here."
    bens = await env.ben.user.slash(COMMAND, query="piano")
    assert "mine" not in bens.response.content


async def test_filters_and_ways_to_search_are_chosen(discord_world, place):
    ann = discord_world.ann.user
    await knows(ann, "The guitar is old.", category="music")
    await knows(ann, "A guitar was sold.", category="money")
    found = await ann.slash(COMMAND, query="giutar", how="fuzzy", category="music")
    assert "old" in found.response.content
    assert "sold" not in found.response.content
    nothing = await ann.slash(COMMAND, query="guitar", how="words", until="2020-01-01")
    assert nothing.response.content == "I found nothing like that here."
    phrase = await ann.slash(COMMAND, query="guitar is old", how="phrase")
    assert "**guitar is old**" in phrase.response.content


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"since": "tomorrow"}, "Write dates like 2025-03-31."),
        ({"as_of": "9999-12-31"}, "Write dates like 2025-03-31."),
        ({"since": "2025-02-01", "until": "2025-01-01"}, "The start must be before the end."),
    ],
)
async def test_a_day_that_makes_no_sense_is_told(discord_world, place, options, told):
    result = await discord_world.ann.user.slash(COMMAND, query="piano", **options)
    assert result.response.content == told


async def test_markup_of_a_memory_is_shown_as_it_is(discord_world, place):
    ann = discord_world.ann.user
    await knows(ann, "My **piano** is `loud`\n# and @everyone hears it")
    found = await ann.slash(COMMAND, query="piano", how="words")
    assert r"My \*\***piano**\*\* is \`loud\` # and" in found.response.content


async def test_words_are_suggested_from_ones_own_memories(discord_world, place):
    env = discord_world
    await knows(env.ann, "The piano of the pianist")
    suggested = await env.ann.user.autocomplete(COMMAND, "query", "my pia")
    assert [one["value"] for one in suggested] == ["my pianist", "my piano"]
    assert await env.ben.user.autocomplete(COMMAND, "query", "my pia") == []
