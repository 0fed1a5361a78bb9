"""Each metric of docs/monitoring.md moves when what it tells of happens."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client import REGISTRY

from botrunner.conversation.respond import respond
from botrunner.discord_bot.connection.share import Share
from botrunner.discord_bot.connection.state import Connection
from botrunner.llm.prices import cost_of
from botrunner.tests.fakes import ANN, FakeModel, FakeSurface, said
from memories import index
from profiles import metrics as of_profiles
from profiles.models import EmotionRecord, Profile
from profiles.states import Emotion
from whisper import metrics
from whisper.circuit_breaker import CircuitBreaker
from whisper.database.access import in_database
from whisper.tests.moving import moving
from whisper.version import VERSION

pytestmark = pytest.mark.django_db(transaction=True)


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


class Named(FakeModel):
    """A model with a price."""

    name = "openai/gpt-4o"


async def test_a_reply_is_counted_and_timed_step_by_step():
    index.reset()
    watched = [
        ("whisper_messages_total", {}),
        ("whisper_replies_total", {"outcome": "answered"}),
        ("whisper_model_seconds_count", {}),
        ("whisper_model_tokens_total", {"kind": "prompt"}),
        ("whisper_model_tokens_total", {"kind": "answer"}),
        ("whisper_model_cost_dollars_total", {"model": "openai/gpt-4o"}),
        *(
            ("whisper_recall_seconds_count", {"engine": "local", "step": step})
            for step in ("embed", "search", "rank")
        ),
    ]
    before = [value(name, **labels) for name, labels in watched]
    with moving(
        "whisper_messages_total",
        "whisper_replies_total",
        "whisper_model_seconds_bucket",
        "whisper_model_tokens_total",
        "whisper_model_cost_dollars_total",
        "whisper_recall_seconds_bucket",
        "whisper_history_reads_total",
        "whisper_history_seconds_bucket",
        "whisper_database_seconds_bucket",
    ):
        await respond(said("What is my cat called?"), FakeSurface(), model=Named("Miso"))
    after = [value(name, **labels) for name, labels in watched]
    still = [one for one, old, new in zip(watched, before, after, strict=True) if new <= old]
    assert still == []


async def test_a_message_that_comes_twice_is_counted_once():
    once = said("Good morning")
    before = value("whisper_messages_total")
    await respond(once, FakeSurface(), model=FakeModel("Hello"))
    await respond(once, FakeSurface(), model=FakeModel("Hello"))
    assert value("whisper_messages_total") == before + 1


def test_a_price_is_that_of_a_million_tokens():
    assert cost_of("gpt-4o", 1_000_000, 0) == 2.5
    assert cost_of("openai/gpt-4o", 0, 100_000) == 1.0
    assert cost_of("local-model", 1_000_000, 1_000_000) == 0.0


def test_the_gateway_is_connected_or_not():
    connection = Connection()
    with moving("whisper_gateway_connected"):
        connection.is_there()
    assert value("whisper_gateway_connected", shard="0") == 1
    connection.is_away(why="OSError")
    assert value("whisper_gateway_connected", shard="0") == 0


def test_the_way_to_discord_is_shown_as_it_is_measured():
    connection, milliseconds = Connection(), {0: 40.0}
    connection.watch(Share(), lambda: milliseconds)
    with moving("whisper_gateway_latency_seconds"):
        milliseconds[0] = 80.0
    assert value("whisper_gateway_latency_seconds", shard="0") == 0.08


async def test_an_open_breaker_is_shown_until_it_closes():
    async def probe() -> None:
        await asyncio.Event().wait()

    breaker = CircuitBreaker("tea", probe, faults=(OSError,), reason=str, failures_to_open=1)
    assert value("whisper_breaker_open", service="tea") == 0
    with moving("whisper_breaker_open"):
        breaker.failed(OSError("away"))
    assert value("whisper_breaker_open", service="tea") == 1
    breaker.close()
    assert value("whisper_breaker_open", service="tea") == 0
    breaker.stop()


def feel(many: int) -> None:
    """Let Ann have been happy a number of times."""
    profile = Profile.objects.create(person_id=ANN, name="Ann")
    for number in range(many):
        EmotionRecord.objects.create(
            profile=profile,
            emotion=Emotion.HAPPY,
            intensity=0.5,
            confidence=0.5,
            source_message_id=number,
            model="test",
            felt_at=timezone.now() - timedelta(minutes=1),
        )


@pytest.mark.parametrize("many", [of_profiles.FEWEST - 1, of_profiles.FEWEST])
async def test_moods_are_shown_once_nobody_can_be_told_among_them(monkeypatch, many):
    await in_database(feel, many)
    monkeypatch.setattr(metrics, "_counted_at", float("-inf"))
    page = (await metrics.metrics()).content.decode()
    shown = many if many >= of_profiles.FEWEST else 0
    assert f'whisper_moods{{emotion="happy"}} {float(shown)}' in page
    assert 'whisper_held{what="memories"}' in page
    assert f'version="{VERSION}"' in page


async def test_what_is_held_and_felt_is_counted_again_at_a_later_scrape(monkeypatch):
    async def scrape() -> None:
        monkeypatch.setattr(metrics, "_counted_at", float("-inf"))
        await metrics.metrics()

    await scrape()
    with moving("whisper_held", "whisper_moods"):
        await in_database(feel, of_profiles.FEWEST)
        await respond(said("Good morning"), FakeSurface(), model=FakeModel("Hello"))
        await scrape()


async def test_the_database_is_counted_once_a_minute(monkeypatch):
    counted = []
    monkeypatch.setattr(metrics, "_counts", [lambda: counted.append("memories")])
    now = [1000.0]
    monkeypatch.setattr(metrics, "monotonic", lambda: now[0])
    monkeypatch.setattr(metrics, "_counted_at", float("-inf"))
    await metrics.metrics()
    await metrics.metrics()
    assert len(counted) == 1
    now[0] += metrics.COUNTED_SECONDS
    await metrics.metrics()
    assert len(counted) == 2
