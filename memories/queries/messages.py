"""Read what was said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from memories.models import Message
from profiles.queries import who_agree
from whisper.database.prepared import prepared

# Of one query: databases limit how deep a condition may be.
CHANNELS_AT_ONCE = 200


OPEN = (Message.Reply.PENDING, Message.Reply.MAKING, Message.Reply.SENDING)


def open_reply() -> Q:
    """Return the condition that a message waits for its reply, or for the rest of it."""
    return Q(reply_state__in=OPEN, deleted_at=None)


def messages_with_open_reply(platform: str, *, since: timedelta) -> list[Message]:
    """Return messages of a platform that wait for their reply, or its rest, oldest first."""
    recent = Message.objects.filter(open_reply(), platform=platform)
    return list(recent.filter(sent_at__gte=timezone.now() - since).order_by("sent_at", "pk"))


def too_old_for_a_reply(platform: str, *, since: timedelta) -> list[int]:
    """Return the keys of messages whose reply is open, but that are older than that."""
    waiting = Message.objects.filter(open_reply(), platform=platform)
    old = waiting.filter(sent_at__lt=timezone.now() - since)
    return list(old.values_list("pk", flat=True))


def text_of(message_pk: int) -> str:
    """Return what a message says; empty if it is gone or may not be kept."""
    row = Message.objects.filter(pk=message_pk).values_list("text", flat=True).first()
    return row or ""


def recent_messages(channel_id: int, *, limit: int) -> list[Message]:
    """Return a channel's newest messages that hold text, oldest first."""
    newest = Message.objects.filter(channel_id=channel_id, deleted_at=None).exclude(text="")
    return list(newest.order_by("-sent_at", "-platform_id")[:limit])[::-1]


def recent_conversation(channel_id: int, *, limit: int) -> list[Message]:
    """Return a channel's newest messages, oldest first, also replies whose words were withdrawn.

    Without such a reply what it replied to would look unanswered.
    """
    newest = Message.objects.filter(channel_id=channel_id, deleted_at=None)
    wordless = Q(text="") & ~Q(from_companion=True, person_id__isnull=False)
    return list(newest.exclude(wordless).order_by("-sent_at", "-platform_id")[:limit])[::-1]


def wordless_messages(platform_ids: Collection[int]) -> dict[int, bool]:
    """Return which messages are stored without words, by their ids, and whether those are gone.

    The others' words were never kept.
    """
    rows = Message.objects.filter(platform_id__in=platform_ids, text="")
    never_kept = Q(person_id=None, deleted_at=None)
    gone = ~Q(deleted_at=None)
    found = rows.filter(never_kept | gone).values_list("platform_id", "deleted_at")
    return {platform_id: deleted_at is not None for platform_id, deleted_at in found}


def message_of(platform: str, platform_id: int, *, channel_id: int) -> Message | None:
    """Return a message of a channel by its id there; None if the channel has none of that id."""
    found = Message.objects.filter(platform=platform, platform_id=platform_id)
    return found.filter(channel_id=channel_id).first()


def messages_after(channel_id: int, pk: int, *, limit: int) -> list[Message]:
    """Return the messages of a channel that hold text and were stored after one, oldest first.

    Args:
        limit: how many of the newest.
    """
    newer = Message.objects.filter(channel_id=channel_id, pk__gt=pk, deleted_at=None)
    return list(newer.exclude(text="").order_by("-pk")[:limit])[::-1]


def last_session_end(person_id: int, channel_id: int, *, before: datetime) -> datetime | None:
    """Return when a person last spoke in a channel before a time."""
    return _last_said.first(person_id, channel_id, before)


_last_said = prepared(
    lambda person_id, channel_id, before: (
        Message.objects.filter(
            person_id=person_id, from_companion=False, channel_id=channel_id, sent_at__lt=before
        )
        .order_by("-sent_at")
        .values_list("sent_at", flat=True)[:1]
    )
)


def was_deleted_since(since: datetime | None) -> bool:
    """Return whether somebody deleted a message since a time; None looks at everything."""
    rows = Message.objects.exclude(deleted_at=None).exclude(person_id=None)
    return (rows if since is None else rows.filter(deleted_at__gte=since)).exists()


def changed_messages(
    channel_ids: Iterable[int], *, since: datetime | None
) -> dict[int, dict[int, str]]:
    """Return the text of messages edited or deleted after they were sent, by channel and id.

    Args:
        since: only messages sent since then.
    """
    rows = Message.objects.filter(channel_id__in=list(channel_ids)).exclude(
        edited_at=None, deleted_at=None
    )
    if since is not None:
        rows = rows.filter(sent_at__gte=since)
    found: dict[int, dict[int, str]] = {}
    for row in rows:
        found.setdefault(row.channel_id, {})[row.platform_id] = row.text
    return found


def newest_answered(since: Mapping[int, datetime | None]) -> dict[int, int]:
    """Return the id of the newest message of each channel that waits for no answer.

    Only messages of people who agree to be remembered count.

    Args:
        since: by channel, from when on to look; None looks at everything.
    """
    found: dict[int, int] = {}
    channels = list(since.items())
    for start in range(0, len(channels), CHANNELS_AT_ONCE):
        wanted = Q()
        for channel_id, at in channels[start : start + CHANNELS_AT_ONCE]:
            wanted |= Q(channel_id=channel_id) & (Q() if at is None else Q(sent_at__gte=at))
        rows = Message.objects.filter(wanted, deleted_at=None).exclude(text="")
        rows = rows.exclude(reply_state__in=OPEN).order_by("sent_at", "platform_id")
        rows = rows.filter(person_id__in=who_agree(rows.values("person_id")))
        found |= dict(rows.values_list("channel_id", "platform_id"))
    return found
