"""Tests of remembering the facts of messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from memories import facts
from memories.actions import (
    MemoryDraft,
    Said,
    delete_message,
    edit_message,
    remember,
    store_message,
)
from memories.facts import FactDraft, FactError
from memories.facts.handler import find_facts
from memories.models import Memory, Place
from profiles.actions import decide_consent, meet, rename
from profiles.models import Profile
from profiles.queries import profile_of
from whisper import outbox
from whisper.database.access import in_database
from whisper.models import OutboxEntry

pytestmark = pytest.mark.django_db(transaction=True)

ANN = 101
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ann():
    decide_consent(ANN, granted=True, source="test")
    meet(ANN, name="ann_99", at=NOON)


def said(text, *, number=1, place=Place.DIRECT, guild_id=None, channel_id=7):
    """Store a message of Ann's and return what the outbox holds of it."""
    message, _ = store_message(
        Said(
            platform="discord",
            platform_id=number,
            person_id=ANN,
            author_name="ann_99",
            text=text,
            sent_at=NOON + timedelta(minutes=number),
            channel_id=channel_id,
            guild_id=guild_id,
            place=place,
            keep=True,
        )
    )
    return {"message": str(message.pk)}


def current():
    return [row.text for row in Memory.objects.filter(valid_to=None).order_by("said_at")]


async def test_a_stated_fact_is_remembered_with_where_and_when_it_was_said():
    await find_facts([await in_database(said, "my cat is called Miso")])
    fact = await in_database(Memory.objects.get)
    assert (fact.text, fact.slot, fact.kind) == (
        "Their cat is called Miso.",
        "pet.cat.name",
        "user_fact",
    )
    assert (fact.place, fact.channel_id, fact.said_at) == ("direct", 7, NOON + timedelta(minutes=1))
    assert await in_database(fact.sources.count) == 1


async def test_a_newer_fact_takes_the_place_of_the_older():
    for number, name in enumerate(("Miso", "Tofu"), 1):
        await find_facts([await in_database(said, f"my cat is called {name}", number=number)])
    assert await in_database(current) == ["Their cat is called Tofu."]


async def test_the_same_message_twice_leaves_one_fact():
    payload = await in_database(said, "I love jazz and I live in Ghent")
    await find_facts([payload, payload])
    assert await in_database(Memory.objects.count) == 2


async def test_the_same_words_again_leave_one_fact():
    for number in (1, 2):
        await find_facts([await in_database(said, "I have an exam on Friday", number=number)])
    assert await in_database(Memory.objects.count) == 1


async def test_what_was_said_alone_and_then_in_public_may_be_known_there():
    await find_facts([await in_database(said, "I live in Ghent")])
    public = await in_database(
        said, "I live in Ghent", number=2, place=Place.PUBLIC_CHANNEL, guild_id=5, channel_id=8
    )
    await find_facts([public])
    newest = await in_database(Memory.objects.get, valid_to=None)
    assert newest.place == Place.PUBLIC_CHANNEL


async def test_without_consent_nothing_is_found():
    payload = await in_database(said, "I live in Ghent")
    await in_database(decide_consent, ANN, granted=False, source="test")
    await find_facts([payload])
    assert not await in_database(Memory.objects.exists)


async def test_a_deleted_message_states_nothing():
    payload = await in_database(said, "I live in Ghent")
    await in_database(delete_message, "discord", 1, deleted_at=NOON)
    await find_facts([payload, {"message": "999999"}])
    assert not await in_database(Memory.objects.exists)


async def test_leaving_a_city_ends_what_was_known_and_hides_nothing_else():
    await find_facts([await in_database(said, "I live in Lyon")])
    await find_facts([await in_database(said, "I don't live in Ghent any more", number=2)])
    assert await in_database(current) == ["They live in Lyon."]
    await find_facts([await in_database(said, "I don't live in Lyon any more", number=3)])
    assert await in_database(current) == ["They no longer live in Lyon."]


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("", "call me Annie", "Annie"),
        ("Annie", "please call me Doc", "Doc"),
        ("", "my name is Ann", "Ann"),
        ("Annie", "my name is Ann", "Annie"),
        ("Annie", "Ben told me to call you Bob", "Annie"),
        ("", "my cat is called Miso", ""),
    ],
)
async def test_people_are_called_as_they_said(before, text, after):
    await in_database(rename, ANN, preferred_name=before)
    await find_facts([await in_database(said, text)])
    assert getattr(await in_database(profile_of, ANN), "preferred_name", None) == after


class Silent:
    """A model that does not answer."""

    async def extract(self, text, *, author_name):
        raise FactError("it is away")


class Other:
    """A model that finds a fact in everything."""

    async def extract(self, text, *, author_name):
        return [FactDraft("They like tea.", "like", "", 0.5)]


@pytest.mark.parametrize(
    ("extractor", "expected"),
    [(Silent(), "They live in Ghent."), (Other(), "They like tea."), (None, "They live in Ghent.")],
)
async def test_the_chosen_extractor_finds_and_the_rules_stand_in(extractor, expected):
    facts.use(extractor)
    try:
        await find_facts([await in_database(said, "I live in Ghent")])
    finally:
        facts.use(None)
    assert await in_database(current) == [expected]


async def drained():
    while await outbox.drain():
        pass


async def edit(text, *, number=1):
    """Let Ann edit a message, and the worker do what follows."""
    edited_at = NOON + timedelta(minutes=number, seconds=30)
    await in_database(edit_message, "discord", number, text=text, edited_at=edited_at)
    await drained()


async def called():
    return await in_database(lambda: Profile.objects.get(person_id=ANN).preferred_name)


async def every_fact():
    facts = Memory.objects.filter(kind=Memory.Kind.USER_FACT).order_by("said_at")
    return await in_database(lambda: [(fact.text, fact.valid_to is None) for fact in facts])


async def test_an_edit_takes_back_the_facts_of_the_old_text_and_finds_those_of_the_new():
    await find_facts([await in_database(said, "My cat is called Miso. I live in Lyon.")])
    await edit("My cat is called Nori.")
    assert await every_fact() == [("Their cat is called Nori.", True)]


async def test_an_edit_brings_back_what_its_old_text_had_replaced():
    await find_facts([await in_database(said, "I live in Lyon.")])
    await find_facts([await in_database(said, "I live in Ghent.", number=2)])
    assert await every_fact() == [("They live in Lyon.", False), ("They live in Ghent.", True)]
    await edit("I love Ghent.", number=2)
    assert ("They live in Lyon.", True) in await every_fact()
    assert "They live in Ghent." not in [text for text, _ in await every_fact()]


async def test_an_edit_that_changes_no_word_changes_no_fact():
    await find_facts([await in_database(said, "My cat is called Miso.")])
    await drained()
    before = await in_database(Memory.objects.get)
    await edit("My cat is called Miso.")
    after = await in_database(Memory.objects.get)
    assert (after.pk, after.revision) == (before.pk, before.revision)


async def test_an_edit_while_facts_are_looked_for_leaves_none_of_the_old_text(monkeypatch):
    payload = await in_database(said, "My cat is called Miso.")

    class EditedMeanwhile:
        async def extract(self, text, *, author_name):
            monkeypatch.undo()
            at = NOON + timedelta(minutes=2)
            await in_database(edit_message, "discord", 1, text="Never mind.", edited_at=at)
            return [FactDraft("Their cat is called Miso.", "pet", "pet.cat.name", 0.9)]

    monkeypatch.setattr(facts, "_chosen", EditedMeanwhile())
    await find_facts([payload])
    await drained()
    assert await every_fact() == []


async def test_a_name_that_was_edited_away_is_not_used_any_more():
    await find_facts([await in_database(said, "Please call me Bo.")])
    assert await called() == "Bo"
    await edit("Please call me Rob.")
    assert await called() == "Rob"
    await edit("Never mind.")
    assert await called() == ""


async def test_an_edit_makes_the_summary_of_its_session_again():
    number = await in_database(_summarised)
    await edit("I changed my mind about that.")
    assert not await Memory.objects.filter(kind=Memory.Kind.SUMMARY, text="Miso the cat.").aexists()
    assert number == 1


def _summarised():
    pk = said("My cat is called Miso.")["message"]
    remember(
        MemoryDraft(
            ANN,
            Memory.Kind.SUMMARY,
            "Miso the cat.",
            Place.DIRECT,
            NOON,
            channel_id=7,
            origin="summary:1",
            sources=(int(pk),),
        )
    )
    return Memory.objects.filter(kind=Memory.Kind.SUMMARY).count()


async def test_an_edit_by_who_said_no_since_finds_no_facts():
    await find_facts([await in_database(said, "My cat is called Miso.")])
    await in_database(decide_consent, ANN, granted=False, source="test")
    await drained()
    await in_database(edit_message, "discord", 1, text="My cat is called Nori.", edited_at=NOON)
    assert not await OutboxEntry.objects.filter(topic="memories.facts").aexists()
