"""A spool that is closed while a last event is dealt with."""

from __future__ import annotations

import asyncio

from botrunner.intake import Event, EventKind
from botrunner.intake.spool import Spool


async def test_what_is_dealt_with_while_it_closes_leaves_no_file(tmp_path):
    spool = Spool(tmp_path)
    number, written = spool.append(Event(EventKind.DELETION, channel_id=1, platform_ids=(2,)))
    await written
    assert list(tmp_path.iterdir())
    closing = asyncio.create_task(spool.close())
    await asyncio.sleep(0)  # It has begun: the file is about to be let go of.
    spool.done([number])
    await closing
    assert list(tmp_path.iterdir()) == []
