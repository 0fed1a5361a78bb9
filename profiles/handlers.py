"""The worker's part of moods: keep how each message felt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from profiles.actions import record_emotion
from profiles.emotions import MODEL_NAME, Feeling
from profiles.models import Emotion
from profiles.queries import still_agrees
from profiles.relationship.actions import show_trust
from profiles.relationship.signs import TRUST
from whisper import outbox
from whisper.database.access import in_database
from whisper.personal_data.withdrawing import was_withdrawn

RECORD_EMOTION = "profiles.emotion"


def feeling_payload(
    feeling: Feeling,
    *,
    person_id: int,
    message_pk: int,
    felt_at: datetime,
    edited_at: datetime | None = None,
) -> dict[str, Any]:
    """Return what the outbox needs to keep a feeling; none of the person's sentences are in it.

    Args:
        edited_at: when the message was last edited; None if it never was.
    """
    return {
        "person": str(person_id),
        "message": str(message_pk),
        "edited_at": edited_at.isoformat() if edited_at else "",
        "model": MODEL_NAME,
        "felt_at": felt_at.isoformat(),
        "emotion": str(feeling.emotion),
        "scores": feeling.scores,
        "intensity": feeling.intensity,
        "confidence": feeling.confidence,
        "valence": feeling.valence,
        "triggers": list(feeling.triggers),
    }


@outbox.handles(RECORD_EMOTION, "moods of messages", can_wait=True)
async def record_moods(payloads: Sequence[dict[str, Any]]) -> None:
    """Keep how messages felt, of people who still agree to it."""
    await in_database(_record, payloads)


def _record(payloads: Sequence[dict[str, Any]]) -> None:
    for payload in payloads:
        try:
            person_id, fields = _fields(payload)
        except (KeyError, TypeError, ValueError) as error:
            raise outbox.PermanentError(f"no feeling: {type(error).__name__}") from error
        with transaction.atomic():
            agrees = still_agrees(person_id, said_at=fields["felt_at"])
            # The message may have been deleted, or edited, after it was judged.
            edited_at = payload.get("edited_at", "")
            if agrees and not was_withdrawn(fields["source_message_id"], edited_at):
                record_emotion(person_id, **fields)
                shown = [one for one in payload.get("trust", ()) if one in TRUST]
                show_trust(person_id, shown, said_at=fields["felt_at"])


def _fields(payload: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    return int(payload["person"]), {
        "emotion": Emotion(payload["emotion"]),
        "scores": payload["scores"],
        "intensity": payload["intensity"],
        "confidence": payload["confidence"],
        "valence": payload["valence"],
        "triggers": payload["triggers"],
        "source_message_id": int(payload["message"]),
        # Of the time of judging: a newer model may have come since.
        "model": payload.get("model", MODEL_NAME),
        "felt_at": datetime.fromisoformat(payload["felt_at"]),
    }
