"""What is held of a person here: how they want to be asked."""

from __future__ import annotations

from datetime import datetime

from botrunner.follow_ups.actions import forget_follow_ups
from botrunner.models import FollowUps
from whisper.database.access import in_database
from whisper.personal_data.registry import Holder, Rows, columns, table


async def export(person_id: int) -> dict[str, Rows]:
    """Return how the person wants to be asked."""
    return await in_database(_export, person_id)


async def erase(person_id: int, before: datetime | None) -> dict[str, int]:
    """Delete how the person wants to be asked."""
    return {"wishes about follow-ups": await in_database(forget_follow_ups, person_id, before)}


def _export(person_id: int) -> dict[str, Rows]:
    rows = FollowUps.objects.filter(person_id=person_id)
    return {"follow_ups": table(rows, *columns(FollowUps, "id"))}


HOLDER = Holder(
    "follow-ups",
    export,
    erase,
    holds=("botrunner.FollowUps",),
    wordless={"botrunner.FollowUps": "how often, where and when a person is asked"},
)
