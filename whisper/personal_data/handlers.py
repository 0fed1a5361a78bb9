"""The worker's part of erasing people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from whisper import outbox
from whisper.database.access import in_database
from whisper.personal_data import registry
from whisper.personal_data.erasures import FINISH, erased_then


@outbox.handles(FINISH, "second passes of erasures")
async def finish(payloads: Sequence[dict[str, Any]]) -> None:
    """Erase once more what was being written while people were erased."""
    for payload in payloads:
        at = datetime.fromisoformat(payload["at"])
        for person_id in await in_database(erased_then, at):
            await registry.erase_older(person_id, at)
