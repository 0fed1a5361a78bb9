"""Django's cache and the channel layer, with Redis and while it is away."""

from __future__ import annotations

import asyncio
import json
import pickle
import time

import pytest
import redis
from django.core.cache import caches
from django.test import override_settings

from whisper import settings as whisper_settings
from whisper.layer import RedisOrLocalChannelLayer
from whisper.redis import Rest
from whisper.redis_keys import KEYS
from whisper.tests.redis_server import RedisServer


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setattr(Rest, "SECONDS", 0.05)
    with RedisServer(tmp_path) as server:
        yield server


@pytest.fixture
def cache(server):
    with override_settings(CACHES=whisper_settings.caches(server.url)):
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
    assert cache.incr("a") == 2
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


@pytest.mark.parametrize("planted", [pickle.dumps({}), b"{broken", b"\xff"])
def test_a_planted_value_is_a_miss_and_one_line(cache, raw, planted, caplog):
    raw.set(f"{KEYS.cache}:1:key", planted)
    cache.set("other", 1)
    assert cache.get_many(["key", "other"]) == {"other": 1}
    assert cache.get("key", "nothing") == "nothing"
    assert caplog.text.count("not readable") == 1


def test_without_redis_the_process_remembers(cache, server, caplog):
    cache.set("before", 1)
    server.kill()
    cache.set("key", 2)
    assert cache.get("key") == 2
    assert cache.get("before", "nothing") == "nothing"
    assert caplog.text.count("Redis is away") == 1


def test_a_value_set_without_redis_does_not_turn_old_again(cache, server):
    cache.set("key", "old")
    cache.set("untouched", 1)
    server.pause()
    cache.set("key", "new")
    server.resume()
    wait_for(lambda: cache.get("untouched") == 1)
    assert cache.get("key") is None


def test_a_cache_cleared_without_redis_stays_clear(cache, server):
    cache.set("key", "old")
    server.pause()
    cache.clear()
    server.resume()
    cache.set("sign", 1)
    wait_for(lambda: cache.get("sign") is None)
    assert cache.get("key") is None


def wait_for(condition):
    """Ask until the answer is yes."""
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.01)


@pytest.fixture
async def layers(server):
    config = whisper_settings.channel_layers(server.url)["default"]["CONFIG"]
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


def test_each_user_of_redis_has_a_prefix_of_its_own():
    names = [KEYS.cache, KEYS.vectors, KEYS.rates, KEYS.layer, KEYS.probe, KEYS.fence]
    assert len({*names, KEYS.history(1)}) == 7


def test_one_failure_is_enough_for_all_threads_and_caches(server, monkeypatch):
    with override_settings(CACHES=whisper_settings.caches(server.url)):
        caches["rates"].set("key", "old")
        server.pause()
        monkeypatch.setattr(Rest, "SECONDS", 60)
        caches["rates"].set("key", "new")

        async def in_threads():
            def timed():
                began = time.perf_counter()
                found = caches["rates"].get("key"), caches["vectors"].get("key")
                return time.perf_counter() - began, found

            return [await asyncio.to_thread(timed) for _ in range(5)]

        caches["rates"].get("key")
        found = asyncio.run(in_threads())
    assert all(values == ("new", None) for _, values in found)
    assert max(seconds for seconds, _ in found) < 0.05
