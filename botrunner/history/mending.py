"""After an edit or a deletion: let the cache say what the database says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils import timezone

from botrunner.history import conversation_cache
from memories.models import Message
from whisper.database.access import in_database
from whisper.database.prepared import prepared
from whisper.environment import environment


async def mend(message_pk: int) -> None:
    """Edit and drop cached messages of whoever wrote a message, where the database differs.

    Their replies may quote its old words, in other channels too. A channel that is not cached
    completely is dropped: it is filled again on demand.
    """
    cache, most = conversation_cache(), environment.conversation_cache_max_local
    for channel_id in await in_database(_channels, message_pk):
        held = await cache.recent(channel_id, most)
        if held is None:
            await cache.clear(channel_id)
            continue
        texts = await in_database(kept_texts, channel_id, [one.id for one in held])
        for one in held:
            text = texts.get(one.id, one.text)
            if text is None:
                await cache.delete(channel_id, one.id)
            elif text != one.text:
                await cache.edit(channel_id, one.id, text)


def _channels(message_pk: int) -> list[int]:
    """Return the channel of a message and those where its author talked while it may be cached."""
    message = Message.objects.filter(pk=message_pk).first()
    if message is None:
        return []
    cached = timedelta(minutes=2 * environment.conversation_cache_timeout_minutes)
    talked = Message.objects.filter(
        person_id=message.person_id, sent_at__gte=timezone.now() - cached
    )
    elsewhere = talked.exclude(person_id=None).values_list("channel_id", flat=True).distinct()
    return list(dict.fromkeys([message.channel_id, *elsewhere]))


_asked_for = prepared(
    lambda channel_id, *platform_ids: Message.objects.filter(
        channel_id=channel_id, platform_id__in=platform_ids
    ).only("platform_id", "text", "deleted_at", "person_id", "from_companion")
)


def kept_texts(channel_id: int, platform_ids: Sequence[int]) -> Mapping[int, str | None]:
    """Return what messages say whose words are kept; None for those that have none any more.

    A reply that lost its words stays, as an empty text: what it replied to has its reply.
    """
    return {
        row.platform_id: row.text if row.text or _is_reply(row) else None
        for row in _asked_for(channel_id, *platform_ids)
        if row.deleted_at or row.person_id is not None
    }


def _is_reply(row: Message) -> bool:
    return row.from_companion and row.deleted_at is None
