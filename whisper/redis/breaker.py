"""The circuit breakers of Redis: one for the process, and one for each of its event loops.

The process's stops Django's caches and the channel layer with the first failure of anybody. An
event loop's stops the channel whose call failed, and all channels after five failures in a row; it
lets them through again when what went without Redis meanwhile is put right there.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import TypeVar
from weakref import WeakKeyDictionary

import redis
from prometheus_client import Counter, Enum, Gauge
from redis.asyncio import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from whisper.addresses import without_password
from whisper.circuit_breaker import CircuitBreaker, State
from whisper.deadlines import was_busy
from whisper.health import Health, register
from whisper.redis.connections import connect, reason, redis_url
from whisper.redis.keys import KEYS, TIMEOUT_SECONDS, Keys

logger = logging.getLogger(__name__)

FAULTS = (RedisError, OSError, TimeoutError)
# What may as well be a sign that this process, and its machine, has too much to do.
TIMEOUTS = (TimeoutError, redis.TimeoutError)
FAILURES_TO_OPEN = 5
# For the first probe and for putting right what went without Redis.
RETURN_SECONDS = 3.0
# The subject of a call that concerns more than one channel.
EVERY_CHANNEL = "every channel"

T = TypeVar("T")

STATE = Enum(
    "whisper_redis_state", "Circuit breaker of Redis.", states=[one.value for one in State]
)
ERRORS = Counter("whisper_redis_errors", "Calls that failed in Redis or timed out.", ["error"])
OUTAGE = Gauge(
    "whisper_redis_outage", "1 while Django's caches and the channel layer work without Redis."
)


class ProcessBreaker(CircuitBreaker):
    """Stops calls to one Redis for all threads and event loops of the process.

    Args:
        address: URL of Redis.
    """

    def __init__(self, address: str) -> None:
        super().__init__(
            "redis", partial(_write, address), faults=FAULTS, reason=reason, failures_to_open=1
        )
        self._address = address

    def failed(
        self, error: BaseException, *, subject: Hashable | None = None, when: str = ""
    ) -> None:
        """Note that a call was not answered."""
        ERRORS.labels(type(error).__name__).inc()
        if isinstance(error, TIMEOUTS) and was_busy():
            self.overloaded(subject=subject)
        else:
            super().failed(error, subject=subject, when=when)

    def opened(self, when: str) -> None:
        """Tell that Redis is away."""
        OUTAGE.set(1)
        address = without_password(self._address)
        logger.warning(
            "redis: %s is away%s (%s); continuing without it", address, when, self.last_error
        )

    def closed(self, before: State) -> None:
        """Tell that Redis is back."""
        OUTAGE.set(0)
        super().closed(before)

    def stop(self) -> None:
        """Look for Redis no more."""
        super().stop()
        OUTAGE.set(0)


class RedisBreaker(CircuitBreaker):
    """Redis for one event loop, behind a circuit breaker.

    The first call waits for a probe, which decides whether Redis is used.

    Args:
        url: address of Redis.
        keys: names of the keys.
        probe_seconds: how often Redis is tried while it is away; None for `PROBE_SECONDS`.
    """

    def __init__(self, url: str, *, keys: Keys = KEYS, probe_seconds: float | None = None) -> None:
        super().__init__(
            "redis",
            self._come_back,
            faults=FAULTS,
            reason=lambda error: type(error).__name__,
            failures_to_open=FAILURES_TO_OPEN,
            probe_seconds=probe_seconds,
        )
        self.client: Redis = connect(url)
        self.keys = keys
        self.errors = 0
        self._process = process_breaker(url)
        self._put_right: Callable[[], Awaitable[None]] = _nothing
        self._started: asyncio.Task[None] | None = None
        self._begin()

    async def acall(
        self,
        work: Callable[[], Awaitable[T]],
        *,
        seconds: float = TIMEOUT_SECONDS,
        subject: Hashable | None = None,
    ) -> T:
        """Return what `work` got from Redis.

        Args:
            seconds: how long it may take.
            subject: the channel that it concerns, or `EVERY_CHANNEL`.

        Raises:
            AwayError: Redis is away, or was when this subject was last asked for.
        """
        await self.ready()
        return await super().acall(work, seconds=seconds, subject=subject)

    def before_use(self, put_right: Callable[[], Awaitable[None]]) -> None:
        """Have something put right in Redis each time before it is used, from now on.

        Args:
            put_right: must not await between its last look at what is to be done and its return, so
                that no change falls between that look and the switch.
        """
        self._put_right = put_right
        if self.state is State.CLOSED:
            self._begin()

    async def ready(self) -> None:
        if self.state is State.STARTING:
            if self._started is None:
                self._started = asyncio.create_task(self._start())
            await asyncio.shield(self._started)

    async def aclose(self) -> None:
        """Stop probing and close the connections."""
        self.stop()
        if self._started is not None:
            self._started.cancel()
        await self.client.aclose()

    def failed(
        self, error: BaseException, *, subject: Hashable | None = None, when: str = ""
    ) -> None:
        """Note that a call was not answered."""
        self.errors += 1
        # The caches and the channel layer need not find out by themselves.
        self._process.failed(error, when=when)
        super().failed(error, subject=subject, when=when)

    def noticed(self) -> None:
        """Report nothing: the process's breaker does."""

    def opened(self, when: str) -> None:
        """Tell that Redis is not asked any more."""
        STATE.state(State.OPEN)
        logger.info("redis: not asked any more%s", when)

    def closed(self, before: State) -> None:
        """Tell that Redis is used from now on."""
        STATE.state(State.CLOSED)
        if before is not State.CLOSED:
            logger.info("redis: in use")

    def _begin(self) -> None:
        self.state, self._started = State.STARTING, None
        STATE.state(State.STARTING)

    async def _start(self) -> None:
        try:
            await self._come_back()
        except FAULTS as error:
            self.failed(error, when=" at start")
        except Exception:
            logger.exception("redis: what it holds can't be corrected yet")
        else:
            self.close()
            return
        self.open(" at start")

    async def _come_back(self) -> None:
        """Return when Redis takes writes and what went without it is put right there."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            # A write: with its memory full, or as a replica, Redis still answers a ping.
            await self.client.set(self.keys.probe, os.getpid(), ex=60)
        put_right = None
        # Once more if it was asked for meanwhile.
        while put_right is not self._put_right:
            put_right = self._put_right
            async with asyncio.timeout(RETURN_SECONDS):
                await put_right()


def _write(address: str) -> None:
    """Return when the Redis at an address takes a write, as above."""
    with redis.Redis.from_url(
        address,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    ) as client:
        client.set(KEYS.probe, os.getpid(), ex=60)


async def _nothing() -> None:
    """Put nothing right."""


_lock = threading.Lock()
_of_processes: dict[str, ProcessBreaker] = {}
_of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, RedisBreaker | None] = WeakKeyDictionary()


def process_breaker(address: str) -> ProcessBreaker:
    """Return the process's circuit breaker of the Redis at an address."""
    with _lock:
        if address not in _of_processes:
            _of_processes[address] = ProcessBreaker(address)
        return _of_processes[address]


def redis_breaker() -> RedisBreaker | None:
    """Return the running event loop's circuit breaker, None if Redis is not used."""
    url = redis_url()
    if url is None:
        return None
    loop = asyncio.get_running_loop()
    if loop not in _of_loops:
        _of_loops[loop] = RedisBreaker(url)
    return _of_loops[loop]


def use(breaker: RedisBreaker | None) -> None:
    """Let the running event loop reach Redis this way, or do without it."""
    _of_loops[asyncio.get_running_loop()] = breaker


def reset() -> None:
    """Forget the event loops' breakers, so that the next call reads the configuration again."""
    _of_loops.clear()


def end_outages() -> None:
    """Forget what the process knows of Redis being away."""
    with _lock:
        for one in _of_processes.values():
            one.stop()
        _of_processes.clear()


@register("redis")
async def _health() -> Health:
    breaker = redis_breaker()
    if breaker is None:
        return Health(True, detail="not used")
    await breaker.ready()
    if breaker.state is State.CLOSED:
        return Health(True, detail="in use")
    detail = f"{breaker.trouble}; continuing without it"
    return Health(True, degraded=True, detail=detail, figures=_figures(breaker))


@register("caches")
async def _health_of_caches() -> Health:
    address = redis_url()
    if address is None:
        return Health(True, detail="in process")
    breaker = process_breaker(address)
    if breaker.away_for is None:
        return Health(True, detail="Redis")
    detail = f"in process, Redis {breaker.trouble}"
    return Health(True, degraded=True, detail=detail, figures=_figures(breaker))


def _figures(breaker: CircuitBreaker) -> dict[str, float]:
    away_for = breaker.away_for
    return {} if away_for is None else {"away_seconds": round(away_for.total_seconds(), 1)}
