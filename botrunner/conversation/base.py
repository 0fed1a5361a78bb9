"""What passes between a surface (Discord, terminal, web) and the conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from botrunner.conversation.rewriting import Rewriting
from botrunner.conversation.surroundings import Surroundings
from botrunner.history.base import CachedMessage
from memories.access import Scope
from memories.models import Place
from memories.recall import Recalled


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message to the companion.

    Args:
        platform: a value of `Message.Platform`.
        platform_id: the platform's id; a second message with it gets no second answer.
        parent_id: of an open thread, its channel, whose readers can all read it.
        mentions: what the people are called whom it mentions, by their ids.
        for_adults: it was said in an age-restricted channel.
        local: the person runs this companion themselves and need not be asked for consent.
        nobody: a webhook wrote it: nobody is asked for consent, and nothing of it is kept.
        again: the message was stored before, by the intake or a process that ended since.
        has_secret: a key, password or number of a card was left out of its text.
        rewriting: its reply is written again, in the place of one that it has.
    """

    platform: str
    platform_id: int
    person_id: int
    person_name: str
    text: str
    sent_at: datetime
    channel_id: int
    place: Place
    guild_id: int | None = None
    parent_id: int | None = None
    reply_to: int | None = None
    attachments: Sequence[dict[str, Any]] = ()
    mentions: Mapping[int, str] = field(default_factory=dict)
    for_adults: bool = False
    local: bool = False
    nobody: bool = False
    again: bool = False
    has_secret: bool = False
    rewriting: Rewriting | None = None

    @property
    def scope(self) -> Scope:
        """Return who asks and where this is answered; the person's own ways are not known yet."""
        return Scope(self.person_id, self.place, self.audience_channel_id, self.guild_id)

    @property
    def audience_channel_id(self) -> int:
        """Return the channel whose readers read it; memories of it belong there."""
        return self.channel_id if self.parent_id is None else self.parent_id


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A finished reply for the surface to show.

    Args:
        text: what to say.
        ask_consent: ask, along with it, whether the person wants to be remembered.
        tell_notice: say, along with it, that the person is remembered and may decline.
    """

    text: str
    ask_consent: bool = False
    tell_notice: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """One message that a surface sent."""

    platform_id: int
    text: str
    sent_at: datetime


class Surface(Protocol):
    """Where a conversation takes place."""

    async def show(self, piece: str) -> None:
        """Show a piece of the reply as it is written."""

    async def may_leave(self) -> None:
        """Wait until the reply may be sent: replies leave a channel in the order of questions."""

    async def deliver(self, reply: Outgoing) -> list[Delivered]:
        """Send the finished reply, in one message or several, and return what was sent."""

    async def take_back(self) -> None:
        """Remove what was shown of a reply that nobody wants any more."""

    async def surroundings(self, turn: Sequence[Incoming]) -> Surroundings:
        """Return what a turn stands among; nothing where that can't be told."""

    async def earlier(self, limit: int) -> list[CachedMessage]:
        """Return up to `limit` earlier messages of the channel, for what the database lacks."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a message.

    Args:
        recalled: memories that went into the prompt.
        milliseconds: time of each step.
        trace: id of the stored trace; None if nothing may be kept.
        error: why the model did not answer; empty if it did.
        tokens: how many the model read and wrote for it.
    """

    text: str
    recalled: Sequence[Recalled]
    emotion: str
    milliseconds: dict[str, float]
    trace: int | None
    error: str = ""
    tokens: int = 0
