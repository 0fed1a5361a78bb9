"""Messages of believable length."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from botrunner.history.base import CachedMessage

START = datetime(2025, 3, 1, 12, tzinfo=UTC)
TEXT = "I had a long day at work, but the garden looks lovely and Miso slept in the sun. " * 2


def message(channel: int, number: int, *, person: int = 101) -> CachedMessage:
    """Return message `number` of a channel, said that many seconds after the start."""
    return CachedMessage(
        id=number,
        person_id=person,
        author_name="Ann",
        from_companion=False,
        text=f"{number} {TEXT}",
        sent_at=START + timedelta(seconds=number),
        channel_id=channel,
        guild_id=7,
        agreed=True,
    )
