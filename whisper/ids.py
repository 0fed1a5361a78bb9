"""Message ids for platforms that have none of their own."""

from __future__ import annotations

import secrets
import time

DISCORD_EPOCH_MILLISECONDS = 1_420_070_400_000


def new_message_id() -> int:
    """Return a snowflake as Discord makes them: milliseconds since 2015, then 22 bits of chance."""
    milliseconds = time.time_ns() // 1_000_000 - DISCORD_EPOCH_MILLISECONDS
    return (milliseconds << 22) | secrets.randbits(22)
