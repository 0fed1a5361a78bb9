"""What people get while Redis is away, slow, full, wrong or loading."""

from __future__ import annotations

import asyncio
import logging
import pickle

import pytest

from bench.cache.proxy import Proxy
from botrunner.history import switch
from botrunner.history.switch import SwitchedConversationCache
from botrunner.tests.history.people import ANN, CHANNEL, ids, said
from conftest import require_service
from whisper.circuit_breaker import AwayError, State
from whisper.redis import breaker
from whisper.redis.breaker import EVERY_CHANNEL, RedisBreaker
from whisper.redis.keys import TIMEOUT_SECONDS, Keys
from whisper.tests.clock import ClockedLoop
from whisper.tests.moving import moving
from whisper.tests.redis.redis_server import RedisServer
from whisper.tests.waiting import until

PROBE = 0.1
KEYS = Keys("whisper-test-switch")


@pytest.fixture
def server(tmp_path):
    with RedisServer(tmp_path) as server:
        yield server


@pytest.fixture
async def switched(monkeypatch):
    """Return a maker of caches that are not compared with the database, and close them."""
    made = []

    async def nothing_stale(cache):
        return {}

    monkeypatch.setattr(switch, "stale_channels", nothing_stale)

    def make(url, probe_seconds=PROBE):
        connected = RedisBreaker(url, keys=KEYS, probe_seconds=probe_seconds)
        made.append(SwitchedConversationCache(connected))
        return made[-1]

    yield make
    for cache in made:
        await cache.aclose()


def warnings(caplog):
    """Return what was logged as a warning or worse."""
    return [record.message for record in caplog.records if record.levelno >= logging.WARNING]


async def fill(cache, *numbers):
    """Fill the channel with Ann's messages."""
    await cache.extend(CHANNEL, [said(number) for number in numbers])


async def test_redis_is_used_where_it_answers(switched, server):
    cache = switched(server.url)
    await fill(cache, 1)
    other = switched(server.url)
    assert ids(await other.recent(CHANNEL, 5)) == [1]
    assert (await other.stats()).backend == "redis"


async def test_a_redis_away_at_the_start_is_told_in_one_line(switched, caplog):
    await fill(switched("redis://127.0.0.1:1/0"), 1)
    assert warnings(caplog) == [
        "redis: redis://127.0.0.1:1/0 is away at start (ConnectionError: Connection refused); "
        "continuing without it"
    ]


@pytest.mark.clocked
async def test_without_redis_the_start_is_quick_and_degraded(switched, server, caplog, waited):
    server.kill()
    cache = switched(server.url)
    await fill(cache, 1)
    assert waited() < 5
    assert not await cache.healthy()
    assert ids(await cache.recent(CHANNEL, 5)) == [1]
    assert "away at start" in caplog.text


async def test_redis_lost_in_flight_fails_no_request(switched, server):
    cache = switched(server.url)
    await fill(cache, 1)
    server.kill()
    with moving("whisper_redis_errors_total", "whisper_redis_state"):
        for number in range(2, 10):
            await cache.append(said(number, channel=number))
            assert await cache.recent(number, 5) is None
    assert cache.breaker.state is State.OPEN


async def test_one_failure_sets_one_channel_apart(switched, server):
    cache = switched(server.url, probe_seconds=60)
    await cache.healthy()
    server.pause()
    await cache.recent(CHANNEL, 5)
    server.resume()
    await cache.extend(CHANNEL + 1, [])
    assert cache.breaker.state is State.CLOSED
    assert await cache.redis.recent(CHANNEL + 1, 5) == []
    await fill(cache, 1)
    assert await cache.redis.recent(CHANNEL, 5) is None


async def test_what_was_written_without_redis_is_not_missing_after_the_switch_back(
    switched, server
):
    cache = switched(server.url)
    await fill(cache, 1)
    server.pause()
    await cache.append(said(2))
    server.resume()
    await until(lambda: cache.breaker.allows(CHANNEL))
    # Redis held message 1 alone; the database has both.
    assert await cache.recent(CHANNEL, 5) is None


async def test_what_another_process_wrote_meanwhile_is_served_after_the_switch_back(
    switched, server
):
    async with Proxy("127.0.0.1", server.port) as proxy:
        cache, other = switched(f"redis://127.0.0.1:{proxy.port}/0"), switched(server.url)
        await fill(cache, 1)
        proxy.black_hole = True
        assert await cache.recent(CHANNEL, 5) is None
        await fill(cache, 1)
        await other.append(said(2))
        proxy.black_hole = False
        await until(lambda: cache.breaker.allows(CHANNEL))
        assert ids(await cache.recent(CHANNEL, 5)) == [1, 2]


@pytest.mark.parametrize(
    ("change", "arguments"), [("edit", (CHANNEL, 1, "new")), ("delete", (CHANNEL, 1))]
)
async def test_a_change_made_without_redis_reaches_it(switched, server, change, arguments):
    cache = switched(server.url)
    await fill(cache, 1)
    server.pause()
    await getattr(cache, change)(*arguments)
    server.resume()
    await until(lambda: cache.breaker.allows(CHANNEL))
    assert await cache.recent(CHANNEL, 5) is None


async def test_a_person_forgotten_without_redis_is_forgotten_there_before_it_is_used(
    switched, server, monkeypatch
):
    monkeypatch.setattr(switch, "SWEEP_SECONDS", 0.1)
    cache = switched(server.url)
    await fill(cache, 1)
    server.pause()
    await cache.forget(ANN)
    await cache.clear(CHANNEL + 1)
    server.resume()
    await until(lambda: cache.breaker.allows(EVERY_CHANNEL))
    assert await cache.recent(CHANNEL, 5) == []


async def test_everything_cleared_without_redis_is_cleared_there(switched, server, monkeypatch):
    monkeypatch.setattr(switch, "SWEEP_SECONDS", 0.1)
    cache = switched(server.url)
    await fill(cache, 1)
    server.pause()
    await cache.clear()
    server.resume()
    await until(lambda: cache.breaker.allows(EVERY_CHANNEL))
    assert await cache.recent(CHANNEL, 5) is None


async def test_a_killed_and_restarted_redis_is_used_again(switched, server, caplog):
    caplog.set_level(logging.INFO, "whisper.circuit_breaker")
    cache = switched(server.url)
    await cache.healthy()
    server.kill()
    for number in range(5):
        await cache.recent(number, 5)
    assert cache.breaker.state is State.OPEN
    server.start()
    await until(lambda: cache.breaker.allows(EVERY_CHANNEL))
    await fill(cache, 1)
    assert ids(await cache.redis.recent(CHANNEL, 5)) == [1]
    assert caplog.text.count("is away") == 1


async def test_a_write_during_the_switch_back_is_not_missed(switched, server):
    cache = switched(server.url)
    await fill(cache, 1)
    server.pause()
    await cache.append(said(2))
    real = cache.redis.clear

    async def write_once_more(channel_id):
        await real(channel_id)
        await cache.redis.extend(CHANNEL, [said(1), said(2)])  # another process fills it again
        cache.redis.clear = real
        await cache.append(said(3))

    cache.redis.clear = write_once_more
    server.resume()
    await until(lambda: cache.breaker.allows(CHANNEL))
    assert await cache.recent(CHANNEL, 5) is None


@pytest.mark.clocked
async def test_a_black_hole_costs_little_until_the_breaker_opens_and_nothing_after(
    switched, server, waited
):
    loop = asyncio.get_running_loop()
    assert isinstance(loop, ClockedLoop)
    async with Proxy("127.0.0.1", server.port) as proxy:
        cache = switched(f"redis://127.0.0.1:{proxy.port}/0", probe_seconds=60)
        with loop.as_usual():
            await cache.healthy()
        proxy.black_hole = True
        for number in range(1, breaker.FAILURES_TO_OPEN + 1):
            before = waited()
            await use(cache, number)
            assert waited() - before == pytest.approx(TIMEOUT_SECONDS)
        assert cache.breaker.state is State.OPEN
        before = waited()
        for channel in range(1000, 1200):
            await use(cache, channel)
        assert waited() == before


async def use(cache, channel):
    """Do what one message does with the cache."""
    await cache.recent(channel, 15)
    await cache.append(said(1, channel=channel))
    await cache.append(said(2, channel=channel))


async def test_a_wrong_password_degrades_with_one_line_that_does_not_show_it(
    switched, tmp_path, caplog
):
    with RedisServer(tmp_path, "--requirepass", "right") as server:
        cache = switched(server.url.replace("redis://", "redis://:mistaken@"), probe_seconds=60)
        await fill(cache, 1)
    assert ids(await cache.recent(CHANNEL, 5)) == [1]
    assert caplog.text.count("the password is wrong") == 1
    assert "mistaken" not in caplog.text


async def test_a_full_redis_degrades_with_one_line(switched, server, caplog):
    cache = switched(server.url)
    await fill(cache, 1)
    await cache.redis._client.config_set("maxmemory", "1")
    for number in range(2, 9):
        await cache.append(said(number))
        await cache.extend(number, [])
    assert cache.breaker.state is State.OPEN
    assert "OutOfMemory" in cache.breaker.last_error
    caplog.set_level(logging.DEBUG, "whisper.circuit_breaker")
    await until(lambda: caplog.text.count("still away") >= 3)
    assert cache.breaker.state is State.OPEN, "a full Redis is not used again"
    assert len(warnings(caplog)) == 1
    await cache.redis._client.config_set("maxmemory", "0")
    await until(lambda: cache.breaker.allows(EVERY_CHANNEL))


@pytest.mark.heavy
async def test_a_redis_that_still_loads_degrades_until_it_is_ready(switched, server, caplog):
    await fill(switched(server.url), 1)
    await asyncio.to_thread(server.start_loading)
    await asyncio.to_thread(server.wait_until_loading)
    reborn = switched(server.url)
    await fill(reborn, 2)
    assert reborn.breaker.state is State.OPEN
    assert ids(await reborn.recent(CHANNEL, 5)) == [2]
    await asyncio.to_thread(server.finish_loading)
    await until(lambda: reborn.breaker.allows(EVERY_CHANNEL))
    assert ids(await reborn.recent(CHANNEL, 5)) == [1]
    assert len(warnings(caplog)) == 1


@pytest.mark.parametrize(
    ("planted", "why"),
    [
        (pickle.dumps({"id": 1}), "another format|JSONDecodeError|UnicodeDecodeError"),
        (b"", "JSONDecodeError"),
        (b"0" * 20 + b"{broken", "JSONDecodeError"),
        (b"0" * 20 + b'{"format": 0}', "KeyError"),
        (b"0" * 20 + b"[" * 100_000, "RecursionError|JSONDecodeError"),
        (b"0" * 20 + b"7", "TypeError"),
    ],
)
async def test_a_planted_value_is_a_miss_and_one_line(switched, planted, why, caplog):
    cache = switched(require_service("redis"))
    await fill(cache, 1)
    await cache.breaker.client.hset(KEYS.history(CHANNEL), f"{2:020d}", planted)
    assert await cache.recent(CHANNEL, 5) is None
    assert len(warnings(caplog)) == 1
    assert any(one in warnings(caplog)[0] for one in why.split("|"))
    await fill(cache, 1)
    assert ids(await cache.recent(CHANNEL, 5)) == [1]
    await cache.clear(CHANNEL)


async def test_a_planted_pickle_is_never_loaded(switched, tmp_path):
    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "exploded"), "w"))

    cache = switched(require_service("redis"))
    key = KEYS.history(CHANNEL)
    await cache.breaker.client.hset(key, mapping={"filled": 1, f"{1:020d}": pickle.dumps(Bomb())})
    assert await cache.recent(CHANNEL, 5) is None
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("operation", ["recent", "append", "extend", "edit", "delete", "forget"])
async def test_a_key_of_another_type_is_dropped_with_one_line(switched, operation, caplog):
    cache = switched(require_service("redis"))
    await cache.clear(CHANNEL)
    await cache.breaker.client.rpush(KEYS.history(CHANNEL), "a list")
    arguments = {
        "recent": (CHANNEL, 5),
        "append": (said(1),),
        "extend": (CHANNEL, [said(1)]),
        "edit": (CHANNEL, 1, "text"),
        "delete": (CHANNEL, 1),
        "forget": (ANN,),
    }
    await getattr(cache, operation)(*arguments[operation])
    assert len(warnings(caplog)) == 1
    assert cache.breaker.allows(CHANNEL)
    await cache.clear(CHANNEL)


async def test_a_message_of_another_channel_is_not_shown(switched):
    cache = switched(require_service("redis"))
    await cache.extend(CHANNEL + 1, [said(1, channel=CHANNEL + 1)])
    await cache.breaker.client.rename(KEYS.history(CHANNEL + 1), KEYS.history(CHANNEL))
    assert await cache.recent(CHANNEL, 5) is None


async def test_a_message_of_another_id_is_not_shown(switched, caplog):
    cache = switched(require_service("redis"))
    await fill(cache, 1)
    key = KEYS.history(CHANNEL)
    await cache.breaker.client.hset(
        key, f"{2:020d}", await cache.breaker.client.hget(key, f"{1:020d}")
    )
    assert await cache.recent(CHANNEL, 5) is None
    assert len(warnings(caplog)) == 1


async def test_a_message_out_of_order_is_not_shown(switched):
    cache = switched(require_service("redis"))
    await fill(cache, 1, 2)
    key, name = KEYS.history(CHANNEL), f"{2:020d}"
    value = await cache.breaker.client.hget(key, name)
    await cache.breaker.client.hset(key, name, b"0" * 20 + value[20:])
    assert await cache.recent(CHANNEL, 5) is None


@pytest.mark.parametrize("fault", [TimeoutError, OSError, ValueError])
async def test_what_was_not_compared_with_the_database_is_not_used(
    switched, server, monkeypatch, fault, caplog
):
    await fill(switched(server.url), 1)

    async def fail(cache):
        raise fault

    monkeypatch.setattr(switch, "stale_channels", fail)
    reborn = switched(server.url)
    assert await reborn.recent(CHANNEL, 5) is None
    assert reborn.breaker.state is State.CLOSED
    assert len(warnings(caplog)) == 1
    await fill(reborn, 2)
    assert ids(await reborn.redis.recent(CHANNEL, 5)) == [2]


async def test_a_comparison_that_takes_too_long_is_as_good_as_none(switched, server, monkeypatch):
    await fill(switched(server.url), 1)
    monkeypatch.setattr(switch, "VERIFY_SECONDS", 0.05)
    monkeypatch.setattr(switch, "stale_channels", lambda cache: asyncio.Event().wait())
    assert await switched(server.url).recent(CHANNEL, 5) is None


async def test_a_channel_in_an_older_layout_is_a_miss_and_one_line(switched, server, caplog):
    cache = switched(server.url)
    older = KEYS.history(CHANNEL).replace(":1:", ":0:")
    await cache.breaker.client.hset(older, mapping={"filled": 1, "1": pickle.dumps({"id": 1})})
    assert await cache.recent(CHANNEL, 5) is None
    assert caplog.text.count("older format") == 1


async def test_an_evicted_channel_is_a_miss(switched):
    cache = switched(require_service("redis"))
    await fill(cache, 1)
    await cache.breaker.client.delete(KEYS.history(CHANNEL))
    assert await cache.recent(CHANNEL, 5) is None


async def test_health_tells_the_store_the_hit_rate_and_when_it_is_degraded(switched, server):
    cache = switched(server.url, probe_seconds=60)
    await fill(cache, 1)
    for channel in (CHANNEL, CHANNEL, CHANNEL, CHANNEL + 1):
        await cache.recent(channel, 5)
    health = await cache.health()
    assert (health.status, health.detail) == ("ok", "Redis, 75.0% of 4 reads hit")
    server.kill()
    for channel in range(5):
        await cache.recent(channel, 5)
    health = await cache.health()
    assert health.status == "degraded"
    assert health.detail.startswith("in process, Redis away for 0 s (")
    assert (await SwitchedConversationCache().health()).detail == "in process"


async def test_what_uses_redis_first_does_not_skip_what_the_cache_puts_right(server, monkeypatch):
    """A conversation takes its turn before it asks for history."""
    compared = []

    async def compare(cache):
        compared.append(cache)
        return {}

    monkeypatch.setattr(switch, "stale_channels", compare)
    connected = RedisBreaker(server.url)
    await connected.acall(connected.client.ping, subject=CHANNEL)
    cache = SwitchedConversationCache(connected)
    assert not compared
    await cache.recent(CHANNEL, 5)
    assert compared == [cache.redis]
    await cache.aclose()


async def test_what_can_t_be_put_right_at_the_start_is_nobody_s_exception(server, caplog):
    connected = RedisBreaker(server.url, keys=KEYS, probe_seconds=PROBE)
    faults = [ValueError]

    async def put_right():
        if faults:
            raise faults.pop()

    connected.before_use(put_right)
    with pytest.raises(AwayError):
        await connected.acall(connected.client.ping, subject=CHANNEL)
    assert len(warnings(caplog)) == 1
    await until(lambda: connected.allows(CHANNEL))
    await connected.aclose()


async def test_an_open_breaker_says_so():
    connected = RedisBreaker("redis://127.0.0.1:1/0", probe_seconds=60)
    with pytest.raises(AwayError):
        await connected.acall(connected.client.ping, subject=EVERY_CHANNEL)
    await connected.aclose()
