"""Turns that processes take together, with Redis and without it."""

from __future__ import annotations

import asyncio
import time

import pytest

from conftest import require_service
from whisper.redis import pacing
from whisper.redis.breaker import RedisBreaker
from whisper.redis.keys import Keys
from whisper.redis.pacing import Pace, take_slot

KEYS = Keys("whisper-test-pacing")
CALLS, SLOT = "calls", "a slot"


@pytest.fixture
async def connected(monkeypatch):
    """Let processes share turns by Redis, with keys of their own."""
    connected = RedisBreaker(require_service("redis"), keys=KEYS)
    monkeypatch.setattr(pacing, "redis_breaker", lambda: connected)
    yield connected
    await connected.client.delete(KEYS.pace(CALLS), KEYS.pace(SLOT), KEYS.fence, KEYS.probe)
    await connected.aclose()


@pytest.fixture
def waits(monkeypatch):
    """Collect waits in place of waiting."""
    waits: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds):
        waits.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", note)
    return waits


def pace(*, shared=True):
    """Return turns of a process: 40 a second, 10 at once, and alone half of them."""
    return Pace(CALLS, seconds=1 / 40, at_once=10, alone_seconds=1 / 20, shared=shared)


async def times_of(paces, count, waits):
    """Take turns by each in turn and return when they are."""
    times = []
    for number in range(count):
        waits.clear()
        begin = time.monotonic()
        await paces[number % len(paces)].turn()
        times.append(begin + sum(waits))
    return times


def most_in_a_second(times):
    return max(sum(at <= one < at + 1 for one in times) for at in times)


async def test_processes_together_take_no_more_turns_in_a_second_than_one_may(connected, waits):
    times = await times_of([pace(), pace()], 150, waits)
    # What a call itself takes shifts a turn a little.
    assert most_in_a_second(times) <= 52
    assert max(times) - min(times) >= 140 / 40 - 0.1


async def test_a_process_alone_needs_no_redis(monkeypatch, waits):
    monkeypatch.setattr(pacing, "redis_breaker", lambda: pytest.fail("Redis was asked"))
    times = await times_of([pace(shared=False)], 150, waits)
    assert most_in_a_second(times) <= 51
    assert max(times) - min(times) >= 140 / 40 - 0.1


async def test_without_redis_a_process_keeps_to_its_part(monkeypatch, waits):
    monkeypatch.setattr(pacing, "redis_breaker", lambda: None)
    times = await times_of([pace()], 150, waits)
    assert max(times) - min(times) >= 140 / 20 - 0.1


@pytest.mark.parametrize("held", ["what", "1e300", str(2**62)])
async def test_a_value_that_can_not_be_right_is_replaced(connected, waits, held):
    await connected.client.set(KEYS.pace(CALLS), held)
    await pace().turn()
    assert sum(waits) == 0


async def test_a_slot_is_taken_once_in_its_time(connected, waits):
    slot = await take_slot(SLOT, seconds=300)
    assert not waits
    waiting = asyncio.create_task(take_slot(SLOT, seconds=300))
    while len(waits) < 3:
        await connected.client.ping()
    assert await slot.hold(200)
    await connected.client.delete(KEYS.pace(SLOT))
    await waiting
    assert not await slot.hold(200)


async def test_without_redis_a_slot_is_taken_by_one_at_a_time(monkeypatch, waits):
    monkeypatch.setattr(pacing, "redis_breaker", lambda: None)
    monkeypatch.setattr(pacing, "_slots", {})
    slot = await take_slot(SLOT, seconds=0)
    assert await slot.hold(300)
    waits.clear()
    waiting = asyncio.create_task(take_slot(SLOT, seconds=0))
    while not waits:
        await asyncio.get_running_loop().run_in_executor(None, int)
    waiting.cancel()
    assert 0 < waits[0] <= 300
