"""A circuit breaker: what stops calls to a service that is away.

What a caller does instead is its own matter; here is decided when. While the service is away it is
looked for in the background, so that no caller waits for the next attempt.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Hashable, Iterator
from datetime import timedelta
from enum import StrEnum
from inspect import iscoroutinefunction
from typing import TypeVar, cast
from weakref import WeakSet

from prometheus_client import REGISTRY, Counter, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from whisper.deadlines import OverloadError, within
from whisper.durations import in_words
from whisper.live.events import Event, LiveKind
from whisper.live.publishing import publish
from whisper.logs import Seldom

logger = logging.getLogger(__name__)

FAILURES_TO_OPEN = 3
PROBE_SECONDS = 5.0

GIVEN_UP = Counter(
    "whisper_overloaded_calls",
    "Calls of a service that were given up since this process was overloaded.",
    ["service"],
)

# Each call would tell of an overload.
overload = logging.getLogger(f"{__name__}.overload")
overload.addFilter(Seldom(60.0))

T = TypeVar("T")
# Raises one of the faults while the service is away. A coroutine function runs in the event loop
# that noticed the failure, any other in a thread.
Probe = Callable[[], object] | Callable[[], Awaitable[object]]


class AwayError(Exception):
    """The service was not asked since it is away, or did not answer."""


class State(StrEnum):
    """The state of a circuit breaker; STARTING until the first call has shown it."""

    STARTING = "starting"
    CLOSED = "closed"
    OPEN = "open"


class CircuitBreaker:
    """Stops calls to a service after failures in a row, until a probe finds it back.

    `call` is for threads, `acall` for event loops; who makes calls by other means asks `allows` and
    reports `succeeded` or `failed`.

    Args:
        name: the service, for the log.
        probe: checks whether the service is back.
        faults: exceptions of a call that are the service's fault.
        reason: a short phrase for a fault, without secrets; log and health page show it.
        failures_to_open: how many failures in a row stop all calls.
        probe_seconds: pause between two probes; None for `PROBE_SECONDS`.
    """

    def __init__(
        self,
        name: str,
        probe: Probe,
        *,
        faults: tuple[type[BaseException], ...],
        reason: Callable[[BaseException], str],
        failures_to_open: int = FAILURES_TO_OPEN,
        probe_seconds: float | None = None,
    ) -> None:
        self.name = name
        self.state = State.CLOSED
        self.last_error = ""
        # When it opened, by the monotonic clock; None while it is closed.
        self.since: float | None = None
        self._probe = probe
        self._faults = faults
        self._reason = reason
        self._failures_to_open = failures_to_open
        self._probe_seconds = probe_seconds
        self._failures = 0
        self._apart: set[Hashable] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._looking: asyncio.Task[None] | threading.Thread | None = None
        _made.add(self)

    @property
    def is_open(self) -> bool:
        """Return whether no call is let through."""
        return self.state is State.OPEN

    @property
    def away_for(self) -> timedelta | None:
        """Return how long no call has been let through; None if some are."""
        since = self.since
        return None if since is None else timedelta(seconds=time.monotonic() - since)

    @property
    def trouble(self) -> str:
        """Return for how long and why the service is away, in a phrase without secrets."""
        away_for = self.away_for
        how_long = "" if away_for is None else f" for {in_words(away_for)}"
        return f"away{how_long} ({self.last_error})"

    def allows(self, subject: Hashable | None = None) -> bool:
        """Return whether a call is let through.

        Args:
            subject: what it concerns. A failed call stops all calls of its subject, so that
                nobody waits for the same subject twice.
        """
        return self.state is State.CLOSED and subject not in self._apart

    def call(self, work: Callable[[], T], *, subject: Hashable | None = None) -> T:
        """Return what `work` got from the service; `work` bounds its time.

        Raises:
            AwayError: the service is away.
        """
        if not self.allows(subject):
            raise AwayError
        try:
            result = work()
        except self._faults as error:
            self.failed(error, subject=subject)
            raise AwayError from None
        self.succeeded()
        return result

    async def acall(
        self,
        work: Callable[[], Awaitable[T]],
        *,
        seconds: float,
        subject: Hashable | None = None,
    ) -> T:
        """Return what `work` got from the service.

        Args:
            seconds: how long it may take.

        Raises:
            AwayError: the service is away.
        """
        if not self.allows(subject):
            raise AwayError
        try:
            result = await within(seconds, work)
        except OverloadError:
            self.overloaded(subject=subject)
            raise AwayError from None
        except self._faults as error:
            self.failed(error, subject=subject)
            raise AwayError from None
        self.succeeded()
        return result

    def succeeded(self) -> None:
        """Note that a call was answered."""
        self._failures = 0

    def failed(
        self, error: BaseException, *, subject: Hashable | None = None, when: str = ""
    ) -> None:
        """Note that a call was not answered.

        Args:
            subject: what it concerned.
            when: what the log adds, such as " at start".
        """
        self.last_error = self._reason(error)
        with self._lock:
            self._failures += 1
            if subject is not None:
                self._apart.add(subject)
        if self._failures >= self._failures_to_open:
            self.open(when)
            return
        self.noticed()
        if subject is not None:
            self._look()

    def overloaded(self, *, subject: Hashable | None = None) -> None:
        """Note that a call was given up as this process is overloaded: no fault of the service.

        Args:
            subject: what it concerned; it waits for a probe, as after a failure.
        """
        GIVEN_UP.labels(self.name).inc()
        overload.warning("%s: calls are given up, since this process is overloaded", self.name)
        if subject is not None:
            with self._lock:
                self._apart.add(subject)
            self._look()

    def open(self, when: str = "") -> None:
        """Let no call through until a probe finds the service back."""
        with self._lock:
            opens = not self.is_open and not self._stopped.is_set()
            if opens:
                self.state, self.since = State.OPEN, time.monotonic()
        if opens:
            self.opened(when)
            publish(Event(LiveKind.FALLBACK, f"Continuing without {self.name}"))
        self._look()

    def close(self) -> None:
        """Let all calls through."""
        with self._lock:
            before, self.state, self.since = self.state, State.CLOSED, None
            self._failures, self._looking = 0, None
            self._apart.clear()
        self.closed(before)
        if before is State.OPEN:
            publish(Event(LiveKind.FALLBACK, f"Using {self.name} again"))

    def stop(self) -> None:
        """Look for the service no more."""
        self._stopped.set()
        if isinstance(self._looking, asyncio.Task):
            self._looking.cancel()

    def noticed(self) -> None:
        """Tell of a failure that does not yet stop all calls."""
        logger.warning("%s: a call failed (%s)", self.name, self.last_error)

    def opened(self, when: str) -> None:
        """Tell that the service is away: once for an outage, not once for each who notices."""
        logger.warning("%s: away%s (%s); continuing without it", self.name, when, self.last_error)

    def closed(self, before: State) -> None:
        """Tell that the service is back."""
        if before is State.OPEN:
            logger.info("%s: back", self.name)

    def _look(self) -> None:
        """Start looking for the service, unless that is under way."""
        with self._lock:
            if self._looking is not None or self._stopped.is_set():
                return
            if iscoroutinefunction(self._probe):
                self._looking = asyncio.create_task(self._look_in_loop())
                return
            name = f"{self.name}-probe"
            self._looking = threading.Thread(target=self._look_in_thread, name=name, daemon=True)
        self._looking.start()

    async def _look_in_loop(self) -> None:
        while True:
            await asyncio.sleep(self._pause)
            try:
                await cast(Awaitable[object], self._probe())
            except Exception as error:
                self._still_away(error)
            else:
                # Nothing was awaited since the probe ended: what it saw last is still so.
                self.close()
                return

    def _look_in_thread(self) -> None:
        while not self._stopped.wait(self._pause):
            try:
                self._probe()
            except Exception as error:
                self._still_away(error)
            else:
                self.close()
                return

    @property
    def _pause(self) -> float:
        return PROBE_SECONDS if self._probe_seconds is None else self._probe_seconds

    def _still_away(self, error: Exception) -> None:
        if isinstance(error, self._faults):
            self.last_error = self._reason(error)
            logger.debug("%s: still away (%s)", self.name, self.last_error)
        else:
            logger.error("%s: can't be used yet", self.name, exc_info=error)


_made: WeakSet[CircuitBreaker] = WeakSet()


class _Shown(Collector):
    """Shows for each service whether one of the breakers in front of it is open."""

    def describe(self) -> Iterator[Metric]:
        yield self._family()

    def collect(self) -> Iterator[Metric]:
        states: dict[str, bool] = {}
        for breaker in list(_made):
            states[breaker.name] = states.get(breaker.name, False) or breaker.is_open
        family = self._family()
        for service, is_open in sorted(states.items()):
            family.add_metric([service], float(is_open))
        yield family

    def _family(self) -> GaugeMetricFamily:
        return GaugeMetricFamily(
            "whisper_breaker_open", "1 while a service is not asked.", labels=["service"]
        )


REGISTRY.register(_Shown())


def stop_all() -> None:
    """Look for no service any more (tests)."""
    for breaker in list(_made):
        breaker.stop()
