"""What is held of a person here: copies of recent messages, for some minutes."""

from __future__ import annotations

from datetime import datetime

from botrunner.history import conversation_cache
from whisper.personal_data import Holder, Rows


async def export(person_id: int) -> dict[str, Rows]:
    """Return nothing: what the cache holds is in Discord, or in the record as well."""
    return {}


async def erase(person_id: int, before: datetime | None) -> dict[str, int]:
    """Drop the person's messages and the answers to them."""
    await conversation_cache().forget(person_id)
    return {}


HOLDER = Holder("conversation cache", export, erase)
