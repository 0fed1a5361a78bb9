"""The topics of the outbox, and who does each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

# Whatever a handler needs may be away; a circuit breaker that stops a call says so by the same
# error.
from whisper.circuit_breaker import AwayError

__all__ = [
    "AwayError",
    "Handler",
    "Payload",
    "PermanentError",
    "UnknownTopicError",
    "handlers",
    "handles",
]

Payload = dict[str, Any]
Handler = Callable[[Sequence[Payload]], Awaitable[None]]

HANDLERS: dict[str, Handler] = {}
TITLES: dict[str, str] = {}
AGAIN_AT_START: set[str] = set()
AFTER: dict[str, tuple[str, ...]] = {}
CAN_WAIT: set[str] = set()


class PermanentError(Exception):
    """The work can never succeed; its entry is set aside with the reason."""


class UnknownTopicError(Exception):
    """Nothing here handles the topic; a newer version may."""


def handles(
    topic: str,
    title: str,
    *,
    again_at_start: bool = False,
    after: tuple[str, ...] = (),
    can_wait: bool = False,
) -> Callable[[Handler], Handler]:
    """Register the coroutine that does a topic's entries, up to `BATCH` payloads a call.

    It raises `AwayError` if a service that it needs is away: then the topic waits, and nothing
    counts as failed. `PermanentError` sets an entry aside; after any other error it is tried again.

    Args:
        title: what is made, in the plural, as admins read it.
        again_at_start: whether a starting worker takes over at once what another one has claimed,
            since that may have been killed; for work that is cheap to do twice.
        after: topics whose earlier entries are done first, unless they failed or their service is
            away.
        can_wait: whether people who wait for a reply go first; nobody waits for this work.
    """

    def register(handler: Handler) -> Handler:
        HANDLERS[topic] = handler
        TITLES[topic] = title
        if again_at_start:
            AGAIN_AT_START.add(topic)
        if after:
            AFTER[topic] = after
        if can_wait:
            CAN_WAIT.add(topic)
        return handler

    return register


def handlers() -> Mapping[str, Handler]:
    """Return who does each topic."""
    return dict(HANDLERS)


def title_of(topic: str) -> str:
    """Return what a topic's work is called; its own name if it is of another version."""
    return TITLES.get(topic, topic)
