"""Read from the database what the bot asks it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Max
from django.utils import timezone

from botrunner.models import FreshStart
from memories.access import Scope, is_visible
from memories.actions import NAME_SLOTS
from memories.models import Memory, Message, Place
from memories.queries import OPEN, current, messages_with_open_reply, open_reply
from profiles.models import Profile
from whisper.database.prepared import prepared
from whisper.environment import environment
from whisper.names import one_line, safe_name

# Some builds of SQLite take no more than 999 parameters a statement.
IDS_AT_ONCE = 900


def stored_message(platform_id: int) -> Message | None:
    """Return a Discord message of the database, None if it was never stored."""
    return Message.objects.filter(
        platform=Message.Platform.DISCORD, platform_id=platform_id
    ).first()


def said_before(person_id: int, channel_id: int, *, at: datetime, within: timedelta) -> list[int]:
    """Return the platform's id of the last kept message that a person said before, if there is one.

    It may have been taken back since.

    Args:
        within: how long before.
    """
    rows = Message.objects.filter(
        person_id=person_id,
        channel_id=channel_id,
        from_companion=False,
        sent_at__lt=at,
        sent_at__gte=at - within,
    )
    return list(rows.order_by("-sent_at").values_list("platform_id", flat=True)[:1])


@dataclass(frozen=True, slots=True)
class Known:
    """What the database holds of a Discord message.

    Args:
        text: empty if its words aren't kept.
        direct: whether it is one of direct messages.
        awaits_reply: whether its reply, or the rest of it, is still to come.
    """

    text: str
    direct: bool
    edited_at: datetime | None
    deleted: bool
    awaits_reply: bool = False


def settled(platform_ids: Collection[int]) -> set[int]:
    """Return which of some Discord messages are kept with their words, or were taken back."""
    rows = Message.objects.filter(
        platform=Message.Platform.DISCORD, platform_id__in=platform_ids
    ).exclude(person_id=None, deleted_at=None)
    return set(rows.values_list("platform_id", flat=True))


def active_channels(
    since: datetime, *, limit: int, within: Callable[[int | None], bool] | None = None
) -> dict[int, int | None]:
    """Return the Discord channels where something was said since a time, the latest first.

    Each with its server; None for direct messages.

    Args:
        within: takes such a server and returns whether its channels are asked for.
    """
    rows = Message.objects.filter(platform=Message.Platform.DISCORD, sent_at__gte=since)
    latest = rows.values("channel_id").annotate(latest=Max("sent_at"), server=Max("guild_id"))
    asked = (row for row in latest.order_by("-latest") if within is None or within(row["server"]))
    return {row["channel_id"]: row["server"] for row in islice(asked, limit)}


def known_messages(channel_id: int, since: datetime) -> dict[int, Known]:
    """Return the messages of a Discord channel since a time, by Discord's ids."""
    rows = Message.objects.filter(
        platform=Message.Platform.DISCORD, channel_id=channel_id, sent_at__gte=since
    )
    return {
        row.platform_id: Known(
            text=row.text,
            direct=row.place == Place.DIRECT,
            edited_at=row.edited_at,
            deleted=row.deleted_at is not None,
            awaits_reply=row.reply_state in OPEN,
        )
        for row in rows.only(
            "platform_id", "text", "place", "edited_at", "deleted_at", "reply_state"
        )
    }


def pk_of(platform: str, platform_id: int) -> int | None:
    """Return the row of a message; None if it was never stored."""
    rows = Message.objects.filter(platform=platform, platform_id=platform_id)
    return rows.values_list("pk", flat=True).first()


def stored_of(platform: str, platform_ids: Sequence[int]) -> set[int]:
    """Return which of these messages have a row."""
    found: set[int] = set()
    for start in range(0, len(platform_ids), IDS_AT_ONCE):
        part = platform_ids[start : start + IDS_AT_ONCE]
        found.update(_stored_ids(platform, *part))
    return found


_stored_ids = prepared(
    lambda platform, *platform_ids: Message.objects.filter(
        platform=platform, platform_id__in=platform_ids
    ).values_list("platform_id", flat=True)
)


def stored_rows(platform: str, platform_ids: Collection[int]) -> dict[int, Message]:
    """Return those of a turn's messages that are stored, by the platform's ids."""
    return {row.platform_id: row for row in _stored_rows(platform, *platform_ids)}


_stored_rows = prepared(
    lambda platform, *platform_ids: Message.objects.filter(
        platform=platform, platform_id__in=platform_ids
    )
)


def is_kept(platform: str, platform_id: int) -> bool:
    """Return whether the database holds what was said in a message, not only its id and time."""
    stored = Message.objects.filter(platform=platform, platform_id=platform_id, deleted_at=None)
    return stored.exclude(person_id=None).exists()


def reply_ids(platform_id: int) -> list[int]:
    """Return the messages in Discord of the companion's reply to another, oldest first."""
    rows = Message.objects.filter(
        platform=Message.Platform.DISCORD, reply_to=platform_id, from_companion=True
    )
    held = rows.filter(deleted_at=None).order_by("platform_id")
    return list(held.values_list("platform_id", flat=True))


def replies_to_others(platform_ids: Collection[int], question: int) -> set[int]:
    """Return which of the companion's messages in Discord reply to another message than this."""
    rows = Message.objects.filter(
        platform=Message.Platform.DISCORD, platform_id__in=platform_ids, from_companion=True
    )
    return set(rows.exclude(reply_to=question).values_list("platform_id", flat=True))


def awaiting_reply(platform_ids: Collection[int]) -> set[int]:
    """Return which of some Discord messages wait for their reply, or its rest."""
    rows = Message.objects.filter(
        open_reply(), platform=Message.Platform.DISCORD, platform_id__in=platform_ids
    )
    return set(rows.values_list("platform_id", flat=True))


def open_replies() -> list[Message]:
    """Return the Discord messages that wait for their reply, or its rest, oldest first."""
    return messages_with_open_reply(Message.Platform.DISCORD, since=reply_limit())


def reply_limit() -> timedelta:
    """Return how old a message may be to get a reply."""
    return timedelta(hours=environment.reply_recovery_hours)


def knows_something_personal(person_id: int) -> bool:
    """Return whether a fact about a person is known."""
    return _a_fact.first(person_id, timezone.now()) is not None


_a_fact = prepared(
    lambda person_id, now: Memory.objects.filter(
        current(now), person_id=person_id, kind=Memory.Kind.USER_FACT, hidden=False
    ).values_list("pk", flat=True)[:1]
)


def said_by(person_id: int, *, limit: int) -> list[str]:
    """Return what a person said, newest first."""
    said = Message.objects.filter(person_id=person_id, from_companion=False, deleted_at=None)
    newest = said.exclude(text="").order_by("-sent_at")
    return list(newest.values_list("text", flat=True)[:limit])


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wanted to be asked about.

    Args:
        message_pk: the message that wished it; None of one that was brought along.
        text: what it said; empty if that may not be told here.
    """

    message_pk: int | None
    said_at: datetime | None
    text: str = ""


def name_in(profile: Profile, scope: Scope) -> str:
    """Return what a person may be called in a scope.

    A name that they told in another place, and that may not be told here, stays there.
    """
    if not profile.preferred_name or scope.is_alone:
        return profile.address_name
    named = Memory.objects.filter(person_id=profile.person_id, slot__in=NAME_SLOTS)
    told = [one for one in named.filter(current()) if profile.address_name in one_line(one.text)]
    # A name that no fact has was set by `/profile name` or in the console: for everywhere.
    here = not told or any(is_visible(one, scope) for one in told)
    return profile.address_name if here else safe_name(profile.name)


def fresh_since(person_id: int, channel_id: int) -> datetime | None:
    """Return until when replies to a person in a channel leave out what was said; None without."""
    return _fresh_start.first(person_id, channel_id)


_fresh_start = prepared(
    lambda person_id, channel_id: FreshStart.objects.filter(
        person_id=person_id, channel_id=channel_id
    ).values_list("since", flat=True)
)


def due_follow_up(profile: Profile, scope: Scope, at: datetime) -> Wish | None:
    """Return what a person wanted to be asked about by a time; None if nothing is due."""
    if not profile.follow_up_wished or (profile.follow_up_at and profile.follow_up_at > at):
        return None
    if (pk := profile.follow_up_message_id) is None:
        return Wish(None, None) if scope.is_alone else None
    message = Message.objects.filter(pk=pk, person_id=profile.person_id).first()
    memory = Memory.objects.filter(person_id=profile.person_id, origin=f"message:{pk}").first()
    told = memory is not None and is_visible(memory, scope)
    if not told and not scope.is_alone:
        # That they asked for it is for the two alone, or where they asked: it waits.
        return None
    return Wish(pk, message.sent_at if message else None, memory.text if memory and told else "")
