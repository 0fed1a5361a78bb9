"""Compare what the cache holds with the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from botrunner.history.base import CachedMessage
from botrunner.history.redis import RedisConversationCache
from memories import queries
from memories.models import Message
from whisper.db import in_database

# More than can wait for an answer in one channel, as a rule.
NEWEST = 10


async def stale_channels(cache: RedisConversationCache) -> dict[int, str]:
    """Return the channels that hold less than the record, or an older text, each with the reason.

    What was said, edited or deleted while Redis was away, by a process that has ended since, shows
    up here.
    """
    held = {channel_id: await cache.held(channel_id) for channel_id in await cache.channels()}
    return await in_database(_stale, held)


def _stale(held: Mapping[int, Sequence[CachedMessage]]) -> dict[int, str]:
    changed = queries.changed_messages(
        held, since=min((one.sent_at for all_of in held.values() for one in all_of), default=None)
    )
    reasons: dict[int, str] = {}
    for channel_id, messages in held.items():
        texts = {message.id: message.text for message in messages}
        if not _newest_answered(channel_id) <= texts.keys():
            reasons[channel_id] = "a newer message is in the record"
        for message_id, text in changed.get(channel_id, {}).items():
            if texts.get(message_id, text) != text:
                reasons[channel_id] = "a message was edited or deleted"
    return reasons


def _newest_answered(channel_id: int) -> set[int]:
    """Return the id of a channel's newest message; one that is being answered is not cached yet."""
    rows = queries.recent_messages(channel_id, limit=NEWEST)
    done = [row.message_id for row in rows if row.answer != Message.Answer.PENDING]
    return set(done[-1:])
