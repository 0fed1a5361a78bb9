"""Tests of what others hold of a person who is erased."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from botrunner.tests.byte_search import tables_with
from memories.actions import Said, remember, store_message, store_trace
from memories.models import Memory, Message, Place
from memories.tests.factories import draft
from profiles.actions import decide_consent, meet
from whisper import outbox
from whisper.action_log import COMPANION, log
from whisper.models import ImportRun
from whisper.personal_data import registry

pytestmark = pytest.mark.django_db(transaction=True)
ANN, BEN = 410_000_000_000_000_701, 410_000_000_000_000_702
LONGER = f"{ANN}9"


def talk(person, text, number, mentions=None):
    """Let a person say something in a channel, and be remembered."""
    decide_consent(person, granted=True, source="test")
    meet(person, name=f"name{person % 10}", at=timezone.now())
    said = Said(
        platform="discord",
        platform_id=number,
        person_id=person,
        author_name=f"name{person % 10}",
        text=text,
        sent_at=timezone.now(),
        channel_id=7,
        guild_id=9,
        place=Place.PUBLIC_CHANNEL,
        keep=True,
        mentions=mentions or {},
    )
    message, _ = store_message(said)
    store_trace(message.pk, person_id=person, prompt=[{"role": "user", "content": text}], model="x")
    remember(draft(text, person, context=text, sources=(message.pk,)))
    return message


@pytest.fixture
def _erased():
    """Let Ben speak of Ann, whom a run of an importer names too, and Ann be erased."""
    talk(ANN, "I live in Ghent", 1)
    text = (
        f"Ask <@{ANN}> or <@!{ANN}>, she ({ANN}) likes tea; not {LONGER}. Ask @Annie, not @Annies"
    )
    talk(BEN, text, 2, {ANN: "Annie", BEN: "Ben"})
    report = {"skipped": [{"row": f"user {ANN}", "id": str(ANN)}], "people": {str(ANN): 3}}
    ImportRun.objects.create(kind="profiles", source="x", report=report)
    log("import.run", actor=COMPANION, reason=f"for {ANN}", person_id=BEN)
    async_to_sync(outbox.drain)()
    async_to_sync(registry.erase_person)(ANN)


@pytest.mark.usefixtures("_erased")
def test_others_words_stay_and_mentions_become_someone():
    (message,) = Message.objects.all()
    expected = (
        f"Ask someone or someone, she (someone) likes tea; not {LONGER}. Ask someone, not @Annies"
    )
    assert message.text == expected
    assert message.mentions == {str(BEN): "Ben"}
    memory = Memory.objects.get()
    assert (memory.text, memory.context) == (expected, expected)
    assert memory.embedding is None


@pytest.mark.heavy
@pytest.mark.usefixtures("_erased")
def test_nothing_names_the_person_but_their_refusal_and_the_list_of_erasures():
    found = {row.partition(":")[0] for row in tables_with(str(ANN)) if LONGER not in row}
    assert found == {"profiles.Consent", "whisper.Erasure"}
    assert tables_with("Ghent") == []
    assert tables_with("name1") == []
    assert [row for row in tables_with("Annie") if "Annies" not in row] == []


@pytest.mark.usefixtures("_erased")
def test_it_can_be_repeated():
    before = [*Message.objects.values(), *Memory.objects.values()]
    async_to_sync(registry.erase_person)(ANN)
    assert [*Message.objects.values(), *Memory.objects.values()] == before
