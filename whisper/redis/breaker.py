"""The door to Redis: every call is bounded in time, and closed while Redis is away.

What a caller does instead is its own matter; here is decided when. One failed call sets its subject
apart, so that nobody waits for the same subject twice; five failures in a row close the door for
all. It opens again when a probe succeeds and what went without Redis meanwhile is put right there.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from prometheus_client import Enum
from redis.asyncio import Redis

from whisper.health import Health, register
from whisper.redis.connections import connect, reason, redis_url
from whisper.redis.keys import KEYS, TIMEOUT_SECONDS, Keys
from whisper.redis.outage import FAULTS, outage

logger = logging.getLogger(__name__)

FAILURES_TO_OPEN = 5
PROBE_SECONDS = 5.0
# For the first probe and for putting right what went without Redis.
RETURN_SECONDS = 3.0

T = TypeVar("T")
Subject = int | None


class RedisAwayError(Exception):
    """Redis is not to be asked, or did not answer."""


class State(StrEnum):
    """Where the circuit breaker stands."""

    STARTING = "starting"
    CLOSED = "closed"
    OPEN = "open"


STATE = Enum(
    "whisper_redis_state", "Circuit breaker of Redis.", states=[one.value for one in State]
)


class RedisBreaker:
    """Redis for one event loop, behind a circuit breaker.

    Args:
        url: address of Redis.
        keys: names of the keys.
        probe_seconds: how often Redis is tried while it is away.
    """

    def __init__(
        self, url: str, *, keys: Keys = KEYS, probe_seconds: float = PROBE_SECONDS
    ) -> None:
        self.client: Redis = connect(url)
        self.keys = keys
        self._outage = outage(url)
        self._announced = False
        self._switch(State.STARTING)
        self.errors = 0
        self.last_error = ""
        self._put_right: Callable[[], Awaitable[None]] = _nothing
        self._probe_seconds = probe_seconds
        self._failures = 0
        self._apart: set[Subject] = set()
        self._started: asyncio.Task[None] | None = None
        self._probing: asyncio.Task[None] | None = None

    async def call(
        self,
        subject: Subject,
        work: Callable[[], Awaitable[T]],
        *,
        seconds: float = TIMEOUT_SECONDS,
    ) -> T:
        """Return what `work` got from Redis.

        Args:
            subject: the channel that it concerns, None for more than one.
            seconds: how long it may take.

        Raises:
            RedisAwayError: Redis is away, or was when this subject was last asked for.
        """
        await self.ready()
        if not self.serves(subject):
            raise RedisAwayError
        try:
            result = await _within(seconds, work)
        except FAULTS as error:
            self._fail(subject, error)
            raise RedisAwayError from None
        self._failures = 0
        return result

    def before_use(self, put_right: Callable[[], Awaitable[None]]) -> None:
        """Have something put right in Redis each time before it is used, from now on.

        Args:
            put_right: must not await between its last look at what is to be done and its return, so
                that no change falls between that look and the switch.
        """
        self._put_right = put_right
        if self.state is State.CLOSED:
            self._started = None
            self._switch(State.STARTING)

    def serves(self, subject: Subject) -> bool:
        """Tell whether Redis is asked about a subject."""
        return self.state is State.CLOSED and subject not in self._apart

    async def ready(self) -> None:
        """Wait until the first probe has decided whether Redis is used."""
        if self.state is State.STARTING:
            if self._started is None:
                self._started = asyncio.create_task(self._start())
            await asyncio.shield(self._started)

    async def aclose(self) -> None:
        """Stop probing and close the connections."""
        for task in (self._started, self._probing):
            if task is not None:
                task.cancel()
        await self.client.aclose()

    def _fail(self, subject: Subject, error: BaseException) -> None:
        self._failures += 1
        self._note(error)
        self._apart.add(subject)
        if self.state is State.CLOSED and self._failures >= FAILURES_TO_OPEN:
            self._switch(State.OPEN)
            logger.info("redis: asked no more after %d failures in a row", self._failures)
        if self._probing is None or self._probing.done():
            self._probing = asyncio.create_task(self._probe())

    def _switch(self, state: State) -> None:
        self.state = state
        self._announced = self._announced and state is not State.OPEN
        STATE.state(state.value)

    def _note(self, error: BaseException, *, when: str = "") -> None:
        self.errors += 1
        self.last_error = type(error).__name__
        # The caches and the channel layer need not find out by themselves.
        self._outage.begin(error, when=when)

    async def _start(self) -> None:
        try:
            await self._return()
            return
        except FAULTS as error:
            self._note(error, when=" at start")
        except Exception:
            logger.exception("redis: what is held there can't be put right yet")
        self._switch(State.OPEN)
        self._probing = asyncio.create_task(self._probe())

    async def _probe(self) -> None:
        """Try Redis until it is back."""
        while self.state is State.OPEN or self._apart:
            await asyncio.sleep(self._probe_seconds)
            try:
                await self._return()
            except FAULTS as error:
                self.last_error = type(error).__name__
                logger.debug("redis: still away (%s)", reason(error))
            except Exception:
                logger.exception("redis: what went without it can't be put right yet")

    async def _return(self) -> None:
        """Switch back to Redis if it takes writes."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            # A write: with its memory full, or as a replica, Redis still answers a ping.
            await self.client.set(self.keys.probe, os.getpid(), ex=60)
        put_right = None
        # Once more where somebody asked for it meanwhile.
        while put_right is not self._put_right:
            put_right = self._put_right
            async with asyncio.timeout(RETURN_SECONDS):
                await put_right()
        if not self._announced:
            logger.info("redis: in use")
            self._announced = True
        self._switch(State.CLOSED)
        self._failures = 0
        self._apart.clear()


async def _within(seconds: float, work: Callable[[], Awaitable[T]]) -> T:
    """Return what the work gives, or give it up.

    A cancelled call of the Redis client may go on for another second while it closes its
    connection: a person does not wait for that.

    Raises:
        TimeoutError: it took too long.
    """
    task = asyncio.ensure_future(work())
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if done:
        return task.result()
    task.cancel()
    _given_up.add(task)
    task.add_done_callback(_forget)
    raise TimeoutError


def _forget(task: asyncio.Future[Any]) -> None:
    _given_up.discard(task)
    if not task.cancelled():
        task.exception()


# Tasks that nobody waits for are kept from being collected before they end.
_given_up: set[asyncio.Future[Any]] = set()


async def _nothing() -> None:
    """Put nothing right."""


_doors: WeakKeyDictionary[asyncio.AbstractEventLoop, RedisBreaker | None] = WeakKeyDictionary()


def use(door: RedisBreaker | None) -> None:
    """Let the running event loop go through this door, or do without Redis."""
    _doors[asyncio.get_running_loop()] = door


def redis_breaker() -> RedisBreaker | None:
    """Return the running event loop's door, None where Redis is not used."""
    url = redis_url()
    if url is None:
        return None
    loop = asyncio.get_running_loop()
    if loop not in _doors:
        _doors[loop] = RedisBreaker(url)
    return _doors[loop]


@register("redis")
async def _health() -> Health:
    door = redis_breaker()
    if door is None:
        return Health(True, detail="not used")
    await door.ready()
    if door.state is State.CLOSED:
        return Health(True, detail="in use")
    return Health(True, degraded=True, detail=f"away ({door.last_error}); going on without")


def reset() -> None:
    """Forget the doors that were made, so that the next call reads the configuration anew."""
    _doors.clear()
