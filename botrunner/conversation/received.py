"""A stored message, and what its reply needs to know of its author."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from botrunner.conversation.base import Incoming
from botrunner.conversation.queries import Wish
from memories.access import Scope
from memories.index.base import Entry
from memories.models import Message
from profiles.models import Profile


@dataclass(frozen=True, slots=True)
class Received:
    """A stored message and what is known of its author.

    Args:
        is_new: whether this call stored it.
        profile: the author's; None if nothing may be kept.
        name: what the author may be called where it is answered; empty if that is not known.
        scope: what may be recalled where it is answered, by the ways that the author opened.
        level: the author's level of privacy.
        at: when it was received.
        erasures: how often its author had been erased by then.
        consent_missing: they were never asked, or have not answered.
        first_notice: they are remembered from this message on, and must be told.
        last_seen: when they last spoke in this channel before the turn.
        facts: what is known about them and may be told here.
        follow_up: what they wanted to be asked about by now; None if nothing is due.
        fresh_since: what was said until then is left out of the reply; None to leave out nothing.
        latest_removal: revision at which something of theirs was last withdrawn.
    """

    message: Message
    is_new: bool
    profile: Profile | None
    scope: Scope
    level: str = ""
    name: str = ""
    at: datetime = field(default_factory=timezone.now)
    erasures: int = 0
    consent_missing: bool = False
    first_notice: bool = False
    last_seen: datetime | None = None
    facts: Sequence[Entry] = ()
    follow_up: Wish | None = None
    fresh_since: datetime | None = None
    latest_removal: int = 0


def still_held(turn: Sequence[Incoming], received: Sequence[Received]) -> list[Incoming]:
    """Return the messages of a turn that were not erased before they could be received."""
    held = {one.message.platform_id for one in received}
    return [one for one in turn if one.platform_id in held]
