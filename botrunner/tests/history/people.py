"""Messages of Ann, Ben and the companion, for tests of history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from botrunner.history.base import CachedMessage

ANN, BEN, COMPANION = 101, 102, 900
CHANNEL = 500
START = datetime(2025, 3, 1, 12, tzinfo=UTC)


def said(
    number: int, *, by: int = ANN, channel: int = CHANNEL, text: str = "", **values: Any
) -> CachedMessage:
    """Return message `number`, said that many seconds after the start."""
    values = {
        "person_id": None if by == COMPANION else by,
        "sent_at": START + timedelta(seconds=number),
    } | values
    return CachedMessage(
        id=number,
        author_name={ANN: "Ann", BEN: "Ben"}.get(by, "Whisper"),
        from_companion=by == COMPANION,
        bot=by == COMPANION,
        text=text or f"message {number}",
        channel_id=channel,
        **{"agreed": True, **values},
    )


def answered(number: int, person: int, **values: Any) -> CachedMessage:
    """Return the companion's answer to a person."""
    return said(number, by=COMPANION, person_id=person, **values)


def ids(messages: Iterable[CachedMessage] | None) -> list[int] | None:
    """Return the messages' ids, None if there is no list."""
    return None if messages is None else [message.id for message in messages]
