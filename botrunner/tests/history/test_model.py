"""Both conversation caches against a plain model, whatever happens in whatever order."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from botrunner.history.base import CachedMessage, Claim, ConversationCache
from botrunner.history.memory import InMemoryConversationCache
from botrunner.history.redis import RedisConversationCache
from botrunner.tests.history.people import ANN, BEN, answered, said
from conftest import require_service
from whisper.environment import environment
from whisper.redis.connections import connect
from whisper.redis.keys import Keys

MOST = 4
KEYS = Keys("whisper-test-model")
CHANNELS = st.sampled_from([1, 2])
PEOPLE = st.sampled_from([ANN, BEN])
# Few ids and few times, so that doubles, ties and messages out of order come up.
MESSAGES = st.builds(
    lambda number, second, person, answer, channel: replace(
        (answered(number, person) if answer else said(number, by=person)),
        sent_at=said(second).sent_at,
        channel_id=channel,
    ),
    st.integers(1, 9),
    st.integers(0, 5),
    PEOPLE,
    st.booleans(),
    CHANNELS,
)


class Comparison(RuleBasedStateMachine):
    """Do the same to a cache and to a model of two dictionaries."""

    loop: asyncio.AbstractEventLoop
    cache: ConversationCache

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[int, dict[int, CachedMessage]] = {}
        self.filled: set[int] = set()
        self.claims: dict[int, Claim] = {}
        self.void: list[Claim] = []

    def run(self, work):
        return self.loop.run_until_complete(work)

    @initialize()
    def start(self) -> None:
        self.run(self.cache.clear())

    @rule(message=MESSAGES)
    def append(self, message: CachedMessage) -> None:
        self.run(self.cache.append(message))
        self._add(message.channel_id, [message])

    @rule(channel=CHANNELS, messages=st.lists(MESSAGES, max_size=6))
    def extend(self, channel: int, messages: list[CachedMessage]) -> None:
        messages = [replace(message, channel_id=channel) for message in messages]
        held = self.run(self.cache.extend(channel, messages))
        self._fill(channel, messages)
        assert held == self._sorted(channel)

    @rule(channel=CHANNELS)
    def claim(self, channel: int) -> None:
        claim = self.run(self.cache.claim(channel))
        assert (claim is None) == (channel in self.filled or channel in self.claims)
        if claim is not None:
            self.claims[channel] = claim

    @rule(channel=CHANNELS, messages=st.lists(MESSAGES, max_size=6))
    def extend_by_claim(self, channel: int, messages: list[CachedMessage]) -> None:
        claim = self.claims.pop(channel, None)
        if claim is None:
            return
        messages = [replace(message, channel_id=channel) for message in messages]
        held = self.run(self.cache.extend(channel, messages, claim=claim))
        self._fill(channel, messages)
        self.void.append(claim)
        assert held == self._sorted(channel)

    @rule(channel=CHANNELS)
    def give_back(self, channel: int) -> None:
        claim = self.claims.pop(channel, None)
        if claim is not None:
            self.run(self.cache.give_back(claim))
            self.void.append(claim)

    @rule(message=MESSAGES)
    def extend_by_a_void_claim(self, message: CachedMessage) -> None:
        for claim in self.void[-2:]:
            given = replace(message, channel_id=claim.channel_id)
            assert self.run(self.cache.extend(claim.channel_id, [given], claim=claim)) is None
            self.run(self.cache.give_back(claim))

    @rule(channel=CHANNELS, number=st.integers(1, 9))
    def edit(self, channel: int, number: int) -> None:
        self.run(self.cache.edit(channel, number, f"edited {number}"))
        held = self.held.get(channel, {})
        if number in held:
            held[number] = replace(held[number], text=f"edited {number}")
        self._revoke(channel)

    @rule(channel=CHANNELS, number=st.integers(1, 9))
    def delete(self, channel: int, number: int) -> None:
        self.run(self.cache.delete(channel, number))
        self.held.get(channel, {}).pop(number, None)
        self._revoke(channel)

    @rule(person=PEOPLE)
    def forget(self, person: int) -> None:
        self.run(self.cache.forget(person))
        for channel, held in self.held.items():
            kept = {key: one for key, one in held.items() if not self._is_of(one, person)}
            self.held[channel] = kept
        for channel in list(self.claims):
            self._revoke(channel)

    @rule(channel=CHANNELS)
    def clear(self, channel: int) -> None:
        self.run(self.cache.clear(channel))
        self.held.pop(channel, None)
        self.filled.discard(channel)
        self._revoke(channel)

    @invariant()
    def both_tell_the_same(self) -> None:
        for channel in (1, 2):
            expected = self._sorted(channel) if channel in self.filled else None
            assert self.run(self.cache.recent(channel, 100)) == expected
            newest = None if expected is None else expected[-2:]
            assert self.run(self.cache.recent(channel, 2)) == newest
            of_ann = expected and [one for one in expected if self._is_of(one, ANN)][-2:]
            assert self.run(self.cache.recent(channel, 2, for_user=ANN)) == of_ann

    def _add(self, channel: int, messages: list[CachedMessage]) -> None:
        held = self.held.setdefault(channel, {})
        for message in messages:
            held.setdefault(message.id, message)
        for gone in self._sorted(channel)[:-MOST]:
            del held[gone.id]

    def _fill(self, channel: int, messages: list[CachedMessage]) -> None:
        self.filled.add(channel)
        self._add(channel, messages)

    def _revoke(self, channel: int) -> None:
        claim = self.claims.pop(channel, None)
        if claim is not None:
            self.void.append(claim)

    def _sorted(self, channel: int) -> list[CachedMessage]:
        held = self.held.get(channel, {}).values()
        return sorted(held, key=lambda one: (one.sent_at, one.id))

    @staticmethod
    def _is_of(message: CachedMessage, person: int) -> bool:
        return message.person_id == person


@pytest.mark.heavy
@pytest.mark.parametrize("kind", ["memory", "redis"])
def test_a_cache_does_what_the_model_does(kind, monkeypatch):
    monkeypatch.setattr(environment, "conversation_cache_max_local", MOST)
    url = require_service("redis") if kind == "redis" else ""
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        if kind == "redis":
            client = connect(url)
            cache: ConversationCache = RedisConversationCache(client, keys=KEYS)
        else:
            cache = InMemoryConversationCache()
        machine = type("Machine", (Comparison,), {"loop": loop, "cache": cache})
        rules = settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        run_machine(machine, settings=rules)
        loop.run_until_complete(cache.clear())
        if kind == "redis":
            loop.run_until_complete(client.aclose())
