"""Tests of the measure of how late the event loop is."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client import REGISTRY

from whisper.event_loop import watch
from whisper.tests.clock import ClockedLoop


def seconds():
    """Return the sum of what was measured."""
    return REGISTRY.get_sample_value("whisper_event_loop_blocked_seconds_sum")


@pytest.mark.clocked
async def test_work_that_blocks_the_loop_is_measured():
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    assert isinstance(loop, ClockedLoop)
    clock = loop.clock

    def block():
        clock.now += 0.5

    watching = asyncio.create_task(watch(stop))
    await asyncio.sleep(0.2)
    before = seconds()
    loop.call_later(0.02, block)
    await asyncio.sleep(1)
    stop.set()
    await watching
    assert 0.4 < seconds() - before < 0.6
