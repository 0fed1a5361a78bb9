"""What suggestions ask the database for, and how long they may take.

A person may have 15,000 memories, and Discord waits for three seconds.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event

import discord
import pytest
import pytest_asyncio

from botrunner.discord_bot import tree
from memories.models import Memory, Place
from profiles.actions import decide_consent
from whisper.database.access import in_database
from whisper.tests.statements import executed

pytestmark = pytest.mark.heavy

SUGGESTED = 25
# A consent, and what is chosen from.
MOST_STATEMENTS = 4
START = datetime(2026, 1, 1, tzinfo=UTC)


# How long the database is busy at most, if nothing is answered meanwhile.
PATIENCE_SECONDS = 30


async def with_memories(discord_world, count):
    """Return Ann, who has a number of memories, half of them facts."""
    ann = discord_world.create_user("Ann")
    await in_database(decide_consent, ann.id, granted=True, source="test")
    await Memory.objects.abulk_create(
        [
            Memory(
                person_id=ann.id,
                kind=(Memory.Kind.CONVERSATION, Memory.Kind.USER_FACT)[number % 2],
                text=f"walk number {number}",
                place=Place.DIRECT,
                channel_id=ann.id,
                said_at=START + timedelta(minutes=number),
                valid_from=START,
            )
            for number in range(count)
        ],
        batch_size=1000,
    )
    return ann


@pytest_asyncio.fixture(params=[300, pytest.param(15_000, marks=pytest.mark.long)])
async def ann(discord_world, request):
    return await with_memories(discord_world, request.param)


@pytest.fixture
def asked(monkeypatch):
    """Return the statements that were executed, and how many memories were read."""
    read: list[Memory] = []
    from_db = Memory.from_db.__func__  # type: ignore[attr-defined]

    def counted(cls, *args):
        read.append(from_db(cls, *args))
        return read[-1]

    monkeypatch.setattr(Memory, "from_db", classmethod(counted))
    return executed(monkeypatch), read


async def test_a_suggestion_reads_no_more_than_it_shows(ann, asked):
    statements, read = asked
    for command, option in (
        ("memory forget", "memory"),
        ("memory edit", "memory"),
        ("memory pin", "memory"),
        ("memory unpin", "memory"),
        ("fact edit", "fact"),
        ("fact remove", "fact"),
    ):
        for typed in ("", "number 1", "nothing like it"):
            statements.clear()
            read.clear()
            offered = await ann.autocomplete(command, option, typed)
            assert len(offered) == (0 if typed.startswith("nothing") else SUGGESTED)
            assert len(read) == len(offered)
            assert 0 < len(statements) <= MOST_STATEMENTS
            of_memories = [one for one in statements if "memories_memory" in one]
            assert all(f"LIMIT {SUGGESTED}" in one for one in of_memories)


async def test_suggestions_that_take_too_long_are_none(discord_world, monkeypatch):
    ann, answered = await with_memories(discord_world, 2), Event()
    answer, from_db = discord.InteractionResponse.autocomplete, Memory.from_db.__func__  # type: ignore[attr-defined]

    async def noted(response, choices):
        await answer(response, choices)
        answered.set()

    def read_once_answered(cls, *args):
        answered.wait(PATIENCE_SECONDS)
        return from_db(cls, *args)

    monkeypatch.setattr(tree, "SUGGESTION_SECONDS", 0)
    monkeypatch.setattr(discord.InteractionResponse, "autocomplete", noted)
    monkeypatch.setattr(Memory, "from_db", classmethod(read_once_answered))
    assert await ann.autocomplete("memory forget", "memory", "") == []
