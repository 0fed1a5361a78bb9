"""Counts of how often somebody did something, with Redis and without it."""

from __future__ import annotations

import asyncio
import logging
import pickle

import pytest

from conftest import require_service
from whisper.circuit_breaker import State
from whisper.redis import rates
from whisper.redis.breaker import RedisBreaker
from whisper.redis.keys import Keys
from whisper.redis.rates import count
from whisper.tests.redis.trouble import TROUBLES, redis_in_trouble

KEYS = Keys("whisper-test-rates")
ANN, BEN = "messages:101", "messages:102"


@pytest.fixture
async def connected(monkeypatch):
    """Let counts use Redis, with keys of their own."""
    connected = RedisBreaker(require_service("redis"), keys=KEYS)
    monkeypatch.setattr(rates, "redis_breaker", lambda: connected)
    yield connected
    await connected.client.delete(KEYS.rate(ANN), KEYS.rate(BEN), KEYS.probe)
    await connected.aclose()


@pytest.fixture(params=["in process", "redis"])
def store(request):
    """Let each test run on both stores."""
    if request.param == "redis":
        request.getfixturevalue("connected")


async def test_each_time_counts_one_more(store):
    assert [await count(ANN, seconds=60) for _ in range(3)] == [1, 2, 3]
    assert await count(BEN, seconds=60) == 1


async def test_many_at_once_are_all_counted(store):
    found = await asyncio.gather(*(count(ANN, seconds=60) for _ in range(20)))
    assert sorted(found) == list(range(1, 21))


async def test_a_window_ends_and_the_next_begins(connected):
    await count(ANN, seconds=60)
    assert 59_000 < await connected.client.pttl(KEYS.rate(ANN)) <= 60_000
    await connected.client.delete(KEYS.rate(ANN))  # what Redis does when its time is over
    assert await count(ANN, seconds=60) == 1


async def test_a_clock_that_jumps_back_makes_no_window_longer(connected):
    await count(ANN, seconds=60)
    await connected.client.expire(KEYS.rate(ANN), 3600)  # so it looks after a jump of an hour
    assert await count(ANN, seconds=60) == 2
    assert await connected.client.pttl(KEYS.rate(ANN)) <= 60_000


async def test_in_process_a_window_follows_a_clock_that_never_jumps(monkeypatch):
    await count(ANN, seconds=60)
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert await count(ANN, seconds=60) == 2


@pytest.mark.parametrize(
    "planted", [b"garbage", b"", b"1.5", b"9" * 30, pickle.dumps(7), ["a list"]]
)
async def test_a_planted_count_is_begun_anew_with_one_line(connected, planted, caplog):
    if isinstance(planted, list):
        await connected.client.rpush(KEYS.rate(ANN), *planted)
    else:
        await connected.client.set(KEYS.rate(ANN), planted)
    assert [await count(ANN, seconds=60) for _ in range(2)] == [1, 2]
    assert [one.message for one in warnings(caplog)] == ["rates: dropped an unreadable count"]
    assert await connected.client.pttl(KEYS.rate(ANN)) > 0


async def test_a_count_of_an_older_version_is_not_read(connected):
    older = KEYS.rate(ANN).replace(":1:", ":0:")
    await connected.client.set(older, 7)
    assert await count(ANN, seconds=60) == 1
    await connected.client.delete(older)


async def test_without_redis_the_process_counts(monkeypatch, caplog):
    away = RedisBreaker("redis://127.0.0.1:1/0", probe_seconds=60)
    monkeypatch.setattr(rates, "redis_breaker", lambda: away)
    assert [await count(ANN, seconds=60) for _ in range(3)] == [1, 2, 3]
    assert away.state is State.OPEN
    assert len(warnings(caplog)) == 1
    await away.aclose()


@pytest.mark.heavy
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_redis_in_trouble_costs_one_line_and_no_count(
    tmp_path, monkeypatch, caplog, trouble
):
    async with redis_in_trouble(tmp_path, trouble) as connected:
        monkeypatch.setattr(rates, "redis_breaker", lambda: connected)
        assert [await count(ANN, seconds=60, channel_id=1) for _ in range(7)] == list(range(1, 8))
        assert len(warnings(caplog)) == 1


def warnings(caplog):
    return [record for record in caplog.records if record.levelno >= logging.WARNING]
