"""Filling cold channels: from the database first, from the platform what it lacks, once for all."""

from __future__ import annotations

import asyncio

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from botrunner import history
from botrunner.history import conversation_cache, loader, verify
from botrunner.history.loader import read_or_fill, warm
from botrunner.history.memory import InMemoryConversationCache
from botrunner.history.switch import SwitchedConversationCache
from botrunner.history.verify import stale_channels
from botrunner.tests.history.people import ANN, CHANNEL, COMPANION, START, ids, said
from conftest import require_service
from memories import actions
from memories.models import Place
from profiles.actions import decide_consent
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.redis import breaker
from whisper.redis.breaker import RedisBreaker
from whisper.redis.keys import Keys

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = Keys("whisper-test-loader")
FIRST = 10_000


@pytest.fixture(autouse=True)
async def fresh_cache():
    history.reset()
    yield
    history.reset()


async def record(*numbers, by=ANN, keep=True, expects_reply=False):
    """Store messages of Ann, who agreed to be remembered, as the conversation does."""
    await in_database(decide_consent, ANN, granted=True, source="test")
    for number in numbers:
        message = said(number)
        values = {
            "platform": "discord",
            "platform_id": number,
            "person_id": ANN,
            "author_name": message.author_name,
            "text": message.text,
            "sent_at": message.sent_at,
            "channel_id": CHANNEL,
            "guild_id": None,
            "place": Place.DIRECT,
            "keep": keep,
            "from_companion": by == COMPANION,
            "expects_reply": expects_reply,
        }
        await in_database(actions.store_message, actions.Said(**values))


class Platform:
    """What Discord knows of the channel, and how often it was asked."""

    def __init__(self, *messages, error=None):
        self.messages = messages
        self.error = error
        self.asked = []

    async def __call__(self, limit):
        self.asked.append(limit)
        if self.error:
            raise self.error
        return self.messages


async def test_a_record_that_holds_enough_is_enough():
    await record(*range(1, 26))
    platform = Platform()
    assert ids(await warm(CHANNEL, 15, platform)) == list(range(11, 26))
    assert platform.asked == []


async def test_the_platform_is_asked_for_what_the_database_lacks():
    await record(2, 4)
    platform = Platform(said(5), said(2, text="as the platform has it"), said(1))
    found = await warm(CHANNEL, 15, platform)
    assert ids(found) == [1, 2, 4, 5]
    assert found[1].text == "message 2"
    assert platform.asked == [environment.conversation_cache_bootstrap_limit]


async def test_a_warm_channel_asks_nobody():
    await record(1)
    platform = Platform()
    await warm(CHANNEL, 15, platform)
    await record(2)
    assert ids(await warm(CHANNEL, 15, platform)) == [1]
    assert len(platform.asked) == 1


async def test_what_may_not_be_kept_comes_from_the_cache_alone():
    await record(1)
    await record(2, keep=False)
    await conversation_cache().append(said(2))
    assert ids(await warm(CHANNEL, 15)) == [1, 2]


async def test_a_platform_that_fails_or_hangs_leaves_what_the_database_has(monkeypatch, caplog):
    await record(1)
    assert ids(await warm(CHANNEL, 15, Platform(error=OSError("secret")))) == [1]
    assert "secret" not in caplog.text
    monkeypatch.setattr(loader, "FETCH_SECONDS", 0.01)
    await conversation_cache().clear()

    async def hang(limit):
        await asyncio.Event().wait()
        return []

    assert ids(await warm(CHANNEL, 15, hang)) == [1]


async def test_what_somebody_said_before_their_no_is_not_read_from_the_database():
    await record(1)
    await in_database(decide_consent, ANN, granted=False, source="test")
    assert ids(await warm(CHANNEL, 15)) == []


async def test_a_person_gets_their_part():
    await record(1)
    await record(2, by=COMPANION)
    assert ids(await warm(CHANNEL, 15, for_user=ANN)) == [1, 2]
    assert ids(await warm(CHANNEL, 15, for_user=7)) == []


async def test_of_many_that_come_at_once_one_loads():
    platform = Platform(said(1))
    found = await asyncio.gather(*(warm(CHANNEL, 15, platform) for _ in range(8)))
    assert [ids(one) for one in found] == [[1]] * 8
    assert len(platform.asked) == 1


async def test_an_edit_while_a_channel_is_filled_is_not_lost():
    cache, texts = InMemoryConversationCache(), ["old", "new"]

    async def load():
        text = texts.pop(0)
        if text == "old":
            await cache.edit(CHANNEL, 1, "new")  # the database was changed right before
        return [said(1, text=text)]

    assert [one.text for one in await read_or_fill(cache, CHANNEL, 5, load)] == ["new"]


async def test_edits_that_never_end_cost_a_bounded_number_of_readings():
    cache, platform = InMemoryConversationCache(), Platform(said(1))

    async def load():
        found = await platform(15)
        await cache.edit(CHANNEL, 7, "as somebody edits one message after another")
        return list(found)

    assert ids(await read_or_fill(cache, CHANNEL, 5, load)) == [1]
    assert len(platform.asked) <= loader.MOST_READINGS
    assert await cache.recent(CHANNEL, 5) is None


async def test_a_claim_that_never_ends_hangs_nobody(monkeypatch):
    monkeypatch.setattr(loader, "CLAIM_SECONDS", 0.05)
    cache = InMemoryConversationCache()
    assert await cache.claim(CHANNEL)

    async def load():
        return [said(1)]

    assert ids(await read_or_fill(cache, CHANNEL, 5, load)) == [1]
    assert await cache.recent(CHANNEL, 5) is None


async def test_one_that_fails_to_load_lets_the_next_one_try():
    cache, faults = InMemoryConversationCache(), [OSError("no record")]

    async def load():
        if faults:
            raise faults.pop()
        return [said(1)]

    with pytest.raises(OSError, match="no record"):
        await read_or_fill(cache, CHANNEL, 5, load)
    assert ids(await read_or_fill(cache, CHANNEL, 5, load)) == [1]


@pytest.fixture
async def redis_cache():
    cache = SwitchedConversationCache(RedisBreaker(require_service("redis"), keys=KEYS))
    await cache.clear()
    yield cache
    await cache.clear()
    await cache.aclose()


@pytest.mark.heavy
async def test_a_restart_finds_redis_warm(redis_cache, settings):
    settings.REDIS_ADDRESS = require_service("redis")
    channels = range(FIRST, FIRST + 500)
    for channel in channels:
        await redis_cache.extend(channel, [said(1, channel=channel)])
    history.reset()
    breaker.use(RedisBreaker(require_service("redis"), keys=KEYS))
    discord = Platform(said(2))
    for channel in channels:
        assert ids(await warm(channel, 15, discord)) == [1]
    assert discord.asked == []
    assert (await conversation_cache().stats()).misses == 0
    await conversation_cache().aclose()


@pytest.mark.parametrize("change", ["newer", "edited", "deleted"])
async def test_a_channel_older_than_the_database_is_dropped_at_the_start(redis_cache, change):
    """Somebody wrote while Redis was switched off, or by a process that was killed since."""
    await record(1)
    await redis_cache.extend(CHANNEL, [said(1)])
    if change == "newer":
        await record(2)
    elif change == "edited":
        await in_database(actions.edit_message, "discord", 1, text="new", edited_at=START)
    else:
        await in_database(actions.delete_message, "discord", 1, deleted_at=START)
    assert list(await stale_channels(redis_cache.redis)) == [CHANNEL]
    restarted = SwitchedConversationCache(RedisBreaker(require_service("redis"), keys=KEYS))
    assert await restarted.recent(CHANNEL, 5) is None
    await restarted.aclose()


async def test_comparing_many_channels_takes_few_questions(redis_cache):
    for channel in range(1, 101):
        await redis_cache.extend(channel, [said(1, channel=channel)])

    def count_queries():
        with CaptureQueriesContext(connection) as context:
            found = verify._stale(held)
        return found, len(context)

    held = await redis_cache.redis.held(await redis_cache.redis.channels())
    assert len(held) == 100
    found, queries = await in_database(count_queries)
    assert found == {}
    assert queries == 2


async def test_a_channel_that_holds_what_the_database_holds_stays(redis_cache):
    await record(1)
    await record(2, keep=False)
    await record(4, expects_reply=True)
    await redis_cache.extend(CHANNEL, [said(1), said(2), said(3)])
    assert await stale_channels(redis_cache.redis) == {}
