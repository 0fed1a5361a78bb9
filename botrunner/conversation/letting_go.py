"""Leave a reply that nobody waits for any more, wherever that comes to light."""

from __future__ import annotations

from collections.abc import Sequence

from botrunner.conversation.base import Incoming, Surface
from botrunner.conversation.fates import with_reply
from botrunner.history import conversation_cache
from whisper.database.access import in_database


async def let_go(turn: Sequence[Incoming], surface: Surface) -> None:
    """Leave a turn whose messages have a reply, or were taken back.

    What was shown of a reply is taken back, unless the last message has one: another process may
    have finished what this one began.
    """
    latest = turn[-1]
    ids = [one.platform_id for one in turn]
    replied = await in_database(with_reply, latest.platform, ids)
    if latest.platform_id not in replied:
        await surface.take_back()
    if replied:
        await read_again(latest.channel_id)
        return
    for one in turn:
        await conversation_cache().delete(one.channel_id, one.platform_id)


async def read_again(channel_id: int) -> None:
    """Have the next reply in a channel read what was said there from the database.

    Another process may have stored a reply, or an attempt that did not hear that it was stored: the
    cache may lack it.
    """
    await conversation_cache().clear(channel_id)
