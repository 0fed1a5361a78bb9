"""Compare what the cache holds with the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from botrunner.history.base import CachedMessage
from botrunner.history.redis import RedisConversationCache
from memories import queries
from whisper.database.access import in_database


async def stale_channels(cache: RedisConversationCache) -> dict[int, str]:
    """Return the channels that hold less than the database, or an older text, each with the reason.

    What was said, edited or deleted while Redis was away, by a process that has ended since, shows
    up here.
    """
    return await in_database(_stale, await cache.held(await cache.channels()))


def _stale(held: Mapping[int, Sequence[CachedMessage]]) -> dict[int, str]:
    oldest = {
        channel_id: min((one.sent_at for one in messages), default=None)
        for channel_id, messages in held.items()
    }
    # A message that is being answered is not cached yet.
    newest = queries.newest_answered(oldest)
    since = min((at for at in oldest.values() if at is not None), default=None)
    changed = queries.changed_messages(held, since=since)
    reasons: dict[int, str] = {}
    for channel_id, messages in held.items():
        texts = {message.id: message.text for message in messages}
        if newest.get(channel_id) not in (None, *texts):
            reasons[channel_id] = "a newer message is in the database"
        for platform_id, text in changed.get(channel_id, {}).items():
            if texts.get(platform_id, text) != text:
                reasons[channel_id] = "a message was edited or deleted"
    return reasons
