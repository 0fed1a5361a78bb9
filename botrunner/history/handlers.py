"""The worker's part of the conversation cache: drop what was taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from botrunner.history import conversation_cache
from botrunner.history.mending import mend
from profiles.queries import may_remember
from whisper import outbox
from whisper.database.access import in_database

WITHDRAW = "botrunner.withdraw"
MEND_CACHE = "botrunner.mend_cache"


@outbox.handles(WITHDRAW, "removals from the cache")
async def withdraw(payloads: Sequence[dict[str, Any]]) -> None:
    """Drop from Redis what people said who no longer agree to be remembered."""
    for payload in payloads:
        person_id = int(payload["person"])
        # People who agreed again meanwhile need not be forgotten there.
        if not await in_database(may_remember, person_id):
            await conversation_cache().withdraw(person_id)


@outbox.handles(MEND_CACHE, "corrections of the cache", again_at_start=True)
async def mend_caches(payloads: Sequence[dict[str, Any]]) -> None:
    """Bring the cached messages around edited and deleted ones to what the database says."""
    for payload in payloads:
        await mend(int(payload["message"]))
