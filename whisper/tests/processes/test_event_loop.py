"""Tests of the measure of how late the event loop is."""

from __future__ import annotations

import asyncio
import math
import time

import pytest
from prometheus_client import REGISTRY

from whisper.processes import event_loop
from whisper.processes.event_loop import watch
from whisper.tests.clock import ClockedLoop
from whisper.tests.moving import moving


def seconds(of="blocked"):
    """Return the sum of what was measured."""
    return REGISTRY.get_sample_value(f"whisper_event_loop_{of}_seconds_sum")


@pytest.mark.clocked
@pytest.mark.parametrize(("computes", "least", "most"), [(True, 0.4, 0.6), (False, 0.0, 0.01)])
async def test_what_keeps_the_loop_is_measured_and_whether_it_computed_itself(
    monkeypatch, computes, least, most
):
    monkeypatch.setattr(event_loop, "_last_late", -math.inf)
    began = time.monotonic()
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    assert isinstance(loop, ClockedLoop)
    clock = loop.clock

    def block():
        clock.now += 0.5

    watching = asyncio.create_task(watch(stop, computed=lambda: clock.now if computes else 0.0))
    await asyncio.sleep(0.2)
    before, computed_before = seconds(), seconds("computing")
    assert not event_loop.was_late(began)
    loop.call_later(0.02, block)
    with moving("whisper_event_loop_blocked_seconds_bucket"):
        await asyncio.sleep(1)
    stop.set()
    await watching
    assert 0.4 < seconds() - before < 0.6
    assert event_loop.was_late(began)
    assert not event_loop.was_late(time.monotonic())
    assert least <= seconds("computing") - computed_before < most
