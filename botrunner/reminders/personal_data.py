"""What is held of a person here: their reminders."""

from __future__ import annotations

from datetime import datetime

from botrunner.models import Reminder
from botrunner.reminders import actions
from botrunner.reminders.handlers import REMIND
from whisper import outbox
from whisper.database.access import in_database
from whisper.personal_data.registry import Holder, Rows, columns, table
from whisper.personal_data.withdrawing import Withdrawal


async def export(person_id: int) -> dict[str, Rows]:
    """Return the person's reminders."""
    return await in_database(_export, person_id)


async def erase(person_id: int, before: datetime | None) -> dict[str, int]:
    """Delete the person's reminders."""
    return {"reminders": await in_database(actions.erase_person, person_id, before)}


def withdraw(withdrawal: Withdrawal) -> None:
    """Delete the reminder that a message asked for; an edit is looked at again."""
    if withdrawal.from_companion:
        return
    actions.drop_of_message(withdrawal.message_pk)
    if not withdrawal.is_deletion:
        payload = {"message": str(withdrawal.message_pk)}
        outbox.enqueue(REMIND, payload, person_id=withdrawal.person_id)


def _export(person_id: int) -> dict[str, Rows]:
    rows = Reminder.objects.filter(person_id=person_id).order_by("due_at")
    return {"reminders": table(rows, *columns(Reminder, "id"))}


def _drop(person_id: int) -> None:
    actions.erase_person(person_id)


HOLDER = Holder(
    "reminders",
    export,
    erase,
    holds=("botrunner.Reminder",),
    drop_derived=_drop,
    withdraw=withdraw,
    from_messages=("botrunner.Reminder",),
)
