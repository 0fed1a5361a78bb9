"""A reply that was made for nothing: its messages have one by now, or are gone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from django.utils import timezone

from botrunner import history
from botrunner.conversation import actions
from botrunner.conversation.base import Delivered, Incoming
from botrunner.conversation.respond import respond
from botrunner.conversation.withdrawing import follow_deletion
from botrunner.tests.fakes import ANN, FakeModel, FakeSurface, said
from conftest import require_service
from memories.actions import begin_replies
from profiles.emotions import NEUTRAL
from whisper.database.access import in_database
from whisper.ids import new_platform_id
from whisper.redis import breaker
from whisper.redis.breaker import RedisBreaker
from whisper.redis.keys import Keys

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = Keys("whisper-test-letting-go")


@pytest.fixture(autouse=True)
def _fresh_process():
    history.reset()


@pytest.fixture
async def redis(settings):
    """Let the cache and the locks use Redis."""
    settings.REDIS_ADDRESS = require_service("redis")
    breaker.use(RedisBreaker(settings.REDIS_ADDRESS, keys=KEYS))
    cache = history.conversation_cache()
    await cache.clear()
    assert cache.breaker is not None
    yield cache.breaker.client
    await cache.clear()
    await cache.aclose()
    history.reset()


class Interrupted(FakeSurface):
    """Lets something happen between the writing of a reply and its sending."""

    def __init__(self, meanwhile: Callable[[], Awaitable[object]]) -> None:
        super().__init__()
        self._meanwhile = meanwhile
        self.taken_back = False

    async def may_leave(self) -> None:
        await self._meanwhile()

    async def take_back(self) -> None:
        self.taken_back = True


def reply_elsewhere(one: Incoming) -> None:
    """Answer a message as another process would."""
    received = actions.receive_all([one])
    begin_replies([received[0].message.pk])
    reply = actions.SentReply(
        delivered=[Delivered(new_platform_id(), "Said elsewhere.", timezone.now())],
        prompt=[],
        recalled=[],
        feeling=NEUTRAL,
        milliseconds={},
        tokens={},
        model="fake",
        error="",
        context="",
    )
    actions.store_reply([one], received, reply)


async def next_history() -> list[str]:
    """Return what the next prompt has of the conversation."""
    model = FakeModel()
    await respond(said("And now?"), FakeSurface(), model=model)
    return [one.text for one in model.asked[0].history]


async def test_a_reply_that_another_process_stored_first_stands_in_the_next_prompt():
    await respond(said("Good morning"), FakeSurface(), model=FakeModel())
    one = said("Hello")
    surface = Interrupted(lambda: in_database(reply_elsewhere, one))
    assert await respond(one, surface, model=FakeModel()) is None
    assert surface.sent == []
    assert await next_history() == ["Good morning", "I see.", "Hello", "Said elsewhere."]


async def test_what_the_other_process_shows_is_not_taken_back():
    one = said("Hello")
    surface = Interrupted(lambda: in_database(reply_elsewhere, one))
    await respond(one, surface, model=FakeModel())
    assert not surface.taken_back


@pytest.mark.service
async def test_who_lost_the_turn_leaves_the_reply_to_the_next_prompt(redis):
    await respond(said("Good morning"), FakeSurface(), model=FakeModel())
    one = said("Hello")

    async def another_takes_over() -> None:
        await redis.delete(KEYS.turn(ANN, one.channel_id))
        await in_database(reply_elsewhere, one)

    surface = Interrupted(another_takes_over)
    assert await respond(one, surface, model=FakeModel()) is None
    assert surface.sent == []
    assert not surface.taken_back
    assert await next_history() == ["Good morning", "I see.", "Hello", "Said elsewhere."]


@pytest.mark.service
async def test_who_lost_the_turn_of_a_deleted_message_takes_back_what_was_shown(redis):
    one = said("Hello")

    async def deleted_meanwhile() -> None:
        await redis.delete(KEYS.turn(ANN, one.channel_id))
        await follow_deletion(
            one.platform, one.channel_id, one.platform_id, deleted_at=timezone.now()
        )

    surface = Interrupted(deleted_meanwhile)
    assert await respond(one, surface, model=FakeModel()) is None
    assert surface.taken_back
    assert await next_history() == []
