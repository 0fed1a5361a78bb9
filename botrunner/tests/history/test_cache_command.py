"""`manage.py cache` and `manage.py bench cache`."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from bench import registry as whisper_benchmarks
from bench.cache import faults, load
from bench.cache.week import week
from bench.registry import Row
from botrunner.history.redis import RedisConversationCache
from botrunner.tests.history.people import ANN, CHANNEL, said
from conftest import require_service
from memories.actions import Said, edit_message, store_message
from memories.models import Place
from profiles.actions import decide_consent
from whisper.redis.connections import connect
from whisper.tests.redis.redis_server import RedisServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(tmp_path, settings):
    with RedisServer(tmp_path) as server:
        settings.REDIS_ADDRESS = server.url
        yield server


def run(capsys, *arguments):
    """Return what the command prints."""
    call_command("cache", *arguments)
    return capsys.readouterr().out


def in_redis(server, method, *arguments):
    """Do something to what Redis holds, as the bot does."""

    async def work():
        client = connect(server.url)
        result = await getattr(RedisConversationCache(client), method)(*arguments)
        await client.aclose()
        return result

    return asyncio.run(work())


def record(channel, *numbers):
    decide_consent(ANN, granted=True, source="test")
    for number in numbers:
        message = said(number, channel=channel)
        store_message(
            Said(
                platform="discord",
                platform_id=channel * 1000 + number,
                person_id=ANN,
                author_name="Ann",
                text=message.text,
                sent_at=message.sent_at,
                channel_id=channel,
                guild_id=None,
                place=Place.DIRECT,
                keep=True,
            )
        )


def test_warm_fills_the_channels_that_the_database_holds_enough_of(server, capsys):
    record(1, *range(20))
    record(2, *range(3))
    assert run(capsys, "warm").startswith("Warm channels: 1. ")
    assert len(in_redis(server, "recent", 1, 50)) == 20
    assert in_redis(server, "recent", 2, 50) is None


def test_stats_tell_how_much_is_held(server, capsys):
    in_redis(server, "extend", CHANNEL, [said(1), said(2)])
    assert "1 channels hold 2 messages" in run(capsys, "stats")
    found = json.loads(run(capsys, "stats", "--json"))
    assert (found["channels"], found["messages"], found["policy"]) == (1, 2, "noeviction")


def test_clear_drops_one_channel_or_all(server, capsys):
    for channel in (1, 2, 3):
        in_redis(server, "extend", channel, [])
    run(capsys, "clear", "--channel", "1")
    assert in_redis(server, "channels") in ([2, 3], [3, 2])
    run(capsys, "clear")
    assert in_redis(server, "channels") == []


def test_verify_finds_and_drops_what_is_older_than_the_database(server, capsys):
    record(1, *range(20))
    run(capsys, "warm")
    assert "Channels checked: 1, older than the database: 0." in run(capsys, "verify")
    edit_message("discord", 1005, text="new", edited_at=datetime(2025, 3, 2, tzinfo=UTC))
    with pytest.raises(CommandError, match="1: a message was edited or deleted") as failure:
        run(capsys, "verify")
    assert failure.value.returncode == 1
    assert "dropped: 1" in run(capsys, "verify", "--repair")
    assert "Channels checked: 0, older than the database: 0." in run(capsys, "verify")


def test_without_redis_it_says_so(capsys):
    with pytest.raises(CommandError, match="in process"):
        run(capsys, "stats")


def test_with_redis_away_it_says_so(server, capsys):
    server.kill()
    with pytest.raises(CommandError, match=r"Redis \(redis://.*\) is away") as failure:
        run(capsys, "stats")
    assert failure.value.returncode == 3


def test_a_week_has_bursts_quiet_nights_and_restarts():
    events = week(seed=3)
    assert events == week(seed=3)
    hours = [int(event.at % 86_400 // 3600) for event in events if event.channel is not None]
    assert hours.count(20) > 10 * hours.count(4)
    assert sum(event.channel is None for event in events) == 7


@pytest.mark.slow
@pytest.mark.service
@pytest.mark.parametrize(
    "measure", [load.written, pytest.param(load.raced, marks=pytest.mark.long)]
)
def test_two_processes_lose_double_and_misplace_nothing(settings, measure):
    settings.REDIS_ADDRESS = require_service("redis")
    row = measure(0.02)
    assert row.met, row


@pytest.mark.heavy
def test_a_restart_on_redis_loads_nothing_and_asks_discord_for_nothing(server):
    row = load.restarted(0.02)
    assert row.met, row
    assert row.values == {"in process": "10 / 10", "Redis": "0 / 0"}


@pytest.mark.slow
def test_the_black_hole_is_measured_on_all_that_a_message_asks(server):
    # It fails by itself where Redis is asked when it should not be. How long all that took is the
    # machine's affair.
    rows = faults.faults(server.url, 0.05)
    assert [row.required for row in rows] == ["under 300", "under 1", "under 5"]
    assert all(float(value) for row in rows for value in row.values.values())


def test_a_benchmark_prints_its_figures_and_fails_where_one_is_missed(capsys, monkeypatch):
    row = Row("made up", {"in process": "2", "Redis": "3"}, "under 3", met=False)
    # All are found first: what is imported now would register itself in the stand-in.
    found = whisper_benchmarks.benchmarks()
    monkeypatch.setattr(whisper_benchmarks, "_benchmarks", found | {"cache": lambda scale: [row]})
    with pytest.raises(CommandError, match="Not met: 1 requirement"):
        call_command("bench", "cache")
    assert "made up" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nothing"], ["--scale", "0"], ["--scale", "2"]])
def test_a_benchmark_that_is_not_there_is_refused(arguments):
    with pytest.raises(CommandError):
        call_command("bench", *arguments)
