"""Redis is switched off and on again by a restart, while people go on talking."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from typing import Any

import pytest

from botrunner import history
from botrunner.conversation.respond import respond
from botrunner.history import conversation_cache
from botrunner.history.verify import stale_channels
from botrunner.tests.fakes import ANN, BEN, FakeModel, FakeSurface, said
from conftest import require_service
from memories import queries
from memories.models import Message
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

CHANNELS = (5001, 5002)
MESSAGES = 25
WAITING = 3


class Companion:
    """One process after the other; what comes while none is up waits, as it does at Discord."""

    def __init__(self):
        self.up = asyncio.Event()
        self.waiting = 0
        self.answered = 0
        self.stores: Counter[str] = Counter()
        self._in_hand: set[asyncio.Task[Any]] = set()

    async def hear(self, message):
        """Answer a message once the process is up."""
        self.waiting += 1
        await self.up.wait()
        self.waiting -= 1
        task = asyncio.create_task(respond(message, FakeSurface(), model=FakeModel()))
        self._in_hand.add(task)
        assert await task is not None
        self._in_hand.discard(task)
        self.answered += 1

    def has_answered(self, count):
        """Return whether a number of messages were answered."""
        return self.answered >= count

    async def restart(self, use_redis):
        """Finish what is in hand, end, and begin again with the variable set."""
        self.up.clear()
        while self._in_hand:
            await asyncio.wait(self._in_hand)
        self.stores[(await conversation_cache().stats()).backend] += 1
        await conversation_cache().aclose()
        environment.use_redis_cache = use_redis
        history.reset()
        await until(lambda: self.waiting >= WAITING)
        self.up.set()


async def talk(companion, person, channel, sent):
    """Say one thing after the other, whether or not the companion is up."""
    hearing = []
    for number in range(MESSAGES):
        message = said(f"message {number}", person_id=person, channel_id=channel)
        sent.append(message.platform_id)
        hearing.append(asyncio.create_task(companion.hear(message)))
        await until(lambda: sum(not one.done() for one in hearing) < WAITING)
    await asyncio.gather(*hearing)


@pytest.mark.heavy
async def test_switching_redis_off_and_on_under_load_loses_no_message(monkeypatch, settings):
    settings.REDIS_ADDRESS = require_service("redis")
    monkeypatch.setattr(environment, "use_redis_cache", None)
    history.reset()
    await conversation_cache().clear()
    companion = Companion()
    sent: list[int] = []
    companion.up.set()
    pairs = [(person, channel) for person in (ANN, BEN) for channel in CHANNELS]
    talking = asyncio.gather(*(talk(companion, *pair, sent) for pair in pairs))
    for restart, use_redis in enumerate([False, None, False, None], start=1):
        await until(partial(companion.has_answered, restart * 15))
        await companion.restart(use_redis)
    assert not talking.done(), "people talked all the time"
    await talking
    assert companion.stores == {"redis": 2, "in process": 2}

    def stored():
        return Counter(
            Message.objects.filter(from_companion=False).values_list("platform_id", flat=True)
        )

    assert await in_database(stored) == Counter(sent)
    assert len(sent) == len(pairs) * MESSAGES
    for channel in CHANNELS:
        rows = await in_database(partial(queries.recent_messages, channel, limit=15))
        held = await conversation_cache().recent(channel, 15) or []
        assert [one.id for one in held] == [row.platform_id for row in rows]
        assert [one.text for one in held] == [row.text for row in rows]
    in_redis = conversation_cache().redis
    assert in_redis is not None
    assert await stale_channels(in_redis) == {}
    await conversation_cache().clear()
    await conversation_cache().aclose()
    history.reset()
