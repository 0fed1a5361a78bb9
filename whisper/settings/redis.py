"""How Redis is reached, and what stands in for it where there is none."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from whisper.environment import Environment
from whisper.redis.keys import KEYS, TIMEOUT_SECONDS


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
    local = "django.core.cache.backends.locmem.LocMemCache"
    in_process = {
        name: {"BACKEND": local, "LOCATION": name, "OPTIONS": {"MAX_ENTRIES": most}}
        for name, most in (("rates", 10_000), ("vectors", 2_000))
    }
    if address is None:
        return {**in_process, "default": {"BACKEND": local, "LOCATION": "default"}}
    # Not needed without Redis, and not free at the start.
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    options = {
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
