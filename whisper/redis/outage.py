"""What this process knows of an outage of Redis: told once, and tried in the background."""

from __future__ import annotations

import logging
import os
import threading
import time

import redis
from prometheus_client import Counter, Gauge
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from whisper.addresses import without_password
from whisper.health import Health, register
from whisper.redis.connections import reason, redis_url
from whisper.redis.keys import KEYS, TIMEOUT_SECONDS

logger = logging.getLogger(__name__)

ERRORS = Counter("whisper_redis_errors", "Calls that Redis failed or did not answer.", ["error"])
OUTAGE = Gauge(
    "whisper_redis_outage", "1 while Django's caches and the channel layer go on without Redis."
)
FAULTS = (RedisError, OSError, TimeoutError)


class Outage:
    """An outage of one Redis, as all threads and event loops of the process share it.

    It begins with the first call that fails, whoever made it. Nobody waits for the next attempt: a
    thread tries, and ends the outage.

    Args:
        address: URL of Redis.
    """

    PROBE_SECONDS = 5.0

    def __init__(self, address: str) -> None:
        self.since: float | None = None
        self._address = address
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    @property
    def lasts(self) -> bool:
        """Tell whether Redis is to be left alone now."""
        return self.since is not None

    def begin(self, error: BaseException, *, when: str = "") -> None:
        """Leave Redis alone from now on; one line for an outage, not one for each who notices."""
        ERRORS.labels(type(error).__name__).inc()
        with self._lock:
            if self.since is not None or self._stopped.is_set():
                return
            self.since = time.monotonic()
            OUTAGE.set(1)
        address = without_password(self._address)
        logger.warning("redis: %s is away%s (%s); going on without", address, when, reason(error))
        threading.Thread(target=self._probe, name="redis-probe", daemon=True).start()

    def stop(self) -> None:
        """Try no more."""
        self._stopped.set()
        self._end()

    def _probe(self) -> None:
        client = redis.Redis.from_url(
            self._address,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        with client:
            while not self._stopped.wait(self.PROBE_SECONDS):
                try:
                    # A write: with its memory full, or as a replica, Redis still answers a ping.
                    client.set(KEYS.probe, os.getpid(), ex=60)
                except FAULTS as error:
                    logger.debug("redis: still away (%s)", reason(error))
                else:
                    self._end()
                    logger.info("redis: back")
                    return

    def _end(self) -> None:
        with self._lock:
            self.since = None
            OUTAGE.set(0)


_lock = threading.Lock()
_outages: dict[str, Outage] = {}


def outage(address: str) -> Outage:
    """Return what is known of the Redis at an address."""
    with _lock:
        return _outages.setdefault(address, Outage(address))


def reset() -> None:
    """Forget all outages."""
    with _lock:
        for one in _outages.values():
            one.stop()
        _outages.clear()


@register("caches")
async def _health() -> Health:
    address = redis_url()
    if address is None:
        return Health(True, detail="in process")
    since = outage(address).since
    if since is None:
        return Health(True, detail="Redis")
    seconds = time.monotonic() - since
    return Health(True, degraded=True, detail=f"in process, without Redis for {seconds:.0f} s")
