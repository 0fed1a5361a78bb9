"""Tests of what the person at the terminal decides about their privacy."""

from __future__ import annotations

import pytest

from botrunner.terminal.commands import run_command
from botrunner.terminal.user import TerminalUser
from profiles.models import Consent
from profiles.privacy import Way, ways_of
from whisper.database.access import in_database

pytestmark = pytest.mark.django_db(transaction=True)

SEAT = TerminalUser(person_id=1001, person_name="Ann", channel_id=1001)


async def consent():
    return await in_database(Consent.objects.get, person_id=SEAT.person_id)


async def test_remembering_is_switched_on_and_off():
    assert "I remember what you tell me" in await run_command("/privacy on", SEAT)
    assert (await consent()).allows_remembering
    assert "/privacy on changes that" in await run_command("/privacy off", SEAT)
    assert not (await consent()).allows_remembering


async def test_a_level_or_a_way_is_chosen_and_shown():
    assert "Your level is permissive" in await run_command("/privacy permissive", SEAT)
    shown = await run_command("/privacy direct_to_public on", SEAT)
    assert "Your level is custom" in shown
    assert f"yes: {Way.DIRECT_TO_PUBLIC.meaning}" in shown
    assert ways_of(await consent()) == frozenset(Way)


@pytest.mark.parametrize(
    "words", ["lenient", "across_servers", "across_servers maybe", "yes please"]
)
async def test_other_words_change_nothing_and_say_what_there_is(words):
    assert "strict, moderate, permissive" in await run_command(f"/privacy {words}", SEAT)
    assert not await in_database(Consent.objects.exists)
