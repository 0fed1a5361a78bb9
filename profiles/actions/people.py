"""Write who people are and how they felt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from profiles.actions.base import ProfileError, check_id
from profiles.emotions.escalation import escalated
from profiles.emotions.state import Mood, mood_of, with_mood
from profiles.forgetting import Forgettable, is_forgotten
from profiles.models import (
    Emotion,
    EmotionRecord,
    Profile,
)
from profiles.preferences import TIME_ZONE
from profiles.queries import held_profile
from profiles.relationship.actions import (
    settle,
)
from profiles.relationship.rules import SESSION_GAP, SILENCE
from whisper.action_log import COMPANION, Actor, log
from whisper.database.inserting import insert
from whisper.names import safe_name


def meet(person_id: int, *, name: str, at: datetime) -> Profile:
    """Count one interaction of a person and keep their name; makes the profile at the first one.

    Of somebody who was there not long ago this is one statement: it counts exactly, however many
    write at once. Who comes back after a long silence is met more coolly.
    """
    profile = _count(check_id(person_id), name, at)
    return profile or _meet_anew(person_id, name, at)


def _meet_anew(person_id: int, name: str, at: datetime) -> Profile:
    with transaction.atomic():
        Profile.objects.get_or_create(
            person_id=person_id,
            defaults={
                "first_interaction": at,
                "last_interaction": at,
                "session_count": 1,
                "day_count": 1,
            },
        )
        settle(person_id, personal=False, now=at)
        # This locks the row: if another process was quicker, its time stays.
        Profile.objects.filter(Q(last_interaction=None) | Q(last_interaction__lt=at)).filter(
            person_id=person_id
        ).update(
            last_interaction=at,
            session_count=F("session_count") + 1,
            day_count=F("day_count") + 1,
        )
        profile = _count(person_id, name, at)
    if profile is None:
        raise ProfileError("This profile was just erased.")
    return profile


def _count(person_id: int, name: str, at: datetime) -> Profile | None:
    """Count an interaction of a person who was there not long before; None of others.

    It is SQL because the ORM's update does not return the row.
    """
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    time, not_long_before, session_ended, day_began = (
        connection.ops.adapt_datetimefield_value(one)
        for one in (at, at - SILENCE, at - SESSION_GAP, midnight)
    )
    rows = Profile.objects.raw(
        """
        UPDATE profiles_profile SET
            interaction_count = interaction_count + 1,
            session_count = session_count
                + CASE WHEN last_interaction < %s THEN 1 ELSE 0 END,
            day_count = day_count + CASE WHEN last_interaction < %s THEN 1 ELSE 0 END,
            first_interaction = COALESCE(first_interaction, %s),
            last_interaction = CASE WHEN last_interaction < %s THEN %s ELSE last_interaction END,
            name = COALESCE(NULLIF(%s, ''), name),
            archived = FALSE
        WHERE person_id = %s AND last_interaction > %s
        RETURNING *
        """,
        [
            *(session_ended, day_began),
            *(time, time, time, safe_name(name), person_id, not_long_before),
        ],
    )
    return next(iter(list(rows)), None)


def rename(
    person_id: int, *, preferred_name: str, actor: Actor = COMPANION, reason: str = ""
) -> None:
    """Keep what a person wants to be called; empty goes back to their Discord name."""
    name = safe_name(preferred_name)
    with transaction.atomic():
        profile = held_profile(person_id)
        if profile is None or profile.preferred_name == name:
            return
        before, profile.preferred_name = profile.preferred_name, name
        profile.save(update_fields=["preferred_name"])
        log(
            "profile.rename",
            actor=actor,
            reason=reason,
            person_id=person_id,
            on=profile,
            changes={"preferred_name": (before, name)},
        )


def set_time_zone(person_id: int, zone: str, *, actor: Actor, reason: str = "") -> bool:
    """Keep a person's time zone, by its name; return whether they have a profile to keep it in."""
    with transaction.atomic():
        profile = held_profile(person_id)
        if profile is None:
            return False
        before = profile.preferences.get(TIME_ZONE, "")
        profile.preferences = {**profile.preferences, TIME_ZONE: zone}
        profile.save(update_fields=["preferences"])
        changes = {f"preference.{TIME_ZONE}": (before, zone)}
        log(
            "profile.edit",
            actor=actor,
            reason=reason,
            person_id=person_id,
            on=profile,
            changes=changes,
        )
    return True


def record_emotion(
    person_id: int,
    *,
    emotion: Emotion,
    scores: Mapping[str, float],
    intensity: float,
    confidence: float,
    valence: float,
    triggers: Sequence[str],
    source_message_id: int | None,
    model: str,
    felt_at: datetime,
) -> EmotionRecord | None:
    """Add how one message felt and make it the current mood.

    The same message and model add one record, however often they are given (without a message: the
    same time and model); None if the person has no profile, or had that time's moods forgotten.

    Args:
        scores: probability of each label, 0 to 1.
        intensity, confidence: 0 to 1.
        valence: -1 (bad) to 1 (good).
    """
    # No savepoint: it would cost two more ways to the database.
    with transaction.atomic(savepoint=False):
        # The row is locked, so that two writers neither add a mood twice nor drop each other's.
        profile = held_profile(person_id)
        if profile is None or is_forgotten(profile, Forgettable.MOODS, felt_at):
            return None
        # A mood without a message, as from an older store, is known by its time.
        known = {} if source_message_id is not None else {"felt_at": felt_at}
        record = EmotionRecord.objects.filter(
            source_message_id=source_message_id, model=model, profile=profile, **known
        ).first()
        if record is not None:
            return record
        record = EmotionRecord(
            profile=profile,
            emotion=emotion,
            scores=dict(scores),
            intensity=intensity,
            confidence=confidence,
            triggers=list(triggers),
            source_message_id=source_message_id,
            model=model,
            felt_at=felt_at,
        )
        insert(record)
        _take_mood(profile, mood_of(emotion, intensity, valence, felt_at, triggers))
    return record


def _take_mood(profile: Profile, mood: Mood) -> None:
    profile.emotion_state = with_mood(profile.emotion_state, mood)
    profile.current_emotion = profile.emotion_state["recent"][-1]["emotion"]
    profile.escalation_count, profile.escalated_at = escalated(
        profile.escalation_count,
        profile.escalated_at,
        mood["emotion"],
        datetime.fromisoformat(mood["at"]),
    )
    profile.save(
        update_fields=["emotion_state", "current_emotion", "escalation_count", "escalated_at"]
    )
