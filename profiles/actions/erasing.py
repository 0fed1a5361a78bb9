"""Remove a person, or what was made of what they said."""

from __future__ import annotations

from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet

from profiles.actions.base import check_id
from profiles.forgetting import FORGOTTEN
from profiles.models import (
    Consent,
    EmotionRecord,
    Profile,
    Relationship,
    RelationshipChange,
)
from profiles.queries import erased_extent, held_consent, refused
from profiles.relationship.actions import (
    DECLINED,
    forget_follow_up,
    forget_moods,
    forget_trust,
)
from whisper.action_log import forget_person
from whisper.models import ActionEntry
from whisper.personal_data.erasures import note


def drop_derived(person_id: int) -> None:
    """Drop how a person felt, how close they are and how they write; their wishes stay."""
    with transaction.atomic():
        profile = Profile.objects.select_for_update().filter(person_id=person_id).first()
        if profile is None:
            return
        forget_moods(person_id)
        forget_trust(person_id)
        forget_follow_up(person_id)
        profile.refresh_from_db(fields=["preferences"])
        RelationshipChange.objects.filter(profile=profile).delete()
        declined = profile.personality.get(DECLINED)
        Profile.objects.filter(pk=profile.pk).update(
            preferred_name="",
            relationship_level=Relationship.STRANGER,
            # The rules would immediately make a friend of someone who has talked often.
            interaction_count=0,
            session_count=0,
            day_count=0,
            personality={DECLINED: True} if declined else {},
            preferences={FORGOTTEN: profile.preferences[FORGOTTEN]},
        )


def erase_person(person_id: int, before: datetime | None = None) -> dict[str, int]:
    """Erase a person's profile and moods and return how many rows of each went.

    The row that says “no” stays, so that nothing is gathered again by mistake.

    Args:
        before: erase again what is older than this erasure of theirs; who agreed again since keeps
            what is newer.
    """
    with transaction.atomic():
        # Whoever is writing something about them finishes first, or finds their no.
        held_consent(person_id)
        extent = erased_extent(person_id, erasure=before)
        if before is None:
            _refuse_for_good(person_id, note(person_id))
        elif extent.is_everything and not refused(person_id, since=before):
            _refuse_for_good(person_id, before)
        of_them = Q(profile__person_id=person_id)
        moods = extent.of(EmotionRecord, "felt_at")
        mood_count = EmotionRecord.objects.filter(of_them, moods).delete()[0]
        levels = extent.of(RelationshipChange, "changed_at")
        changed = RelationshipChange.objects.filter(of_them, levels).delete()[0]
        profiles = Profile.objects.filter(extent.of(Profile, "created_at"), person_id=person_id)
        _leave_names_out_of_the_log(profiles, person_id)
        return {
            "profiles": profiles.delete()[1].get(Profile._meta.label, 0),
            "emotion records": mood_count,
            "relationship changes": changed,
            "action log entries": forget_person(person_id, extent.of(ActionEntry, "at")),
        }


def _refuse_for_good(person_id: int, at: datetime) -> None:
    """Keep nothing of a person's consent but that they don't want to be remembered."""
    Consent.objects.update_or_create(
        person_id=check_id(person_id),
        defaults={
            "status": Consent.Status.DENIED,
            "source": "erasure",
            "asked_at": None,
            "asking_until": None,
            "decided_at": at,
            "expires_at": None,
            "level": Consent.Level.MODERATE,
            "rules": {},
        },
    )


def _leave_names_out_of_the_log(profiles: QuerySet[Profile], person_id: int) -> None:
    """Call people by their id in the console's log, which names what was changed."""
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Profile),
        object_id__in=[str(pk) for pk in profiles.values_list("pk", flat=True)],
    ).update(object_repr=str(person_id))
