"""What is held of a person here: profile, moods and consent."""

from __future__ import annotations

from profiles import actions
from profiles.models import Consent, EmotionRecord, Profile
from whisper.db import in_database
from whisper.personal_data import Holder, Rows, table


async def export(person_id: int) -> dict[str, Rows]:
    """Return profile, moods and consent."""
    return await in_database(_export, person_id)


async def erase(person_id: int) -> dict[str, int]:
    """Erase profile and moods; that the person does not want to be remembered is kept.

    It comes before the other parts: from then on nothing new is written of them.
    """
    return await in_database(actions.erase_person, person_id)


HOLDER = Holder("profiles", export, erase)


def _export(person_id: int) -> dict[str, Rows]:
    return {
        "profile": table(
            Profile.objects.filter(discord_id=person_id),
            "discord_id",
            "name",
            "preferred_name",
            "relationship_level",
            "current_emotion",
            "interaction_count",
            "first_interaction",
            "last_interaction",
            "preferences",
            "emotion_state",
            "created_at",
        ),
        "moods": table(
            EmotionRecord.objects.filter(profile__discord_id=person_id).order_by("felt_at"),
            "felt_at",
            "emotion",
            "scores",
            "intensity",
            "confidence",
            "triggers",
            "model",
        ),
        "consent": table(
            Consent.objects.filter(discord_id=person_id),
            "discord_id",
            "status",
            "source",
            "asked_at",
            "decided_at",
        ),
    }
