"""What is held of a person here: how they want to be replied to."""

from __future__ import annotations

from datetime import datetime

from botrunner.conversation.actions import forget_fresh_starts
from botrunner.models import FreshStart, OwnPersona
from botrunner.personas.actions import forget_own
from whisper.database.access import in_database
from whisper.personal_data.registry import Holder, Rows, columns, table


async def export(person_id: int) -> dict[str, Rows]:
    """Return where the person began afresh, and the persona that they chose."""
    return await in_database(_export, person_id)


async def erase(person_id: int, before: datetime | None) -> dict[str, int]:
    """Delete these wishes; what was wished since a time stays."""
    return {"wishes about replies": await in_database(_erase, person_id, before)}


def _export(person_id: int) -> dict[str, Rows]:
    return {
        "fresh starts": table(
            FreshStart.objects.filter(person_id=person_id), *columns(FreshStart, "id")
        ),
        "own persona": table(
            OwnPersona.objects.filter(person_id=person_id), "person_id", "persona__name"
        ),
    }


def _erase(person_id: int, before: datetime | None) -> int:
    gone = forget_fresh_starts(person_id, before)
    return gone if before else gone + forget_own(person_id)


HOLDER = Holder(
    "wishes about replies",
    export,
    erase,
    holds=("botrunner.FreshStart", "botrunner.OwnPersona"),
    wordless={
        "botrunner.FreshStart": "from when on what was said in a channel counts",
        "botrunner.OwnPersona": "which of the admin's personas a person chose",
    },
)
