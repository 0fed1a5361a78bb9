"""What is held of a person here: profile, moods, consent, and that they were erased."""

from __future__ import annotations

from datetime import datetime

from profiles import actions
from profiles.models import Consent, EmotionRecord, Profile, RelationshipChange
from whisper.database.access import in_database
from whisper.models import ActionEntry, Erasure
from whisper.personal_data.registry import Holder, Rows, columns, table


async def export(person_id: int) -> dict[str, Rows]:
    """Return profile, moods and consent."""
    return await in_database(_export, person_id)


async def erase(person_id: int, before: datetime | None) -> dict[str, int]:
    """Erase profile and moods; that the person does not want to be remembered is kept.

    It comes before the other parts: from then on nothing new is written of them.
    """
    return await in_database(actions.erase_person, person_id, before)


HOLDER = Holder(
    "profiles",
    export,
    erase,
    holds=(
        "profiles.Profile",
        "profiles.EmotionRecord",
        "profiles.RelationshipChange",
        "profiles.Consent",
        "whisper.Erasure",
        "whisper.ActionEntry",
    ),
    # That they said no, and that they were erased.
    stays=("consent", "erasures"),
    drop_derived=actions.drop_derived,
    withdraw=actions.withdraw,
    from_messages=(
        "profiles.Profile",
        "profiles.EmotionRecord",
        "whisper.ActionEntry",
    ),
    wordless={
        "profiles.RelationshipChange": "rules and how often they talked",
        "profiles.Consent": "what they chose",
        "whisper.Erasure": "times",
    },
)


def _export(person_id: int) -> dict[str, Rows]:
    profiles = Profile.objects.filter(person_id=person_id)
    moods = EmotionRecord.objects.filter(profile__person_id=person_id).order_by("felt_at")
    changes = RelationshipChange.objects.filter(profile__person_id=person_id)
    consents = Consent.objects.filter(person_id=person_id)
    acted = ActionEntry.objects.filter(person_id=person_id).order_by("at", "pk")
    return {
        "profile": table(profiles, *columns(Profile, "id")),
        "moods": table(moods, *columns(EmotionRecord, "id", "profile_id")),
        "relationship": table(
            changes.order_by("changed_at"), *columns(RelationshipChange, "id", "profile_id")
        ),
        "consent": table(consents, *columns(Consent, "id")),
        "action log": table(acted, *columns(ActionEntry, "id")),
        "erasures": table(Erasure.objects.filter(person_id=person_id), *columns(Erasure, "id")),
    }
