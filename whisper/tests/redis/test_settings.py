"""When Redis is used, and at which address."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from whisper.environment import Environment, environment
from whisper.environment.faults import explain
from whisper.redis.connections import redis_url
from whisper.settings.redis import caches, channel_layers, redis_address

URL = "redis://example.org:6379/1"


def address(**values):
    """Return the address that these variables, and nothing else, give."""
    unset = dict.fromkeys(("use_redis_cache", "redis_url", "redis_host", "redis_password"))
    return redis_address(Environment(_env_file=None, **unset | values))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, None),
        ({"redis_url": URL}, URL),
        ({"redis_host": "cache"}, "redis://cache:6379/0"),
        ({"redis_host": "cache", "redis_port": 7, "redis_db": 2}, "redis://cache:7/2"),
        ({"redis_host": "cache", "redis_password": "p@/:"}, "redis://:p%40%2F%3A@cache:6379/0"),
        ({"redis_url": URL, "redis_host": "other"}, URL),
        ({"use_redis_cache": True}, "redis://localhost:6379/0"),
        ({"use_redis_cache": False, "redis_url": URL}, None),
    ],
)
def test_redis_is_used_where_an_address_is_given_and_it_is_not_switched_off(given, expected):
    assert address(**given) == expected


@pytest.mark.parametrize(
    "broken", ["localhost:6379", "http://:hunter2@host", "redis://host:port/0"]
)
def test_a_bad_address_is_shown_without_its_password(broken):
    with pytest.raises(ValidationError) as failure:
        address(redis_url=broken)
    line = explain(failure.value)
    assert line.startswith("REDIS_URL must be a URL such as redis://host:6379/0, got ")
    assert "hunter2" not in line


def test_the_switch_is_read_at_each_call(settings, monkeypatch):
    settings.REDIS_ADDRESS = URL
    assert redis_url() == URL
    monkeypatch.setattr(environment, "use_redis_cache", False)
    assert redis_url() is None


def test_without_redis_cache_and_channel_layer_stay_in_the_process():
    assert "locmem" in caches(None)["default"]["BACKEND"]
    assert "InMemory" in channel_layers(None)["default"]["BACKEND"]
