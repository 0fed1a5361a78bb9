"""Tests of what may be told where while talking, and of the log of such decisions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from botrunner import history
from botrunner.conversation.respond import respond
from botrunner.tests.fakes import ANN, FakeModel, FakeSurface, said
from memories import index
from memories.actions import messages
from memories.models import Memory, Message, Place, PlaceDecision
from profiles.actions import choose_level, record_emotion, rename
from profiles.models import Consent, Emotion
from profiles.privacy import Way
from whisper import outbox
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.personal_data import registry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]

GUILD, CHANNEL, OTHER_GUILD, OTHER_CHANNEL = 900, 910, 901, 920
SECRET = "My cat Miso is ill and sleeps all day"


@pytest.fixture(autouse=True)
def _fresh_process():
    history.reset()
    index.reset()


async def tell(text, place=Place.DIRECT, channel=ANN, guild=None, **values):
    """Let Ann say something and return what the companion was asked."""
    model = FakeModel()
    where = {"place": place, "channel_id": channel, "guild_id": guild}
    await respond(said(text, **where, **values), FakeSurface(), model=model)
    while await outbox.drain():
        pass
    return model.asked[0]


async def choose(level, *ways):
    await in_database(lambda: choose_level(ANN, level, ways=ways, source="test"))


async def decisions(**wanted):
    rows = PlaceDecision.objects.filter(person_id=ANN, **wanted).order_by("pk")
    return await in_database(lambda: list(rows))


def comes_up(asked):
    """Return whether what Ann said about her cat is in the prompt."""
    return any("Miso" in turn["content"] for turn in asked.messages[:1])


@pytest.mark.parametrize(
    ("level", "alone", "elsewhere"),
    [("strict", False, False), ("moderate", True, False), ("permissive", True, True)],
)
async def test_the_persons_level_decides_what_comes_up_in_a_reply(level, alone, elsewhere):
    await tell(SECRET, Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
    await choose(level)
    assert comes_up(await tell("How is my cat doing?")) == alone
    asked = await tell("How is my cat?", Place.PUBLIC_CHANNEL, OTHER_CHANNEL, OTHER_GUILD)
    assert comes_up(asked) == elsewhere


async def test_only_an_explicit_choice_lets_direct_messages_come_up_in_public():
    await tell(SECRET)
    for level in ("strict", "moderate", "permissive"):
        await choose(level)
        assert not comes_up(await tell("And my cat?", Place.PUBLIC_CHANNEL, CHANNEL, GUILD))
    await choose("custom", Way.DIRECT_TO_PUBLIC)
    assert comes_up(await tell("And my cat?", Place.PUBLIC_CHANNEL, CHANNEL, GUILD))


async def test_what_was_told_elsewhere_is_recorded_with_its_rule():
    await tell(SECRET, Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
    await tell("How is my cat doing?")
    told = await decisions(allowed=True)
    assert {(one.from_place, one.from_guild_id, one.to_place) for one in told} == {
        ("public_channel", GUILD, "direct")
    }
    assert {(one.reason, one.level) for one in told} == {("server_to_direct", "moderate")}


async def test_what_was_held_back_is_recorded_with_its_rule():
    await tell(SECRET)
    asked = await tell("How is my cat doing?", Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
    assert not comes_up(asked)
    held_back = await decisions(allowed=False)
    memory = await in_database(Memory.objects.get, text=SECRET)
    assert memory.pk in {one.memory_id for one in held_back}
    assert {one.reason for one in held_back} == {"direct_to_public"}


async def test_what_stays_where_it_was_said_needs_no_decision():
    await tell(SECRET)
    await tell("How is my cat doing?")
    assert await decisions() == []


async def test_the_same_decision_is_recorded_once_a_day():
    await tell(SECRET, Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
    await tell("How is my cat doing?")
    before = len(await decisions())
    await tell("And how is my cat now?")
    assert len(await decisions()) == before


async def test_the_newest_decisions_of_a_person_are_kept(monkeypatch):
    monkeypatch.setattr(messages, "DECISIONS", 1)
    await tell(SECRET, Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
    await tell("How is my cat doing?")
    assert len(await decisions()) == 1


async def test_decisions_are_in_the_persons_export_and_erased_with_them():
    await tell(SECRET, Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
    await tell("How is my cat doing?")
    exported = (await registry.export_person(ANN))["decisions"]
    assert exported[0]["from_guild_id"] == str(GUILD)
    await registry.erase_person(ANN)
    assert await decisions() == []


async def test_a_failing_look_at_what_was_held_back_costs_no_reply(monkeypatch):
    async def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("botrunner.conversation.context.held_back", fail)
    await tell(SECRET)
    assert await in_database(Message.objects.filter(reply_state="answered").count) == 1


async def test_an_open_thread_belongs_to_its_private_channel():
    await tell(SECRET, Place.PRIVATE_CHANNEL, channel=911, guild=GUILD, parent_id=CHANNEL)
    in_channel = await tell("How is my cat?", Place.PRIVATE_CHANNEL, CHANNEL, GUILD)
    assert comes_up(in_channel)
    elsewhere = await tell("How is my cat?", Place.PRIVATE_CHANNEL, OTHER_CHANNEL, GUILD)
    assert not comes_up(elsewhere)
    memory = await in_database(Memory.objects.filter(kind="user_fact").first)
    assert memory is None or memory.channel_id == CHANNEL


async def test_a_level_can_be_chosen_before_the_question_and_does_not_answer_it():
    await choose("strict")
    consent = await in_database(Consent.objects.get, person_id=ANN)
    assert (consent.level, consent.allows_remembering) == ("strict", False)
    assert consent.to_be_asked


def feel_bad_for_days():
    """Let Ann have felt strong sadness on each of the last days."""
    for days in range(5):
        record_emotion(
            ANN,
            emotion=Emotion.SAD,
            scores={},
            intensity=0.95,
            confidence=0.9,
            valence=-0.9,
            triggers=[],
            source_message_id=None,
            model="test",
            felt_at=timezone.now() - timedelta(days=days, minutes=1),
        )


def mentions_care(asked):
    return environment.care_help_text in asked.messages[-1]["content"]


async def test_how_somebody_felt_lately_counts_only_alone_and_that_is_recorded():
    await tell("Hello there")
    await in_database(feel_bad_for_days)
    assert mentions_care(await tell("What is the time?"))
    assert await decisions() == []
    await choose("permissive")
    asked = await tell("What is the time?", Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
    assert not mentions_care(asked)
    assert "moods_only_alone" in {one.reason for one in await decisions(allowed=False)}


async def test_a_name_told_alone_is_not_used_in_a_server():
    await tell("Please call me Robin.")
    alone = await tell("What is the time?")
    assert alone.person.name == "Robin"
    public = await tell("What is the time?", Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
    assert public.person.name == "Ann"
    assert "Robin" not in public.messages[0]["content"]
    await choose("custom", Way.DIRECT_TO_PUBLIC)
    public = await tell("What is the time?", Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
    assert public.person.name == "Robin"


async def test_a_name_set_by_hand_is_used_everywhere():
    await tell("Hello there")
    await in_database(lambda: rename(ANN, preferred_name="Robin"))
    public = await tell("What is the time?", Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
    assert public.person.name == "Robin"
