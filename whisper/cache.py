"""Django's cache in Redis, with this process's memory while Redis is away."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django_redis.cache import RedisCache
from redis.exceptions import RedisError

from whisper.redis import Rest

logger = logging.getLogger(__name__)

# More keys than this written without Redis, and all of its keys are dropped on the way back.
MOST_LAGGING = 10_000

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
_rests: dict[str, Rest] = {}
_lags: dict[tuple[str, str], _Lag] = {}


class RedisOrLocalCache(BaseCache):
    """Ask Redis; where it fails, answer from memory and leave it alone for some seconds.

    What was written meanwhile is dropped in Redis before it is asked again: a cache may forget, but
    not remember what is no longer so. Values are JSON; what is not readable is a miss.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._redis = RedisCache(server, params)
        self._local = LocMemCache(f"{self.key_prefix}:local", params)
        with _lock:
            # Django makes an instance for each context of threads and tasks: what is known of Redis
            # belongs to the process, and of all its caches one failure is enough.
            self._rest = _rests.setdefault(server, Rest("cache"))
            self._lag = _lags.setdefault((server, self.key_prefix), _Lag())

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return the value of a key."""
        try:
            return self._either("get", key, default, version=version)
        except ValueError:
            logger.warning("cache: dropped a value that is not readable")
            self.delete(key, version=version)
            return default

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """Return the values of the keys that are held."""
        keys = list(keys)
        try:
            found: dict[str, Any] = self._either("get_many", keys, version=version)
        except ValueError:
            missing = object()
            each = {key: self.get(key, missing, version=version) for key in keys}
            return {key: value for key, value in each.items() if value is not missing}
        return found

    def set(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """Hold a value."""
        self._change([key], "set", key, value, timeout, version=version)

    def set_many(
        self,
        data: Mapping[str, Any],
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> list[str]:
        """Hold several values."""
        self._change(data, "set_many", dict(data), timeout, version=version)
        return []

    def add(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Hold a value where none is held."""
        return bool(self._change([key], "add", key, value, timeout, version=version))

    def touch(
        self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Hold a value for longer."""
        return bool(self._either("touch", key, timeout, version=version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Raise a number."""
        return int(self._change([key], "incr", key, delta, version=version))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Drop a value."""
        return bool(self._change([key], "delete", key, version=version))

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        """Drop several values."""
        keys = list(keys)
        self._change(keys, "delete_many", keys, version=version)

    def clear(self) -> None:
        """Drop every value of this cache, and nothing else that Redis holds."""
        self._local.clear()
        done, _ = self._in_redis("delete_pattern", "*")
        if not done:
            self._lag.note_all()

    def has_key(self, key: str, version: int | None = None) -> bool:
        """Tell whether a key is held."""
        return bool(self._either("has_key", key, version=version))

    def _either(self, method: str, *args: Any, **kwargs: Any) -> Any:
        done, result = self._in_redis(method, *args, **kwargs)
        return result if done else getattr(self._local, method)(*args, **kwargs)

    def _change(
        self, keys: Iterable[str], method: str, *args: Any, version: int | None = None
    ) -> Any:
        done, result = self._in_redis(method, *args, version=version)
        if done:
            return result
        self._lag.note((key, version) for key in keys)
        return getattr(self._local, method)(*args, version=version)

    def _in_redis(self, method: str, *args: Any, **kwargs: Any) -> tuple[bool, Any]:
        """Return whether Redis did it, and what it said."""
        if self._rest.lasts:
            return False, None
        try:
            self._drop_lagging()
            result = getattr(self._redis, method)(*args, **kwargs)
        except (RedisError, OSError) as error:
            self._rest.begin(error)
            return False, None
        self._rest.end()
        return True, result

    def _drop_lagging(self) -> None:
        """Drop in Redis what was changed without it; where that fails, it is still to be done."""
        keys, everything = self._lag.take()
        if not keys and not everything:
            return
        try:
            if everything:
                self._redis.delete_pattern("*")
            for key, version in keys:
                self._redis.delete(key, version=version)
        except (RedisError, OSError):
            self._lag.note(keys)
            if everything:
                self._lag.note_all()
            raise
        self._local.clear()
