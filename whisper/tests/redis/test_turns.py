"""One message of a person in a channel at a time, in one process and across processes."""

from __future__ import annotations

import asyncio
import gc
import logging

import pytest
from django.conf import settings

from conftest import require_service
from whisper.circuit_breaker import State
from whisper.processes import lives
from whisper.redis import locks, turns
from whisper.redis.breaker import RedisBreaker
from whisper.redis.keys import Keys
from whisper.redis.turns import conversation_lock
from whisper.tests.redis.trouble import TROUBLES, redis_in_trouble
from whisper.tests.waiting import until

ANN, BEN, CHANNEL = 101, 102, 500
KEYS = Keys("whisper-test-locks")


@pytest.fixture
async def connected(monkeypatch):
    """Let the locks use Redis, with keys of their own."""
    connected = RedisBreaker(require_service("redis"), keys=KEYS)
    monkeypatch.setattr(turns, "redis_breaker", lambda: connected)
    await connected.client.delete(KEYS.turn(ANN, CHANNEL), KEYS.fence)
    yield connected
    await connected.client.delete(KEYS.turn(ANN, CHANNEL), KEYS.fence, KEYS.probe)
    await connected.aclose()


async def another_process(connected, **values):
    """Take Ann's turn as another process would."""
    return await locks.acquire(
        connected.client, KEYS.turn(ANN, CHANNEL), keys=KEYS, **{"seconds": 10} | values
    )


async def order_of(*people):
    """Return who entered and left, where all come at once."""
    seen = []

    async def come(number, person):
        async with conversation_lock(person, CHANNEL):
            seen.append(("in", number))
            await asyncio.sleep(0)
            seen.append(("out", number))

    await asyncio.gather(*(come(number, person) for number, person in enumerate(people)))
    return seen


async def test_one_persons_messages_pass_in_order_of_coming():
    seen = await order_of(ANN, ANN, ANN)
    assert seen == [(way, number) for number in range(3) for way in ("in", "out")]


async def test_a_turn_of_a_process_that_has_ended_is_not_waited_for(
    connected, monkeypatch, tmp_path
):
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    # Shorter than the turn of the other lasts.
    monkeypatch.setattr(turns, "WAIT_SECONDS", 5)
    killed = "0123456789ab"
    (tmp_path / lives.FOLDER).mkdir()
    (tmp_path / lives.FOLDER / f"{killed}{lives.SUFFIX}").touch()
    with monkeypatch.context() as its:
        its.setattr(lives, "own_mark", lambda: killed)
        held = await another_process(connected)
    async with conversation_lock(ANN, CHANNEL) as turn:
        assert turn.lock is not None
        assert turn.lock.number > held.number


async def test_two_people_do_not_wait_for_each_other():
    assert await order_of(ANN, BEN) == [("in", 0), ("in", 1), ("out", 0), ("out", 1)]


@pytest.mark.heavy
async def test_locks_that_nobody_uses_are_not_kept():
    await order_of(ANN, BEN)
    gc.collect()
    assert len(turns._in_process) == 0


async def test_a_turn_in_another_process_is_waited_for(connected, monkeypatch):
    other = await another_process(connected)
    asked = []
    acquire = locks.acquire

    async def counted(*args, **kwargs):
        asked.append(args)
        return await acquire(*args, **kwargs)

    monkeypatch.setattr(locks, "acquire", counted)
    waiting = asyncio.create_task(order_of(ANN))
    await until(lambda: len(asked) >= 3)
    assert not waiting.done()
    await locks.release(connected.client, other)
    assert await waiting == [("in", 0), ("out", 0)]


async def test_the_turn_of_a_killed_process_ends_by_itself(connected):
    assert await another_process(connected, seconds=0.1)
    assert await order_of(ANN) == [("in", 0), ("out", 0)]


async def test_a_turn_is_given_back(connected):
    async with conversation_lock(ANN, CHANNEL) as turn:
        assert await another_process(connected) is None
        assert await turn.is_ours()
    assert await another_process(connected)


async def test_a_paused_process_learns_that_its_turn_is_over(connected):
    async with conversation_lock(ANN, CHANNEL) as turn:
        await connected.client.delete(
            KEYS.turn(ANN, CHANNEL)
        )  # what Redis does when its time is over
        other = await another_process(connected)
        assert other.number > (turn.lock.number if turn.lock else 0)
        assert not await turn.is_ours()
    assert await locks.renew(connected.client, other, seconds=1), "the other's turn was given back"


async def test_a_long_turn_is_renewed(connected, monkeypatch):
    monkeypatch.setattr(turns, "RENEWALS", 1000)
    key = KEYS.turn(ANN, CHANNEL)
    async with conversation_lock(ANN, CHANNEL) as turn:
        for _ in range(3):
            await connected.client.expire(key, round(turns.TURN_SECONDS / 2))

            async def renewed():
                return await connected.client.ttl(key) > turns.TURN_SECONDS / 2

            await until(renewed)
        assert await another_process(connected) is None
        assert await turn.is_ours()


async def test_numbers_rise_even_when_the_clock_jumps_back(connected):
    await connected.client.set(KEYS.fence, 9 * 10**15)
    first = await another_process(connected)
    await locks.release(connected.client, first)
    second = await another_process(connected)
    assert 9 * 10**15 < first.number < second.number


@pytest.mark.parametrize("fence", ["1e400", "nan", "-inf", "9" * 40, b"\x80\x04."])
async def test_a_planted_number_stops_nobody(connected, fence):
    await connected.client.set(KEYS.fence, fence)
    first = await another_process(connected)
    await locks.release(connected.client, first)
    second = await another_process(connected)
    assert 0 < first.number < second.number


PLANTED = ["garbage", b"\x80\x04.", "1:", "", ["a list"]]


@pytest.mark.parametrize("planted", PLANTED, ids=range(len(PLANTED)))
@pytest.mark.parametrize("seconds", [None, 3600])
async def test_something_planted_under_a_lock_is_no_lock(connected, planted, seconds, caplog):
    key = KEYS.turn(ANN, CHANNEL)
    if isinstance(planted, list):
        await connected.client.rpush(key, *planted)
    else:
        await connected.client.set(key, planted)
    if seconds:
        await connected.client.expire(key, seconds)
    await connected.client.rpush(KEYS.fence, "no number")
    assert await order_of(ANN) == [("in", 0), ("out", 0)]
    assert warnings(caplog) == ["lock: dropped an unreadable value"]


async def test_a_clock_that_jumps_back_makes_no_turn_longer(connected, monkeypatch):
    monkeypatch.setattr(turns, "TURN_SECONDS", 0.2)
    assert await another_process(connected)
    await connected.client.expire(
        KEYS.turn(ANN, CHANNEL), 3600
    )  # so it looks after a jump of an hour
    assert await order_of(ANN) == [("in", 0), ("out", 0)]


async def test_a_lock_of_an_older_version_is_not_read(connected):
    older = KEYS.turn(ANN, CHANNEL).replace(":1:", ":0:", 1)
    await connected.client.set(older, "7:abc")
    assert await order_of(ANN) == [("in", 0), ("out", 0)]
    await connected.client.delete(older)


@pytest.mark.heavy
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_redis_in_trouble_costs_one_line_and_no_turn(
    tmp_path, monkeypatch, caplog, trouble
):
    async with redis_in_trouble(tmp_path, trouble) as connected:
        monkeypatch.setattr(turns, "redis_breaker", lambda: connected)
        for _ in range(7):
            async with conversation_lock(ANN, CHANNEL) as turn:
                assert await turn.is_ours()
        assert len(warnings(caplog)) == 1


def warnings(caplog):
    """Return what was logged as a warning or worse."""
    return [record.message for record in caplog.records if record.levelno >= logging.WARNING]


async def test_without_redis_the_turn_is_taken_in_the_process(monkeypatch):
    away = RedisBreaker("redis://127.0.0.1:1/0")
    monkeypatch.setattr(turns, "redis_breaker", lambda: away)
    async with conversation_lock(ANN, CHANNEL) as turn:
        assert turn.lock is None
        assert await turn.is_ours()
    assert away.state is State.OPEN
    await away.aclose()
