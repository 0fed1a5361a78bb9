"""How Redis is reached, and what stands in for it where there is none."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from whisper.environment import Environment
from whisper.redis.keys import KEYS, TIMEOUT_SECONDS

# Entries of a cache in process. Among them are tries to sign in: where there is room for few,
# whoever makes many pushes out the counts of others.
MOST = 10_000


def redis_address(env: Environment) -> str | None:
    """Return the URL of Redis, or None if none is configured or it is switched off."""
    if env.use_redis_cache is False:
        return None
    if env.redis_url:
        return env.redis_url.get_secret_value()
    if env.redis_host or env.use_redis_cache:
        secret = env.redis_password.get_secret_value() if env.redis_password else ""
        password = f":{quote(secret, safe='')}@" if secret else ""
        host = env.redis_host or "localhost"
        return f"redis://{password}{host}:{env.redis_port}/{env.redis_db}"
    return None


def caches(address: str | None) -> dict[str, Any]:
    """Return Django's caches; the default one in Redis if configured.

    Rates are counted in Redis without Django; what is not, is counted in this process. Vectors of
    what people ask stay in it.
    """
    in_process = {
        name: _in_process(name, most) for name, most in (("rates", MOST), ("vectors", 2_000))
    }
    if address is None:
        return {**in_process, "default": _in_process("default", MOST)}
    # Not needed without Redis, and not free at the start.
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    options = {
        # Of what stands in while Redis is away.
        "MAX_ENTRIES": MOST,
        "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
        "SOCKET_TIMEOUT": TIMEOUT_SECONDS,
        "SOCKET_CONNECT_TIMEOUT": TIMEOUT_SECONDS,
        "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 0)},
    }
    in_redis = {
        "BACKEND": "whisper.redis.cache.RedisOrLocalCache",
        "LOCATION": address,
        "KEY_PREFIX": KEYS.cache,
        "OPTIONS": options,
    }
    return {**in_process, "default": in_redis}


def _in_process(name: str, most: int) -> dict[str, Any]:
    return {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": name,
        "OPTIONS": {"MAX_ENTRIES": most},
    }


def channel_layers(address: str | None) -> dict[str, Any]:
    """Return the channel layer: over Redis if configured, else in process."""
    if address is None:
        return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    host = {
        "address": address,
        "socket_timeout": TIMEOUT_SECONDS,
        "socket_connect_timeout": TIMEOUT_SECONDS,
    }
    return {
        "default": {
            "BACKEND": "whisper.redis.channel_layer.RedisOrLocalChannelLayer",
            "CONFIG": {"hosts": [host], "prefix": KEYS.layer},
        }
    }
