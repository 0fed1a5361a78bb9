"""Tests of how what was said is judged while its reply is made."""

from __future__ import annotations

import asyncio
import threading

import pytest

from botrunner.conversation.respond import respond, respond_to_turn
from botrunner.tests.fakes import FakeModel, FakeSurface, said
from memories.models import ReplyTrace
from profiles import emotions
from profiles.models import EmotionRecord
from whisper import outbox
from whisper.database.access import in_database

pytestmark = pytest.mark.django_db(transaction=True)
CLASSIFY = "botrunner.conversation.context.classify"


async def test_the_event_loop_goes_on_while_a_mood_is_judged(monkeypatch):
    went_on = threading.Event()
    seen: list[bool] = []

    def classify(text):
        loop.call_soon_threadsafe(went_on.set)
        seen.append(went_on.wait(timeout=10))
        return emotions.classify(text)

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(CLASSIFY, classify)
    await respond(said("I went sailing today"), FakeSurface(), model=FakeModel())
    assert seen == [True]


@pytest.mark.heavy
async def test_each_message_of_a_turn_is_judged_once_and_the_strongest_mood_is_the_turn_s(
    monkeypatch,
):
    judged = []

    def classify(text):
        judged.append(text)
        return emotions.classify(text)

    monkeypatch.setattr(CLASSIFY, classify)
    texts = ["I am so angry with my boss!", "The meeting is on Tuesday."]
    await respond_to_turn([said(text) for text in texts], FakeSurface(), model=FakeModel())
    while await outbox.drain():
        pass
    assert judged == texts
    kept = await in_database(lambda: list(EmotionRecord.objects.order_by("pk")))
    assert [one.emotion for one in kept] == ["angry", "neutral"]
    assert (await in_database(ReplyTrace.objects.get)).emotion == "angry"
