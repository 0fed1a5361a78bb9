"""Write what becomes of the reply to a message."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import F

from memories.models import Message
from memories.queries import open_reply
from whisper.database.prepared import prepared, prepared_update


def begin_replies(message_pks: Collection[int]) -> list[int]:
    """Note that a reply to messages is being made; return those of them that still wait for one."""
    owed = _waiting(*message_pks)
    _mark_making(*owed)
    return owed


_waiting = prepared(
    lambda *pks: (
        Message.objects.filter(open_reply(), pk__in=pks)
        .order_by("sent_at", "platform_id")
        .values_list("pk", flat=True)
    )
)
_mark_making = prepared_update(
    lambda *pks: (
        Message.objects.filter(pk__in=pks, reply_state=Message.Reply.PENDING),
        {"reply_state": Message.Reply.MAKING},
    )
)


def begin_sending(message_pks: Sequence[int], *, draft: str) -> bool:
    """Note that a reply to messages is being sent; return whether one of them still waits for it.

    Args:
        message_pks: oldest first; the reply refers to the last of them, which keeps the draft.
        draft: the reply, so that what is missing of it can be sent later; empty if it may not be
            kept.
    """
    wanted = _mark_sending(*message_pks)
    if wanted and draft:
        _keep_draft(message_pks[-1], draft)
    return bool(wanted)


_mark_sending = prepared_update(
    lambda *pks: (
        Message.objects.filter(open_reply(), pk__in=pks),
        {"reply_state": Message.Reply.SENDING, "reply_sent": 0, "reply_total": 0},
    )
)
_keep_draft = prepared_update(
    lambda pk, draft: (Message.objects.filter(open_reply(), pk=pk), {"reply_draft": draft})
)


def reopen_reply(message_pk: int) -> bool:
    """Have a message replied to again; False if its reply isn't complete, or the message is gone.

    The reply that it has stays until the new one takes its place.
    """
    complete = Message.objects.filter(
        pk=message_pk, reply_state=Message.Reply.COMPLETE, deleted_at=None
    )
    again = complete.update(reply_state=Message.Reply.PENDING, reply_sent=0, reply_total=0)
    return again == 1


def note_sent(platform: str, platform_id: int, *, sent: int, total: int) -> None:
    """Note how many pieces of the reply to a message were sent, out of how many."""
    rows = Message.objects.filter(platform=platform, platform_id=platform_id)
    rows.update(reply_sent=sent, reply_total=total)


def complete_replies(message_pks: Collection[int]) -> None:
    """Note that all of the reply to messages was sent; a draft of it goes."""
    _mark_complete(*message_pks)


_mark_complete = prepared_update(
    lambda *pks: (
        Message.objects.filter(pk__in=pks, deleted_at=None),
        {"reply_state": Message.Reply.COMPLETE, "reply_draft": "", "reply_sent": F("reply_total")},
    )
)


def give_up_replies(message_pks: Collection[int], *, reason: str) -> None:
    """Note that messages will never get a reply, and why; those that have one keep it."""
    Message.objects.filter(open_reply(), pk__in=message_pks).update(
        reply_state=Message.Reply.GIVEN_UP, reply_draft="", reply_fault=reason[:200]
    )


def drop_drafts(person_id: int | None) -> None:
    """Drop the drafts of replies to a person, which may quote what they withdrew."""
    if person_id is not None:
        drafts = Message.objects.filter(person_id=person_id).exclude(reply_draft="")
        drafts.update(reply_draft="")
