"""Django's cache in Redis, with this process's memory while Redis is away."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django_redis.cache import RedisCache
from redis.exceptions import ResponseError

from whisper.circuit_breaker import AwayError
from whisper.redis.breaker import FAULTS, process_breaker

logger = logging.getLogger(__name__)

# More keys than this written without Redis, and all of its keys are dropped on the way back.
MOST_LAGGING = 10_000

# What decoding a value raises that is not ours.
UNREADABLE = (ValueError, RecursionError)

Key = tuple[str, int | None]


class _Lag:
    """What was changed while Redis was away, and is older there."""

    def __init__(self) -> None:
        self._keys: set[Key] = set()
        self._all = False

    def note(self, keys: Iterable[Key]) -> None:
        """Note that keys are older in Redis."""
        with _lock:
            self._keys.update(keys)
            if len(self._keys) > MOST_LAGGING:
                self._keys, self._all = set(), True

    def note_all(self) -> None:
        """Note that every key is."""
        with _lock:
            self._all = True

    def take(self) -> tuple[set[Key], bool]:
        """Return what was noted, and whether everything is older; note nothing any more."""
        with _lock:
            taken = self._keys, self._all
            self._keys, self._all = set(), False
            return taken


_lock = threading.Lock()
_lags: dict[tuple[str, str], _Lag] = {}


class RedisOrLocalCache(BaseCache):
    """Ask Redis; while it is away, answer from memory.

    What was written meanwhile is dropped in Redis before it is asked again: a cache may forget, but
    not remember what has changed. Values are JSON; an unreadable one is a miss.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._redis = RedisCache(server, params)
        self._local = LocMemCache(f"{server}:{self.key_prefix}", params)
        self._breaker = process_breaker(server)
        with _lock:
            # Django makes an instance for each context of threads and tasks: what is known of Redis
            # belongs to the process.
            self._lag = _lags.setdefault((server, self.key_prefix), _Lag())

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return the value of a key."""
        try:
            return self._either("get", key, default, version=version)
        except UNREADABLE:
            self._drop_unreadable(key, version)
            return default

    def set(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """Hold a value."""
        self._change(key, "set", key, value, timeout, version=version)

    def add(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Hold a value if none is held."""
        return bool(self._change(key, "add", key, value, timeout, version=version))

    def touch(
        self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Hold a value for longer."""
        return bool(self._either("touch", key, timeout, version=version))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Drop a value."""
        return bool(self._change(key, "delete", key, version=version))

    def clear(self) -> None:
        """Drop every value of this cache, and nothing else that Redis holds."""
        self._local.clear()
        done, _ = self._in_redis("delete_pattern", "*")
        if not done:
            self._lag.note_all()

    def _either(self, method: str, *args: Any, **kwargs: Any) -> Any:
        done, result = self._in_redis(method, *args, **kwargs)
        return result if done else getattr(self._local, method)(*args, **kwargs)

    def _change(self, key: str, method: str, *args: Any, version: int | None = None) -> Any:
        done, result = self._in_redis(method, *args, version=version)
        if done:
            return result
        self._lag.note([(key, version)])
        return getattr(self._local, method)(*args, version=version)

    def _in_redis(self, method: str, *args: Any, **kwargs: Any) -> tuple[bool, Any]:
        """Return whether Redis did it, and what it said.

        Raises:
            ValueError: the key holds another type.
        """
        try:
            return True, self._breaker.call(lambda: self._ask_redis(method, *args, **kwargs))
        except AwayError:
            return False, None

    def _ask_redis(self, method: str, *args: Any, **kwargs: Any) -> Any:
        self._drop_lagging()
        try:
            return getattr(self._redis, method)(*args, **kwargs)
        except ResponseError as error:
            if "WRONGTYPE" in str(error):
                raise ValueError("another type") from None
            raise

    def _drop_unreadable(self, key: str, version: int | None) -> None:
        logger.warning("cache: dropped an unreadable value")
        self.delete(key, version=version)

    def _drop_lagging(self) -> None:
        """Drop in Redis what was changed without it; if that fails, it stays pending."""
        keys, everything = self._lag.take()
        if not keys and not everything:
            return
        try:
            if everything:
                self._redis.delete_pattern("*")
            for version in {version for _, version in keys}:
                self._redis.delete_many([key for key, its in keys if its == version], version)
        except FAULTS:
            self._lag.note(keys)
            if everything:
                self._lag.note_all()
            raise
        self._local.clear()
