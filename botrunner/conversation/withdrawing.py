"""Follow what people edit and delete: in the cache immediately, and in all that was made of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from botrunner.conversation.base import Incoming
from botrunner.conversation.queries import pk_of, said_before, stored_of
from botrunner.history import conversation_cache
from botrunner.history.mending import mend
from memories import actions
from memories.actions import clean_to_keep
from memories.wording.memorable import asks_not_to_keep, asks_only_not_to_keep
from whisper.database.access import in_database

# How long after a message “don't remember that” is about it.
STILL_MEANT = timedelta(minutes=10)
# The number of the message before a turn.
BEFORE = -1
# A wish about what was said before it.
_BACK = re.compile(r"\b(?:that|it|what i|das|ça|eso)\b", re.IGNORECASE)


async def follow_edit(
    platform: str,
    channel_id: int,
    platform_id: int,
    *,
    text: str,
    edited_at: datetime,
    mentions: Mapping[int, str] | None = None,
) -> None:
    """Follow an edit; repeating it, or one that came late, changes nothing.

    Args:
        text: the message's new words.
        mentions: whom they mention, by their ids; None leaves them as they are.

    Raises:
        DatabaseUnavailableError: try it again later. The cache says the new words already.
    """
    cache = conversation_cache()
    if not text or asks_not_to_keep(text):
        await cache.delete(channel_id, platform_id)
    else:
        await cache.edit(channel_id, platform_id, clean_to_keep(text))
    changed = await in_database(
        actions.edit_message,
        platform,
        platform_id,
        text=text,
        edited_at=edited_at,
        mentions=mentions,
    )
    if changed:
        # Meanwhile the old text may have been read from the database again.
        await _mend(platform, platform_id)


async def follow_wishes(turn: Sequence[Incoming]) -> None:
    """Keep no longer what a turn asks not to keep without saying it: “don't remember that”.

    That is the message before; where the wish points ahead, the one after it. Both are messages
    that were stored already.
    """
    meant = {
        at
        for number, one in enumerate(turn)
        if asks_only_not_to_keep(one.text)
        for at in _meant(one.text, number)
    }
    if not meant:
        return
    first = turn[0]
    ids = [turn[at].platform_id for at in meant if 0 <= at < len(turn)]
    if BEFORE in meant:
        who, at = (first.person_id, first.channel_id), first.sent_at
        ids += await in_database(said_before, *who, at=at, within=STILL_MEANT)
    for platform_id in ids:
        await follow_edit(
            first.platform, first.channel_id, platform_id, text="", edited_at=timezone.now()
        )


def _meant(wish: str, number: int) -> tuple[int, ...]:
    """Return which messages a wish is about, by their numbers in its turn."""
    if wish.rstrip().endswith(":"):
        return (number + 1,)
    # “This is off the record” may begin what it is about.
    ahead = number == 0 and not _BACK.search(wish)
    return (number - 1, number + 1) if ahead else (number - 1,)


@dataclass(frozen=True, slots=True)
class Deletion:
    """A message that was deleted on its platform."""

    channel_id: int
    platform_id: int
    deleted_at: datetime


async def follow_deletions(platform: str, deletions: Sequence[Deletion]) -> None:
    """Follow many deletions; those of messages that were never stored cost next to nothing.

    Raises:
        DatabaseUnavailableError: try them again later. The messages have left the cache already.
    """
    for one in deletions:
        await conversation_cache().delete(one.channel_id, one.platform_id)
    known = await in_database(stored_of, platform, [one.platform_id for one in deletions])
    for one in deletions:
        if one.platform_id in known:
            await follow_deletion(
                platform, one.channel_id, one.platform_id, deleted_at=one.deleted_at
            )


async def follow_deletion(
    platform: str, channel_id: int, platform_id: int, *, deleted_at: datetime
) -> bool:
    """Follow a deletion and return whether the message was known; repeating it changes nothing.

    Raises:
        DatabaseUnavailableError: try it again later. The message has left the cache already.
    """
    cache = conversation_cache()
    await cache.delete(channel_id, platform_id)
    known = await in_database(actions.delete_message, platform, platform_id, deleted_at=deleted_at)
    await cache.delete(channel_id, platform_id)
    if known:
        await _mend(platform, platform_id)
    return known


async def _mend(platform: str, platform_id: int) -> None:
    """Take quotations out of this process's cache; the worker does the same for Redis."""
    pk = await in_database(pk_of, platform, platform_id)
    if pk is not None:
        await mend(pk)
