"""What a reply leaves in the conversation cache."""

from __future__ import annotations

from collections.abc import Sequence

from botrunner.conversation.actions import StoredReply
from botrunner.conversation.base import Delivered, Incoming
from botrunner.conversation.fates import Fate, fates_of, was_erased_since
from botrunner.conversation.received import Received
from botrunner.history import conversation_cache
from botrunner.history.convert import from_said
from botrunner.history.mending import mend
from whisper.database.access import in_database


async def cache_reply(stored: StoredReply, incoming: Incoming, *, replaces: bool) -> None:
    """Put a stored reply into the cache.

    Args:
        replaces: whether the cache may hold other words of the same messages.
    """
    cache = conversation_cache()
    for piece in stored.said:
        if replaces and piece.keep:
            await cache.edit(incoming.channel_id, piece.platform_id, piece.text)
        elif replaces:
            await cache.delete(incoming.channel_id, piece.platform_id)
        await cache.append(from_said(piece))


async def follow_fates(
    turn: Sequence[Incoming], received: Sequence[Received], delivered: Sequence[Delivered]
) -> None:
    """Drop from the cache what came into it after it was taken back."""
    fates: Sequence[Fate] = await in_database(fates_of, received)
    nothing_left = all(fate.deleted for fate in fates)
    for fate, incoming in zip(fates, turn, strict=True):
        if fate.deleted:
            await _drop(incoming, delivered if nothing_left else ())
    # They have one author, whose channels are looked at.
    if not nothing_left and fates[-1].withdrew:
        await mend(received[-1].message.pk)


async def _drop(incoming: Incoming, delivered: Sequence[Delivered]) -> None:
    """Drop from the cache a message that was deleted while it was answered, and the answer."""
    for platform_id in (incoming.platform_id, *(one.platform_id for one in delivered)):
        await conversation_cache().delete(incoming.channel_id, platform_id)


async def forget_if_erased(received: Received) -> None:
    """Drop what an answer put into the cache whose person was erased while it was made."""
    if await in_database(was_erased_since, received):
        await conversation_cache().forget(received.scope.person_id)
