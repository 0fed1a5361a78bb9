"""What tasks hold of a person: that something was done with their data, and its files."""

from __future__ import annotations

from datetime import datetime

from whisper.database.access import in_database
from whisper.models import Task
from whisper.personal_data.registry import Holder, Rows, table
from whisper.tasks import actions


async def export(person_id: int) -> dict[str, Rows]:
    """Return what was asked for with a person's data; who asked is not theirs to know."""
    return {"jobs": await in_database(_rows, person_id)}


async def erase(person_id: int, before: datetime | None) -> dict[str, int]:
    """Remove tasks about a person, and their files."""
    return await in_database(actions.forget_person, person_id, before)


def _rows(person_id: int) -> Rows:
    rows = Task.objects.filter(person_id=person_id).order_by("pk")
    return table(rows, "kind", "reason", "asked_at", "state", "finished_at")


HOLDER = Holder(
    "jobs",
    export,
    erase,
    holds=("whisper.Task",),
    wordless={"whisper.Task": "nothing of a message is in the row"},
)
