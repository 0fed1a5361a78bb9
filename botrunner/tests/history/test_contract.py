"""What both conversation caches promise."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from redis.asyncio import Redis

from botrunner.history.memory import InMemoryConversationCache
from botrunner.history.redis import RedisConversationCache
from botrunner.tests.history.people import ANN, BEN, CHANNEL, START, answered, ids, said
from conftest import require_service
from whisper.environment import environment
from whisper.redis.connections import connect
from whisper.redis.keys import Keys

KEYS = Keys("whisper-test-contract")


class Clock:
    """Seconds that pass when a test says so."""

    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
async def redis_client():
    client = connect(require_service("redis"))
    await RedisConversationCache(client, keys=KEYS).clear()
    yield client
    await RedisConversationCache(client, keys=KEYS).clear()
    await client.aclose()


@pytest.fixture(params=["memory", "redis"])
def cache(request):
    if request.param == "memory":
        return InMemoryConversationCache()
    return RedisConversationCache(request.getfixturevalue("redis_client"), keys=KEYS)


async def test_a_channel_that_nobody_filled_is_a_miss(cache):
    assert await cache.recent(CHANNEL, 5) is None


async def test_a_channel_that_was_only_written_to_is_a_miss(cache):
    await cache.append(said(1))
    assert await cache.recent(CHANNEL, 5) is None


async def test_filling_keeps_what_was_written_before(cache):
    await cache.append(said(3))
    filled = await cache.extend(CHANNEL, [said(1), said(2)])
    assert ids(filled) == ids(await cache.recent(CHANNEL, 5)) == [1, 2, 3]


async def test_an_empty_channel_can_be_known(cache):
    await cache.extend(CHANNEL, [])
    assert await cache.recent(CHANNEL, 5) == []


async def test_messages_come_oldest_first_whatever_the_order_of_writing(cache):
    await cache.extend(CHANNEL, [])
    for message in random.sample([said(number) for number in range(20)], 20):
        await cache.append(message)
    assert ids(await cache.recent(CHANNEL, 15)) == list(range(5, 20))


async def test_messages_of_one_moment_come_by_id(cache):
    await cache.extend(CHANNEL, [said(number, sent_at=START) for number in (2, 10, 1)])
    assert ids(await cache.recent(CHANNEL, 15)) == [1, 2, 10]


async def test_a_message_keeps_everything(cache):
    message = said(
        1,
        text="Grüße 👋 \x00 \ud800",
        guild_id=7,
        reply_to=3,
        person_id=4,
        attachments=({"name": "a", "type": None, "url": "u"},),
        mentions=(BEN, 2**63 - 1),
    )
    message = replace(message, id=2**63 - 1)
    await cache.extend(CHANNEL, [message])
    assert await cache.recent(CHANNEL, 1) == [message]


async def test_a_message_appended_twice_is_held_once(cache):
    await cache.extend(CHANNEL, [said(1)])
    await cache.append(said(1))
    await cache.append(replace(said(1), sent_at=START + timedelta(days=1)))
    assert await cache.recent(CHANNEL, 5) == [said(1)]


async def test_only_the_newest_messages_are_kept(cache, monkeypatch):
    monkeypatch.setattr(environment, "conversation_cache_max_local", 3)
    await cache.extend(CHANNEL, [said(number) for number in range(1, 6)])
    await cache.append(said(6))
    await cache.append(said(0))
    assert ids(await cache.recent(CHANNEL, 10)) == [4, 5, 6]


async def test_a_person_sees_their_messages_and_the_answers_to_them(cache):
    everything = [said(1), said(2, by=BEN), answered(3, BEN), answered(4, ANN), said(5)]
    await cache.extend(CHANNEL, everything)
    assert ids(await cache.recent(CHANNEL, 10, for_user=ANN)) == [1, 4, 5]
    assert ids(await cache.recent(CHANNEL, 2, for_user=BEN)) == [2, 3]


async def test_a_message_to_the_companion_is_no_answer_to_the_person_it_mentions(cache):
    await cache.extend(CHANNEL, [said(1, by=BEN, mentions=(ANN,), reply_to=7)])
    assert await cache.recent(CHANNEL, 10, for_user=ANN) == []


async def test_an_edit_replaces_the_text_alone(cache):
    await cache.extend(CHANNEL, [said(1), said(2)])
    await cache.edit(CHANNEL, 1, "changed")
    await cache.edit(CHANNEL, 9, "nobody")
    assert await cache.recent(CHANNEL, 5) == [replace(said(1), text="changed"), said(2)]


async def test_a_deleted_message_is_gone(cache):
    await cache.extend(CHANNEL, [said(1), said(2)])
    await cache.delete(CHANNEL, 1)
    await cache.delete(CHANNEL, 9)
    assert ids(await cache.recent(CHANNEL, 5)) == [2]


async def test_a_person_is_forgotten_in_every_channel(cache):
    await cache.extend(CHANNEL, [said(1), said(2, by=BEN), answered(3, ANN)])
    await cache.extend(CHANNEL + 1, [said(4, channel=CHANNEL + 1)])
    await cache.forget(ANN)
    assert ids(await cache.recent(CHANNEL, 5)) == [2]
    assert await cache.recent(CHANNEL + 1, 5) == []


async def test_clearing_one_channel_leaves_the_others(cache):
    await cache.extend(CHANNEL, [said(1)])
    await cache.extend(CHANNEL + 1, [])
    await cache.clear(CHANNEL)
    assert await cache.recent(CHANNEL, 5) is None
    assert await cache.recent(CHANNEL + 1, 5) == []


async def test_clearing_all_leaves_nothing(cache):
    await cache.extend(CHANNEL, [said(1)])
    await cache.clear()
    assert await cache.recent(CHANNEL, 5) is None
    assert (await cache.stats()).channels == 0


async def test_only_one_may_fill_a_channel(cache):
    claims = await asyncio.gather(*(cache.claim(CHANNEL) for _ in range(8)))
    assert sum(claim is not None for claim in claims) == 1


async def test_a_filled_channel_is_not_filled_again(cache):
    claim = await cache.claim(CHANNEL)
    assert ids(await cache.extend(CHANNEL, [said(1)], claim=claim)) == [1]
    assert await cache.claim(CHANNEL) is None


async def test_a_claim_given_back_can_be_had_by_another(cache):
    first = await cache.claim(CHANNEL)
    await cache.give_back(first)
    second = await cache.claim(CHANNEL)
    assert second.number > first.number
    await cache.give_back(first)
    assert await cache.claim(CHANNEL) is None


@pytest.mark.parametrize("change", ["edit", "delete", "forget", "clear"])
async def test_what_was_read_before_a_change_does_not_fill_the_channel(cache, change):
    claim = await cache.claim(CHANNEL)
    arguments = {"edit": (CHANNEL, 1, "new"), "delete": (CHANNEL, 1), "forget": (ANN,)}
    await getattr(cache, change)(*arguments.get(change, (CHANNEL,)))
    assert await cache.extend(CHANNEL, [said(1)], claim=claim) is None
    assert await cache.recent(CHANNEL, 5) is None


async def test_numbers_are_counted(cache):
    await cache.recent(CHANNEL, 5)
    await cache.extend(CHANNEL, [said(1), said(2)])
    await cache.recent(CHANNEL, 5)
    stats = await cache.stats()
    assert (stats.channels, stats.messages, stats.hits, stats.misses) == (1, 2, 1, 1)
    assert await cache.healthy()


async def test_memory_expires_a_while_after_the_last_write():
    clock = Clock()
    cache = InMemoryConversationCache(clock=clock)
    await cache.extend(CHANNEL, [said(1)])
    clock.now += 14 * 60
    await cache.append(said(2))
    clock.now += 14 * 60
    assert ids(await cache.recent(CHANNEL, 5)) == [1, 2]
    clock.now += 60
    assert await cache.recent(CHANNEL, 5) is None


async def test_redis_expires_a_while_after_the_last_write(redis_client: Redis, monkeypatch):
    cache = RedisConversationCache(redis_client, keys=KEYS)
    await cache.extend(CHANNEL, [said(1)])
    assert 890_000 < await redis_client.pttl(KEYS.history(CHANNEL)) <= 900_000
    monkeypatch.setattr(environment, "conversation_cache_timeout_minutes", 1)
    await cache.append(said(2))
    assert 50_000 < await redis_client.pttl(KEYS.history(CHANNEL)) <= 60_000


async def test_memory_holds_a_bounded_number_of_channels():
    cache = InMemoryConversationCache(max_channels=2)
    for channel in (1, 2, 3):
        await cache.extend(channel, [])
    assert await cache.recent(1, 5) is None
    assert await cache.recent(3, 5) == []


async def test_a_claim_ends_in_memory():
    clock = Clock()
    cache = InMemoryConversationCache(clock=clock)
    first = await cache.claim(CHANNEL)
    clock.now += 11
    second = await cache.claim(CHANNEL)
    assert first
    assert second
    assert second.number > first.number
    assert await cache.extend(CHANNEL, [said(1)], claim=first) is None
    assert ids(await cache.extend(CHANNEL, [said(2)], claim=second)) == [2]


async def test_a_holder_paused_past_its_time_cannot_overwrite_in_redis(redis_client: Redis):
    cache = RedisConversationCache(redis_client, keys=KEYS)
    paused = await cache.claim(CHANNEL)
    await redis_client.delete(KEYS.claim(CHANNEL))  # what Redis does when its time is over
    other = await cache.claim(CHANNEL)
    assert await cache.extend(CHANNEL, [said(1)], claim=paused) is None
    assert ids(await cache.extend(CHANNEL, [said(2)], claim=other)) == [2]
    assert await cache.extend(CHANNEL, [said(1)], claim=paused) is None


def test_tests_use_no_redis_unless_they_ask():
    assert settings.REDIS_ADDRESS is None
