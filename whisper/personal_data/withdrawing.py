"""What a message said is withdrawn by an edit or a deletion: each app drops what it made of it.

Each app's part is a function in its `Holder`. Whoever changes the message calls `withdraw` in the
same transaction, so that nothing is left if the process ends in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from whisper.personal_data.quotations import Quotations


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """The words of one message that were taken back.

    Args:
        message_pk: row of the message, which has its new text already.
        person_id: its author; for the companion's own words the person that it replied to.
        from_companion: whether the companion said it.
        text: what it said before.
        new_text: what it says now; empty if it was deleted.
        is_deletion: whether it was deleted, not edited.
        earlier, later: when the person's message before it and after it was sent, wherever; None
            if there is none.
        others: calls give the person's other messages: when each was sent, and its text.
        quotations: finds its words, and what was made of them, in other texts.
    """

    message_pk: int
    person_id: int
    channel_id: int
    from_companion: bool
    said_at: datetime
    text: str
    new_text: str
    is_deletion: bool
    earlier: datetime | None
    later: datetime | None
    others: Callable[[], Iterable[tuple[datetime, str]]]
    quotations: Quotations


WasWithdrawn = Callable[[int, str], bool]
_was_withdrawn: list[WasWithdrawn] = []


def tells_withdrawn(tell: WasWithdrawn) -> WasWithdrawn:
    """Register who can tell whether a message, as it was at its last edit, was withdrawn since."""
    if tell not in _was_withdrawn:
        _was_withdrawn.append(tell)
    return tell


def was_withdrawn(message_pk: int, edited_at: str = "") -> bool:
    """Return whether a message was deleted, or edited after a time.

    Whoever writes something of a message's words later asks it, in the transaction that writes and
    after `still_agrees`: no withdrawal comes between.

    Args:
        edited_at: ISO time of the edit that was the last one when the words were read; empty if
            there was none.
    """
    return any(tell(message_pk, edited_at) for tell in _was_withdrawn)
