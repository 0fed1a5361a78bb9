"""Turns that processes take together, with Redis and without it."""

from __future__ import annotations

import asyncio
from itertools import pairwise

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


# Turns per second, and in a process alone; how many may be taken at once.
RATE, ALONE, AT_ONCE = 40, 20, 10


def pace(waits, *, shared=True):
    """Return turns of a process whose clock goes on only while it waits."""
    return Pace(
        CALLS,
        seconds=1 / RATE,
        at_once=AT_ONCE,
        alone_seconds=1 / ALONE,
        shared=shared,
        clock=lambda: 1000 + sum(waits),
    )


async def times_of(pace, count, waits):
    """Take turns and return when they are."""
    times = []
    for _ in range(count):
        await pace.turn()
        times.append(sum(waits))
    return times


def are_one_after_the_other(times, a_second):
    """Return whether turns follow each other as they should, after those that come at once."""
    first, later = times[:AT_ONCE], times[AT_ONCE - 1 :]
    pauses = [after - before for before, after in pairwise(later)]
    return first == pytest.approx([0] * AT_ONCE, abs=1e-6) and pauses == pytest.approx(
        [1 / a_second] * len(pauses)
    )


async def test_processes_together_take_no_more_turns_in_a_second_than_one_may(connected, waits):
    held = []
    processes = [pace(waits), pace(waits)]
    for number in range(150):
        await processes[number % 2].turn()
        # When the next turn is, by Redis' own clock.
        held.append(int(await connected.client.get(KEYS.pace(CALLS))))
    assert min(after - before for before, after in pairwise(held)) >= 1e6 / RATE


async def test_a_process_alone_needs_no_redis(monkeypatch, waits):
    monkeypatch.setattr(pacing, "redis_breaker", lambda: pytest.fail("Redis was asked"))
    times = await times_of(pace(waits, shared=False), 150, waits)
    assert are_one_after_the_other(times, RATE)


async def test_without_redis_a_process_keeps_to_its_part(monkeypatch, waits):
    monkeypatch.setattr(pacing, "redis_breaker", lambda: None)
    times = await times_of(pace(waits), 150, waits)
    assert are_one_after_the_other(times, ALONE)


@pytest.mark.parametrize("held", ["what", "1e300", str(2**62)])
async def test_a_value_that_can_not_be_right_is_replaced(connected, waits, held):
    await connected.client.set(KEYS.pace(CALLS), held)
    await pace(waits).turn()
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
