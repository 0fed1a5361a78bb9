"""Redis holds nothing of people who have not agreed to be remembered; the talk still has it."""

from __future__ import annotations

import pytest

from botrunner import history
from botrunner.conversation.respond import respond
from botrunner.history import conversation_cache
from botrunner.history.base import CachedMessage
from botrunner.tests.fakes import ANN, BEN, FakeModel, FakeSurface, said
from conftest import require_service
from memories.models import Place
from profiles.actions import decide_consent
from whisper import outbox
from whisper.database.access import in_database
from whisper.redis import breaker
from whisper.redis.breaker import RedisBreaker
from whisper.redis.keys import Keys

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = Keys("whisper-test-consent")
CLEO = 1003
CHANNEL = 5001


@pytest.fixture
async def connected(settings):
    """Let the conversation use Redis, and leave it empty."""
    url = require_service("redis")
    settings.REDIS_ADDRESS = url
    history.reset()
    connected = RedisBreaker(url, keys=KEYS)
    breaker.use(connected)
    await conversation_cache().clear()
    yield connected
    await conversation_cache().clear()
    await conversation_cache().aclose()
    history.reset()


async def everything_in(connected) -> str:
    """Return all that Redis holds, keys and values, as one text."""
    found = []
    async for key in connected.client.scan_iter():
        kind = (await connected.client.type(key)).decode()
        found.append(key)
        if kind == "string":
            found.append(await connected.client.get(key))
        elif kind == "hash":
            for name, value in (await connected.client.hgetall(key)).items():
                found += [name, value]
        else:
            found.append(await connected.client.dump(key))
    return b"\n".join(part or b"" for part in found).decode(errors="replace")


async def talk(person, name, text, *, answer="I see.", surface=None):
    """Let somebody say something, and return what the model was sent."""
    model = FakeModel(answer)
    incoming = said(
        text,
        person_id=person,
        person_name=name,
        local=False,
        place=Place.PUBLIC_CHANNEL,
        channel_id=CHANNEL,
        guild_id=7,
    )
    await respond(incoming, surface or FakeSurface(), model=model)
    return str(model.asked[0].messages)


async def decide(person, *, granted):
    await in_database(decide_consent, person, granted=granted, source="test")


async def drained():
    while await outbox.drain():
        pass


async def test_redis_holds_words_and_names_of_people_who_agreed_alone(connected):
    await decide(ANN, granted=True)
    await decide(CLEO, granted=False)
    await talk(ANN, "Ann", "I sail on Sundays", answer="Ahoy!")
    await talk(BEN, "Benedict", "My locker code is A-4711", answer="A-4711, Benedict?")
    await talk(CLEO, "Cleopatra", "My sister is ill", answer="Your sister, Cleopatra!")
    held = await everything_in(connected)
    assert "I sail on Sundays" in held
    assert "Ahoy!" in held
    for private in ("A-4711", "Benedict", "sister", "Cleopatra"):
        assert private not in held


@pytest.mark.parametrize("person", [BEN, CLEO])
async def test_the_talk_still_has_the_lines_of_who_has_not_agreed(connected, person):
    await decide(ANN, granted=True)
    await decide(CLEO, granted=False)
    await talk(ANN, "Ann", "I sail on Sundays")
    await talk(person, "Somebody", "My locker code is A-4711", answer="Noted by nobody.")
    asked = await talk(person, "Somebody", "What did I just say?")
    assert "My locker code is A-4711" in asked
    assert "Noted by nobody." in asked
    assert "sail" not in asked


async def test_what_discord_knows_of_who_has_not_agreed_stays_in_this_process(connected):
    earlier = [
        CachedMessage(1, BEN, "Benedict", False, "My code is A-4711", said("").sent_at, CHANNEL, 7),
        CachedMessage(2, BEN, "Whisper", True, "A-4711 it is", said("").sent_at, CHANNEL, 7),
    ]
    asked = await talk(BEN, "Benedict", "And now?", surface=FakeSurface(earlier=earlier))
    assert "My code is A-4711" in asked
    assert "A-4711 it is" in asked
    assert "A-4711" not in await everything_in(connected)


@pytest.mark.heavy
async def test_a_no_takes_what_was_said_before_out_of_redis(connected):
    await decide(ANN, granted=True)
    await talk(ANN, "Ann", "I sail on Sundays")
    await decide(ANN, granted=False)
    await drained()
    assert "sail" not in await everything_in(connected)
    asked = await talk(ANN, "Ann", "Hello again")
    assert "sail" not in asked
    assert "sail" not in await everything_in(connected)


async def test_a_no_while_the_model_writes_leaves_nothing_in_redis(connected):
    await decide(ANN, granted=True)

    class Refusing(FakeModel):
        async def reply(self, context):
            await decide(ANN, granted=False)
            yield "You sail!"

    incoming = said("I sail on Sundays", local=False)
    await respond(incoming, FakeSurface(), model=Refusing())
    assert "sail" not in await everything_in(connected)


async def test_edits_deletions_and_erasures_reach_what_is_not_in_redis(connected):
    cache = conversation_cache()
    at = said("").sent_at
    mine = [
        CachedMessage(number, BEN, "Ben", False, f"line {number}", at, CHANNEL)
        for number in (1, 2, 3)
    ]
    await cache.extend(CHANNEL, mine)
    await cache.edit(CHANNEL, 1, "changed")
    await cache.delete(CHANNEL, 2)
    held = await cache.recent(CHANNEL, 5)
    assert [one.text for one in held or []] == ["changed", "line 3"]
    await cache.forget(BEN)
    assert await cache.recent(CHANNEL, 5) == []
