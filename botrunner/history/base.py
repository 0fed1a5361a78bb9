"""What every conversation cache offers, and the one form its messages have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

CLAIM_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class CachedMessage:
    """One message of a channel, complete enough to build a prompt from.

    Args:
        id: the platform's message id.
        person_id: who wrote it; for the companion's words whom they answer, None if unknown.
        author_name: display name.
        from_companion: whether the companion wrote it.
        text: what was said; empty for a reply of the companion whose words were withdrawn.
        sent_at: when, with zone.
        channel_id, guild_id: where; guild_id is None in direct messages.
        reply_to: message id that it replies to.
        attachments: `name`, `type` and `url` of each.
        mentions: ids of people mentioned.
        bot: whether any bot wrote it.
        agreed: whether the person whom it concerns agrees to be remembered; else it is never
            written to Redis.
    """

    id: int
    person_id: int | None
    author_name: str
    from_companion: bool
    text: str
    sent_at: datetime
    channel_id: int
    guild_id: int | None = None
    reply_to: int | None = None
    attachments: tuple[dict[str, Any], ...] = ()
    mentions: tuple[int, ...] = ()
    bot: bool = False
    agreed: bool = False

    @property
    def order(self) -> tuple[datetime, int]:
        """Return what messages are sorted by."""
        return self.sent_at, self.id

    def concerns(self, person_id: int) -> bool:
        """Return whether the person wrote it, or the companion in answer to them."""
        return person_id == self.person_id


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to fill a cold channel, for `CLAIM_SECONDS` at most.

    Args:
        number: rises with every claim (fencing); only the latest one of a channel may fill it.
        token: whose it is.
    """

    channel_id: int
    number: int
    token: str


@dataclass(frozen=True, slots=True)
class CacheStats:
    """Numbers of a cache since the process started."""

    backend: str
    channels: int = 0
    messages: int = 0
    hits: int = 0
    misses: int = 0
    errors: int = 0
    details: dict[str, Any] = field(default_factory=dict)


class ConversationCache(Protocol):
    """Recent messages of channels, oldest to newest. It holds copies; losing it loses nothing."""

    async def recent(
        self, channel_id: int, limit: int, *, for_user: int | None = None
    ) -> list[CachedMessage] | None:
        """Return up to `limit` newest messages, oldest first; None if it is not cached (a miss).

        With `for_user` only that person's messages and the companion's answers to that person.
        """

    async def append(self, message: CachedMessage) -> None:
        """Add a message unless it is held already, and renew the channel's expiry.

        A cold channel keeps it too, but stays a miss until it was filled: one message is no
        history.
        """

    async def claim(self, channel_id: int) -> Claim | None:
        """Return the right to fill a cold channel; None if it is filled or another fills it."""

    async def give_back(self, claim: Claim) -> None:
        """Let others fill the channel."""

    async def extend(
        self, channel_id: int, messages: Sequence[CachedMessage], *, claim: Claim | None = None
    ) -> list[CachedMessage] | None:
        """Fill a cold channel (bootstrap); an empty sequence makes an empty channel known.

        Returns:
            All that the channel holds now, oldest first; None if the claim has expired:
            its time is over, or a message was edited or deleted since, so that what was read may be
            older than what is held. Nothing is changed then.
        """

    async def edit(self, channel_id: int, platform_id: int, text: str) -> None:
        """Replace a held message's text."""

    async def delete(self, channel_id: int, platform_id: int) -> None:
        """Drop a held message."""

    async def clear(self, channel_id: int | None = None) -> None:
        """Drop a channel, or all of them."""

    async def forget(self, person_id: int) -> None:
        """Drop every message of a person and every answer to them, in all channels."""

    async def stats(self) -> CacheStats:
        """Return the cache's numbers."""

    async def healthy(self) -> bool:
        """Return whether the cache's store answers."""
