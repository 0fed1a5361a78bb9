"""What became of messages and of their author while a reply was made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from botrunner.conversation.received import Received
from botrunner.history.base import CachedMessage
from botrunner.history.mending import kept_texts
from memories import queries
from memories.models import Message
from profiles.queries import may_remember
from whisper.database.prepared import prepared
from whisper.personal_data.erasures import times_erased


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a message while it was answered.

    Args:
        deleted: it was deleted.
        withdrew: its author edited, deleted or had forgotten something, perhaps another message.
    """

    deleted: bool
    withdrew: bool


_deleted = prepared(
    lambda *pks: (
        Message.objects.filter(pk__in=pks).exclude(deleted_at=None).values_list("pk", flat=True)
    )
)


def fates_of(turn: Sequence[Received]) -> list[Fate]:
    """Return what became of each message of a turn since it was received."""
    changed = turn[-1].profile is not None and withdrew(turn[-1])
    pks = [one.message.pk for one in turn]
    deleted = set(_deleted(*pks))
    return [Fate(pk in deleted, changed) for pk in pks]


def has_kept(message_pk: int, person_id: int) -> bool:
    """Return whether what a person said is stored, and they still agree to that."""
    stored = Message.objects.filter(pk=message_pk, person_id=person_id, deleted_at=None)
    return stored.exists() and may_remember(person_id)


def owes_reply(message_pks: Collection[int]) -> bool:
    """Return whether one of these messages still waits for its reply, or for the rest of it."""
    return Message.objects.filter(queries.open_reply(), pk__in=message_pks).exists()


def with_reply(platform: str, platform_ids: Collection[int]) -> set[int]:
    """Return which messages are still there, and have all of their reply."""
    rows = Message.objects.filter(platform=platform, platform_id__in=platform_ids, deleted_at=None)
    complete = rows.filter(reply_state=Message.Reply.COMPLETE)
    return set(complete.values_list("platform_id", flat=True))


def says_otherwise(channel_id: int, history: Sequence[CachedMessage]) -> bool:
    """Return whether a message of a channel's history no longer says what the history holds.

    The cache follows an edit or a deletion a moment after the database, which has no words of what
    isn't kept.
    """
    kept = [one for one in history if one.agreed]
    texts = kept_texts(channel_id, [one.id for one in kept])
    return any(texts.get(one.id, one.text) != one.text for one in kept)


def withdrew(received: Received) -> bool:
    """Return whether something of the person was withdrawn since their message was received."""
    return queries.latest_removal(received.scope.person_id) != received.latest_removal


def was_erased_since(received: Received) -> bool:
    """Return whether the author was erased after their message was received."""
    return times_erased(received.scope.person_id) != received.erasures
