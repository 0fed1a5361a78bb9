"""Tests of remembering the facts of messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

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
from memories.facts import FactError
from memories.facts.handlers import find_facts
from memories.facts.statements import Statement
from memories.facts.stored import told
from memories.models import Memory, Place
from profiles.actions import decide_consent, meet, rename, set_time_zone
from profiles.models import Profile
from profiles.queries import profile_of
from whisper import outbox
from whisper.action_log import Actor
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.models import OutboxEntry

pytestmark = pytest.mark.django_db(transaction=True)

ANN = 101
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ann():
    decide_consent(ANN, granted=True, source="test")
    meet(ANN, name="ann_99", at=NOON)


def replied(text, *, number):
    """Store a reply to Ann."""
    return said(text, number=number, from_companion=True)


def said(text, *, number=1, place=Place.DIRECT, guild_id=None, channel_id=7, from_companion=False):
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
            from_companion=from_companion,
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


async def test_who_he_is_stands_in_what_the_person_said_before_and_not_in_the_reply_to_it():
    await in_database(said, "The parrot was the better company.")
    await in_database(replied, "Glad to hear it.", number=2)
    await find_facts([await in_database(said, "His name was Admiral.", number=3)])
    assert await in_database(current) == ["Their parrot is called Admiral."]


async def test_only_what_was_said_just_before_is_taken_back_as_a_joke():
    for number, text in enumerate(("I'm Frank", "the wife was worse", "only joking"), 1):
        await find_facts([await in_database(said, text, number=number)])
    assert await in_database(current) == ["Their name is Frank."]


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
    assert await in_database(current) == []
    assert ("They lived in Lyon until March 2025.", False) in await every_fact()


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

    async def statements(self, said, known):
        raise FactError("it is away")


class Other:
    """A model that finds a fact in everything."""

    async def statements(self, said, known):
        return [Statement("self", "like", "tea")]


@pytest.mark.parametrize(
    ("extractor", "expected"),
    [(Silent(), "They live in Ghent."), (Other(), "They like tea."), (None, "They live in Ghent.")],
)
async def test_the_chosen_extractor_finds_and_hearing_stands_in(extractor, expected):
    facts.EXTRACTOR.use(extractor)
    try:
        await find_facts([await in_database(said, "I live in Ghent")])
    finally:
        facts.EXTRACTOR.use(None)
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


@pytest.mark.heavy
async def test_an_edit_takes_back_the_facts_of_the_old_text_and_finds_those_of_the_new():
    await find_facts([await in_database(said, "My cat is called Miso. I live in Lyon.")])
    await edit("My cat is called Nori.")
    assert await every_fact() == [("Their cat is called Nori.", True)]


@pytest.mark.heavy
async def test_an_edit_brings_back_what_its_old_text_had_replaced():
    await find_facts([await in_database(said, "I live in Lyon.")])
    await find_facts([await in_database(said, "I live in Ghent.", number=2)])
    assert await every_fact() == [
        ("They lived in Lyon until March 2025.", False),
        ("They live in Ghent.", True),
    ]
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
        async def statements(self, said, known):
            monkeypatch.undo()
            at = NOON + timedelta(minutes=2)
            await in_database(edit_message, "discord", 1, text="Never mind.", edited_at=at)
            return [Statement("cat", "name", "Miso", name="Miso")]

    monkeypatch.setattr(facts.EXTRACTOR, "current", EditedMeanwhile())
    await find_facts([payload])
    await drained()
    assert await every_fact() == []


@pytest.mark.heavy
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


async def hear(*texts):
    for number, text in enumerate(texts, 1):
        await find_facts([await in_database(said, text, number=number)])


async def parts_of_current():
    rows = Memory.objects.filter(valid_to=None).order_by("entity", "predicate", "value")
    return await in_database(lambda: [(row.entity, row.predicate, row.value) for row in rows])


async def test_what_is_known_of_a_brother_belongs_to_one_person():
    await hear("My brother Kofi lives in Accra", "my brother is a plumber", "my dog is called Rex")
    assert await parts_of_current() == [
        ("person.brother", "home", "Accra"),
        ("person.brother", "job", "plumber"),
        ("person.brother", "name", "Kofi"),
        ("pet.dog", "name", "Rex"),
    ]


async def test_a_second_dog_corrects_nothing():
    await hear("my dog is called Rex", "we got another dog called Fido")
    assert await parts_of_current() == [
        ("pet.dog", "name", "Rex"),
        ("pet.dog.2", "name", "Fido"),
    ]


async def test_a_break_up_ends_what_was_known_of_the_partner():
    await hear("My girlfriend is called Emma", "we broke up, Emma and I")
    assert await parts_of_current() == [("self", "relationship", "broke up")]
    emma = await in_database(Memory.objects.get, predicate="name")
    assert (emma.ending, emma.text) == (
        "over",
        "Their girlfriend was called Emma until March 2025.",
    )


async def test_what_was_never_true_is_not_told_as_past():
    await hear("My sister is called Julia", "my sister's name is Julie, not Julia")
    julia = await in_database(Memory.objects.get, value="Julia")
    assert julia.ending == Memory.Ending.CORRECTED
    assert "was" not in julia.text


async def test_deleting_a_break_up_brings_back_what_it_ended():
    await hear("My girlfriend is called Emma", "we broke up")
    await in_database(delete_message, "discord", 2, deleted_at=NOON)
    assert await parts_of_current() == [("person.girlfriend", "name", "Emma")]
    emma = await in_database(Memory.objects.get, predicate="name")
    assert (emma.text, emma.ending) == ("Their girlfriend is called Emma.", "")


async def test_a_plan_has_its_day_and_is_told_as_past_afterwards():
    await hear("I have an exam on Friday")
    plan = await in_database(Memory.objects.get)
    assert plan.text == "They have an exam on Friday, 7 March 2025."
    zone = ZoneInfo(environment.time_zone)
    assert plan.happens_at == datetime(2025, 3, 7, tzinfo=zone)
    later = told(plan, now=datetime(2025, 3, 9, tzinfo=UTC), zone=zone, to_person=True)
    assert later == "You had an exam on Friday, 7 March 2025."


async def test_a_plan_is_on_the_day_that_the_person_means_where_they_are():
    await in_database(set_time_zone, ANN, "Asia/Tokyo", actor=Actor.person(ANN))
    # It is Sunday, 2 March in Tokyo already.
    row = await in_database(said, "I have an exam tomorrow", number=8 * 60)
    await find_facts([row])
    plan = await in_database(Memory.objects.get)
    assert plan.text == "They have an exam on Monday, 3 March 2025."
    assert plan.happens_at == datetime(2025, 3, 3, tzinfo=ZoneInfo("Asia/Tokyo"))


async def test_a_day_that_does_not_exist_is_no_plan():
    await hear("my exam is on 31.02.")
    assert await parts_of_current() == []


async def test_where_somebody_used_to_live_is_kept_as_past():
    await hear("I used to live in Manchester but moved to Bristol in 2019")
    assert {text for text, _ in await every_fact()} == {
        "They lived in Manchester until 2019.",
        "They live in Bristol.",
    }


async def test_an_older_message_heard_late_does_not_replace_newer_facts():
    await find_facts([await in_database(said, "I live in Ghent", number=5)])
    await find_facts([await in_database(said, "I live in Lyon", number=1)])
    assert await parts_of_current() == [("self", "home", "Ghent")]


@pytest.mark.heavy
@pytest.mark.long
async def test_five_hundred_facts_of_one_person_are_kept():
    topics = [f"thing{number}" for number in range(500)]

    class Many:
        async def statements(self, said, known):
            return [Statement("self", "like", topic) for topic in topics]

    facts.EXTRACTOR.use(Many())
    try:
        await hear("so many things", "so many things again")
    finally:
        facts.EXTRACTOR.use(None)
    assert len(await parts_of_current()) == 500


@pytest.mark.heavy
@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "my cat is called " * 6_000,
        pytest.param("I LIVE IN GHENT " * 6_000, marks=pytest.mark.long),
        "my name is " + "Z\u0301\u0302\u0303\u0304a\u0300\u0316l\u0317g\u0318o" * 2_000,
        "\u202e my name is \x00",
        "my name is I live in Ghent and I have a dog and I work as a nurse and I am happy",
    ],
)
async def test_odd_messages_are_heard_without_harm(text):
    await hear(text[:100_000])
    rows = await in_database(lambda: list(Memory.objects.values_list("value", flat=True)))
    assert all(len(value) <= 80 for value in rows)
    assert await called() in {"", "Zalgo"}


async def test_a_pronoun_means_who_the_message_before_spoke_of():
    first = await in_database(said, "my dog eats socks", number=1)
    second = await in_database(said, "hes called biscuit", number=2)
    await find_facts([first, second])
    assert "Their dog is called biscuit." in await in_database(current)


async def test_what_was_said_elsewhere_or_long_before_tells_no_pronoun():
    payloads = [
        await in_database(said, "my dog eats socks", number=1, channel_id=8),
        await in_database(said, "hes called biscuit", number=2),
        await in_database(said, "my cat sleeps", number=3),
        await in_database(said, "hes called tiger", number=60),
    ]
    await find_facts(payloads)
    assert await in_database(current) == []
