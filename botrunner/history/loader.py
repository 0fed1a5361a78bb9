"""Fill a cold channel: from the database first, from the platform what the database lacks."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from botrunner.history import conversation_cache
from botrunner.history.base import CLAIM_SECONDS, CachedMessage, ConversationCache
from botrunner.history.convert import from_row
from botrunner.history.memory import newest
from memories import queries
from memories.actions import clean_to_keep
from memories.wording.memorable import asks_not_to_keep
from profiles.queries import who_agree
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.logs import Seldom

logger = logging.getLogger(__name__)
# While the platform is away, each cold channel would say so.
logger.addFilter(Seldom(60.0))

# Returns up to a number of the channel's newest messages from the platform, in any order.
FetchMore = Callable[[int], Awaitable[Sequence[CachedMessage]]]

# Shorter than a claim lasts, so that a slow platform does not cost the claim.
FETCH_SECONDS = CLAIM_SECONDS / 2
POLL_SECONDS = 0.02
# Each edit or deletion in a channel voids what is being read of it, and hundreds may come at once.
MOST_READINGS = 3


async def warm(
    channel_id: int,
    limit: int,
    fetch_more: FetchMore | None = None,
    *,
    for_user: int | None = None,
) -> list[CachedMessage]:
    """Return a channel's newest messages, oldest first; a cold channel is filled.

    Args:
        fetch_more: asks the platform; it is called only if the database holds too few messages.
        for_user: keep only that person's messages and the answers to them.
    """
    wanted = max(limit, environment.conversation_cache_bootstrap_limit)
    load = partial(load_recent, channel_id, wanted, fetch_more)
    return await read_or_fill(conversation_cache(), channel_id, limit, load, for_user=for_user)


async def read_or_fill(
    cache: ConversationCache,
    channel_id: int,
    limit: int,
    load: Callable[[], Awaitable[list[CachedMessage]]],
    *,
    for_user: int | None = None,
) -> list[CachedMessage]:
    """Return a channel's newest messages; of all that find it cold, one loads them.

    The others wait for that one's result, and one of them takes over if it does not come. While
    edits and deletions keep it from filling the channel, it makes do with what it read last.
    """
    until, readings = time.monotonic() + CLAIM_SECONDS, 0
    while True:
        held = await cache.recent(channel_id, limit, for_user=for_user)
        if held is not None:
            return held
        claim = await cache.claim(channel_id)
        if claim is not None:
            try:
                loaded = await load()
                filled = await cache.extend(channel_id, loaded, claim=claim)
            finally:
                await cache.give_back(claim)
            readings += 1
            if filled is not None or readings == MOST_READINGS:
                read = loaded if filled is None else filled
                return newest(read, limit, for_user=for_user)
        if time.monotonic() > until:
            # Nobody got it done: answer from what can be read, and leave the cache as it is.
            return newest(await load(), limit, for_user=for_user)
        await asyncio.sleep(POLL_SECONDS)


async def load_recent(
    channel_id: int, wanted: int, fetch_more: FetchMore | None = None
) -> list[CachedMessage]:
    """Return the channel's newest messages as record and platform know them, oldest first."""
    found = {one.id: one for one in await in_database(_stored_messages, channel_id, wanted)}
    if fetch_more is not None and len(found) < wanted:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                more = await fetch_more(wanted)
        except Exception as error:
            logger.warning("history: the platform gave no history (%s)", type(error).__name__)
        else:
            found = {one.id: one for one in await in_database(_told_again, more)} | found
    return sorted(found.values(), key=lambda message: message.order)[-wanted:]


def _stored_messages(channel_id: int, wanted: int) -> list[CachedMessage]:
    """Return what the database holds, except for people who don't consent to its use."""
    rows = queries.recent_conversation(channel_id, limit=wanted)
    return [one for one in _marked([from_row(row) for row in rows]) if one.agreed]


def _told_again(messages: Sequence[CachedMessage]) -> list[CachedMessage]:
    """Return messages of the platform, without what nobody is to know any more.

    It still has secrets that were left out, words that their author took back, and words that
    aren't kept: they are from before a yes, or were not to be kept.
    """
    wordless = queries.wordless_messages([one.id for one in messages])
    marked = _marked([one for one in messages if not wordless.get(one.id, False)])
    return [
        replace(
            one,
            text=clean_to_keep(one.text),
            agreed=one.agreed and one.id not in wordless and not asks_not_to_keep(one.text),
        )
        for one in marked
    ]


def _marked(messages: Sequence[CachedMessage]) -> list[CachedMessage]:
    """Return messages that tell whether the person whom they concern agrees to be remembered."""
    people = who_agree({one.person_id for one in messages if one.person_id is not None})
    return [replace(one, agreed=one.person_id in people) for one in messages]
