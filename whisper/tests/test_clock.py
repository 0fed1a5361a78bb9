"""Tests of the loop on which no test waits."""

from __future__ import annotations

import asyncio
import threading

import pytest

pytestmark = pytest.mark.clocked

DAY = 24 * 3600


async def test_a_day_passes_at_once():
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.sleep(DAY)
    assert loop.time() - began == pytest.approx(DAY)


async def test_timers_end_in_their_order():
    ended = []

    async def wait(seconds):
        await asyncio.sleep(seconds)
        ended.append(seconds)

    await asyncio.gather(*(wait(seconds) for seconds in (3 * DAY, DAY, 2 * DAY)))
    assert ended == [DAY, 2 * DAY, 3 * DAY]


async def test_what_a_socket_brings_comes_before_any_timeout():
    async def answer(reader, writer):
        writer.write(await reader.readexactly(1))
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"a")
        async with asyncio.timeout(0.1):
            assert await reader.read() == b"a"
        writer.close()


async def test_no_time_is_skipped_while_a_thread_works():
    release = threading.Event()
    late = asyncio.create_task(asyncio.sleep(DAY))
    working = asyncio.create_task(asyncio.to_thread(release.wait))
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_soon(release.set)
    assert await working
    assert not late.done()
    late.cancel()
