"""Django's cache and the channel layer, with Redis and while it is away."""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
from functools import partial

import pytest
import redis
from django.conf import settings
from django.core.cache import caches
from django.test import override_settings
from django_redis.cache import RedisCache
from prometheus_client import REGISTRY

from whisper import health
from whisper.redis import breaker
from whisper.redis.channel_layer import RedisOrLocalChannelLayer
from whisper.redis.keys import KEYS
from whisper.settings import redis as redis_settings
from whisper.tests.redis.redis_server import RedisServer
from whisper.tests.waiting import wait_until


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setattr("whisper.circuit_breaker.PROBE_SECONDS", 0.05)
    with RedisServer(tmp_path) as server:
        yield server


@pytest.fixture
def cache(server):
    with override_settings(CACHES=redis_settings.caches(server.url)):
        yield caches["default"]


@pytest.fixture
def raw(server):
    with redis.Redis.from_url(server.url) as client:
        yield client


def test_values_are_json_under_a_prefix_of_their_own(cache, raw):
    cache.set("key", {"a": 1})
    assert json.loads(raw.get(f"{KEYS.cache}:1:key")) == {"a": 1}
    assert cache.get("key") == {"a": 1}


def test_everything_a_cache_does_works(cache):
    cache.set_many({"a": 1, "b": 2}, timeout=60)
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    assert cache.get("a") == 1
    assert not cache.add("a", 7)
    assert cache.touch("a", 60)
    assert "a" in cache
    cache.delete("a")
    cache.delete_many(["b"])
    assert cache.get("a", "nothing") == "nothing"
    assert "b" not in cache


def test_clearing_leaves_what_else_redis_holds(cache, raw):
    raw.set("whisper:history:1:5", "kept")
    cache.set("key", 1)
    cache.clear()
    assert cache.get("key") is None
    assert raw.get("whisper:history:1:5") == b"kept"


def plant(raw, value, key=f"{KEYS.cache}:1:key"):
    """Put something under a key, a list where it is one."""
    if isinstance(value, list):
        raw.rpush(key, *value)
    else:
        raw.set(key, value)


PLANTED = [pickle.dumps({}), b"{broken", b"\xff", b"[" * 100_000, b"9" * 5000, ["a list"]]


@pytest.mark.parametrize("planted", PLANTED, ids=range(len(PLANTED)))
def test_a_planted_value_is_a_miss_and_one_line(cache, raw, planted, caplog):
    plant(raw, planted)
    cache.set("other", 1)
    assert cache.get_many(["key", "other"]) == {"other": 1}
    assert cache.get("key", "nothing") == "nothing"
    assert lines(caplog) == ["cache: dropped an unreadable value"]
    assert cache.add("key", 1)


def test_a_planted_pickle_is_never_loaded(cache, raw, tmp_path):
    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "exploded"), "w"))

    plant(raw, pickle.dumps(Bomb()))
    assert cache.get("key") is None
    assert not (tmp_path / "exploded").exists()


def test_a_value_of_an_older_version_is_a_miss(cache, raw):
    plant(raw, "1", f"{KEYS.cache}:0:key")
    assert cache.get("key") is None


def test_a_wrong_password_is_a_miss_and_one_line_that_does_not_show_it(tmp_path, caplog):
    with RedisServer(tmp_path, "--requirepass", "right") as server:
        url = server.url.replace("redis://", "redis://:mistaken@")
        with override_settings(CACHES=redis_settings.caches(url)):
            caches["default"].set("key", 1)
            assert caches["default"].get("key") == 1
    assert len(lines(caplog)) == 1
    assert "the password is wrong" in caplog.text
    assert "mistaken" not in caplog.text


def test_a_full_redis_is_told_once_although_it_answers_reads(cache, raw, caplog):
    raw.config_set("maxmemory-policy", "noeviction")
    raw.config_set("maxmemory", "1")
    address = settings.CACHES["default"]["LOCATION"]
    caplog.set_level(logging.DEBUG, "whisper.circuit_breaker")
    for number in range(5):
        cache.set("key", number)
        assert cache.get("key") == number
        assert breaker.process_breaker(address).is_open
        wait_until(partial(tried_more_than, number, caplog))
    assert [line.partition("(")[2] for line in lines(caplog)] == [
        "maxmemory); continuing without it"
    ]
    raw.config_set("maxmemory", "0")
    wait_until(lambda: not breaker.process_breaker(address).is_open)


@pytest.mark.heavy
def test_a_redis_that_still_loads_is_a_miss_and_one_line(cache, server, caplog):
    cache.set("key", "kept")
    server.start_loading()
    assert cache.get("key") is None
    server.wait_until_loading()
    assert cache.get("key") is None
    server.finish_loading()
    wait_until(lambda: cache.get("key") == "kept")
    assert len(lines(caplog)) == 1


def test_a_probe_lets_nobody_wait(cache, server, monkeypatch, caplog):
    """While Redis hangs, attempts are made beside what people ask for."""
    cache.set("key", 1)
    server.pause()
    cache.get("key")
    caplog.set_level(logging.DEBUG, "whisper.circuit_breaker")
    ask_redis_no_more(monkeypatch)

    def asked_beside_probes():
        cache.get("key")
        return tried_more_than(2, caplog)

    wait_until(asked_beside_probes)


def ask_redis_no_more(monkeypatch):
    """Let a call that would wait for Redis fail instead."""

    def fail(*args, **kwargs):
        pytest.fail("somebody waited for Redis")

    monkeypatch.setattr(RedisCache, "get", fail)
    monkeypatch.setattr(RedisCache, "set", fail)


def tried_more_than(count, caplog):
    """Return whether Redis was tried in vain more often than that."""
    return caplog.text.count("still away") > count


async def test_the_state_of_the_caches_is_in_health_and_metrics(server, settings):
    settings.REDIS_ADDRESS = server.url
    with override_settings(CACHES=redis_settings.caches(server.url)):
        cache = caches["default"]
        cache.get("key")
        caches_now = (await health.report())["caches"]
        assert (caches_now.ok, caches_now.degraded, caches_now.detail) == (True, False, "Redis")
        assert REGISTRY.get_sample_value("whisper_redis_outage") == 0
        server.kill()
        cache.get("key")
    report = (await health.report())["caches"]
    assert report.degraded
    assert "Redis away for 0 s" in report.detail
    assert REGISTRY.get_sample_value("whisper_redis_outage") == 1
    of_loop = breaker.redis_breaker()
    assert of_loop is not None
    await of_loop.aclose()
    breaker.reset()


def lines(caplog):
    """Return what was logged as a warning or worse."""
    return [record.message for record in caplog.records if record.levelno >= logging.WARNING]


def test_without_redis_the_process_remembers(cache, server, caplog):
    cache.set("before", 1)
    server.kill()
    cache.set("key", 2)
    assert cache.get("key") == 2
    assert cache.get("before", "nothing") == "nothing"
    assert caplog.text.count("is away") == 1


def test_a_value_set_without_redis_does_not_turn_old_again(cache, server):
    cache.set("key", "old")
    cache.set("untouched", 1)
    server.pause()
    cache.set("key", "new")
    server.resume()
    wait_until(lambda: cache.get("untouched") == 1)
    assert cache.get("key") is None


def test_a_cache_cleared_without_redis_stays_clear(cache, server):
    cache.set("key", "old")
    server.pause()
    cache.clear()
    server.resume()
    cache.set("sign", 1)
    wait_until(lambda: cache.get("sign") is None)
    assert cache.get("key") is None


@pytest.fixture
async def layers(server):
    config = redis_settings.channel_layers(server.url)["default"]["CONFIG"]
    both = [RedisOrLocalChannelLayer(**config) for _ in range(2)]
    yield both
    for layer in both:
        await layer.flush()


async def member(layer, group="news"):
    """Return a channel of the layer that is in the group."""
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    return channel


async def receive(layer, channel):
    async with asyncio.timeout(5):
        return await layer.receive(channel)


async def test_a_group_is_heard_in_every_process(layers):
    channels = [await member(layer) for layer in layers]
    await layers[0].group_send("news", {"type": "told"})
    for layer, channel in zip(layers, channels, strict=True):
        assert await receive(layer, channel) == {"type": "told"}


async def test_without_redis_a_group_is_heard_in_the_process(layers, server):
    server.kill()
    layer = layers[0]
    channel = await member(layer)
    await layer.group_send("news", {"type": "told"})
    await layer.send(channel, {"type": "direct"})
    assert await receive(layer, channel) == {"type": "told"}
    assert await receive(layer, channel) == {"type": "direct"}


async def test_a_group_joined_without_redis_is_heard_everywhere_once_it_is_back(layers, server):
    server.kill()
    channel = await member(layers[0])
    server.start()

    async def call_until_heard():
        heard = asyncio.create_task(layers[0].receive(channel))
        while not heard.done():
            await layers[1].group_send("news", {"type": "told"})
            await asyncio.wait([heard], timeout=0.05)
        return heard.result()

    async with asyncio.timeout(10):
        assert await call_until_heard() == {"type": "told"}


NONSENSE = [
    b"",
    b"{broken",
    pickle.dumps({}),
    b"\x91" * 100_000,
    b"\xa4text",
    b"\x81\xa2no\xa4type",
]


@pytest.mark.parametrize("planted", NONSENSE, ids=range(len(NONSENSE)))
async def test_a_planted_message_is_passed_over_with_one_line(layers, raw, planted, caplog):
    channel = await member(layers[0])
    raw.publish(f"{KEYS.layer}__group__news", planted)
    await layers[0].group_send("news", {"type": "told"})
    assert await receive(layers[0], channel) == {"type": "told"}
    assert lines(caplog) == ["channel layer: dropped an unreadable message"]


async def test_with_a_wrong_password_a_group_is_heard_in_the_process(tmp_path, caplog):
    with RedisServer(tmp_path, "--requirepass", "right") as server:
        config = redis_settings.channel_layers(server.url)["default"]["CONFIG"]
        layer = RedisOrLocalChannelLayer(**config)
        channel = await member(layer)
        await layer.group_send("news", {"type": "told"})
        assert await receive(layer, channel) == {"type": "told"}
        assert len(lines(caplog)) == 1
        await layer.flush()


def test_each_user_of_redis_has_a_prefix_of_its_own():
    names = [KEYS.cache, KEYS.rate("1"), KEYS.layer, KEYS.probe, KEYS.fence]
    assert len({*names, KEYS.history(1), KEYS.claim(1), KEYS.turn(1, 1)}) == 8


def test_one_failure_is_enough_for_all_threads(server, monkeypatch):
    with override_settings(CACHES=redis_settings.caches(server.url)):
        caches["default"].set("key", "old")
        server.pause()
        monkeypatch.setattr("whisper.circuit_breaker.PROBE_SECONDS", 60)
        caches["default"].set("key", "new")

        ask_redis_no_more(monkeypatch)

        async def in_threads():
            return [await asyncio.to_thread(lambda: caches["default"].get("key")) for _ in range(5)]

        caches["default"].get("key")
        assert asyncio.run(in_threads()) == ["new"] * 5
