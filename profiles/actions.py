"""The only writer of profiles, moods and consent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from profiles.emotions.escalation import escalated
from profiles.emotions.state import Mood, mood_of, with_mood
from profiles.forgetting import FORGOTTEN, Forgettable, is_forgotten
from profiles.models import (
    LARGEST_ID,
    Consent,
    Emotion,
    EmotionRecord,
    Profile,
    Relationship,
    RelationshipChange,
)
from profiles.privacy import Way, rules_of, ways_of
from profiles.queries import erased_until, held_consent, refused
from profiles.relationship.actions import (
    DECLINED,
    forget_follow_up,
    forget_moods,
    forget_trust,
    settle,
)
from profiles.relationship.rules import SESSION_GAP, SILENCE
from whisper.action_log import COMPANION, Actor, forget_person, log
from whisper.environment import environment
from whisper.names import safe_name
from whisper.personal_data import registry
from whisper.personal_data.erasures import note, note_agreement
from whisper.personal_data.registry import until


class ProfileError(Exception):
    """A change of a profile was refused; the text can be shown to the person."""


def check_id(person_id: int) -> int:
    """Return the id, or raise `ProfileError` where it can be nobody's."""
    if not 0 <= person_id <= LARGEST_ID:
        raise ProfileError(f"{person_id} is not an id: ids go from 0 to {LARGEST_ID}.")
    return person_id


def ask_consent(person_id: int, *, source: str) -> Consent:
    """Note that a person was asked whether they want to be remembered; an answer given stays."""
    asked = {"status": Consent.Status.ASKED, "source": source, "asked_at": timezone.now()}
    with transaction.atomic():
        made, _ = Consent.objects.get_or_create(person_id=check_id(person_id), defaults=asked)
        # Their answer may come at the same moment.
        consent = held_consent(person_id) or made
        if consent.to_be_asked:
            consent.status, consent.asked_at = consent.standing, timezone.now()
            consent.source = source
            consent.save(update_fields=["status", "asked_at", "source"])
    return consent


def answer_consent(
    person_id: int, *, granted: bool, source: str, actor: Actor | None = None, reason: str = ""
) -> Consent | None:
    """Keep a person's answer to the question; None, and no change, if they decided before."""
    with transaction.atomic():
        ask_consent(person_id, source=source)
        consent = held_consent(person_id)
        decided = {Consent.Status.GRANTED, Consent.Status.DENIED}
        if consent is not None and consent.standing in decided:
            return None
        return decide_consent(person_id, granted=granted, source=source, actor=actor, reason=reason)


def notice_consent(person_id: int, *, source: str) -> Consent:
    """Note that a person was told that they are remembered and may decline."""
    consent, created = Consent.objects.get_or_create(
        person_id=check_id(person_id),
        defaults={"status": Consent.Status.NOTICED, "source": source, "asked_at": timezone.now()},
    )
    if not created and consent.status == Consent.Status.ASKED:
        consent.status, consent.asked_at = Consent.Status.NOTICED, timezone.now()
        consent.source = source
        consent.save(update_fields=["status", "asked_at", "source"])
    return consent


def decide_consent(
    person_id: int, *, granted: bool, source: str, actor: Actor | None = None, reason: str = ""
) -> Consent:
    """Store whether a person wants to be remembered; the latest decision counts.

    With a no goes what was made of what they said: facts, moods, relationship, personality.
    """
    now, days = timezone.now(), environment.consent_valid_days
    with transaction.atomic():
        # The row is locked: whoever is writing something about them finishes first.
        before = held_consent(check_id(person_id))
        consent, _ = Consent.objects.update_or_create(
            person_id=check_id(person_id),
            defaults={
                "status": Consent.Status.GRANTED if granted else Consent.Status.DENIED,
                "source": source,
                "decided_at": now,
                "expires_at": now + timedelta(days=days) if granted and days else None,
            },
        )
        log(
            "consent.decide",
            actor=actor or Actor.person(person_id),
            reason=reason,
            person_id=person_id,
            on=consent,
            changes={"status": (before.status if before else None, consent.status)},
        )
        if granted:
            note_agreement(person_id)
        else:
            registry.drop_derived(person_id)
    return consent


def choose_level(
    person_id: int,
    level: Consent.Level,
    *,
    ways: Iterable[Way] = (),
    source: str,
    actor: Actor | None = None,
    reason: str = "",
) -> Consent:
    """Keep how far what a person says may travel; whether it is remembered stays as it is.

    Args:
        ways: of level custom, those that are open.
    """
    rules = rules_of(ways) if level == Consent.Level.CUSTOM else {}
    with transaction.atomic():
        before = held_consent(check_id(person_id))
        consent, _ = Consent.objects.update_or_create(
            person_id=person_id,
            defaults={"level": level, "rules": rules},
            create_defaults={
                "status": Consent.Status.ASKED,
                "source": source,
                "level": level,
                "rules": rules,
            },
        )
        log(
            "consent.level",
            actor=actor or Actor.person(person_id),
            reason=reason,
            person_id=person_id,
            on=consent,
            changes={"level": (before.level if before else None, consent.level)},
        )
    return consent


def set_way(
    person_id: int,
    way: Way,
    *,
    opened: bool,
    source: str,
    actor: Actor | None = None,
    reason: str = "",
) -> Consent:
    """Open or close one way for what a person says; the others stay, as level custom."""
    with transaction.atomic():
        ways = ways_of(held_consent(check_id(person_id)))
        ways = ways | {way} if opened else ways - {way}
        return choose_level(
            person_id,
            Consent.Level.CUSTOM,
            ways=ways,
            source=source,
            actor=actor,
            reason=reason or f"{way.value} {'opened' if opened else 'closed'}",
        )


def grant_to_local_person(person_id: int, *, source: str) -> Consent:
    """Grant remembering to the person who runs this companion themselves, unless they declined."""
    consent = held_consent(check_id(person_id))
    if consent is not None and (
        consent.allows_remembering or consent.standing == Consent.Status.DENIED
    ):
        return consent
    return decide_consent(person_id, granted=True, source=source)


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
        # The row is locked by this: where somebody else was quicker, their time stays.
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
        profile = Profile.objects.select_for_update().filter(person_id=person_id).first()
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
    same time and model); None if the person has no profile, or had moods of then forgotten.

    Args:
        scores: probability of each label, 0 to 1.
        intensity, confidence: 0 to 1.
        valence: -1 (bad) to 1 (good).
    """
    # No savepoint: it would cost two more ways to the database.
    with transaction.atomic(savepoint=False):
        # The row is locked, so that two writers neither add a mood twice nor drop each other's.
        profile = Profile.objects.select_for_update().filter(person_id=person_id).first()
        if profile is None or is_forgotten(profile, Forgettable.MOODS, felt_at):
            return None
        # A mood without a message, as from an older store, is known by its time.
        known = {} if source_message_id is not None else {"felt_at": felt_at}
        record = EmotionRecord.objects.filter(
            source_message_id=source_message_id, model=model, profile=profile, **known
        ).first()
        if record is not None:
            return record
        record = EmotionRecord.objects.create(
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
            # The rules would at once make a friend of who has talked often.
            interaction_count=0,
            session_count=0,
            day_count=0,
            personality={DECLINED: True} if declined else {},
            preferences={FORGOTTEN: profile.preferences[FORGOTTEN]},
        )


def erase_person(person_id: int, before: datetime | None = None) -> dict[str, int]:
    """Erase a person's profile and moods and return how many rows of each went.

    The row that says «no» stays, so that nothing is gathered again by mistake.

    Args:
        before: erase again what is older than this erasure of theirs; who agreed again since keeps
            what is newer.
    """
    with transaction.atomic():
        # Whoever is writing something about them finishes first, or finds their no.
        held_consent(person_id)
        end = None if before is None else erased_until(person_id, erasure=before)
        if before is None:
            _refuse_for_good(person_id, note(person_id))
        elif end is None and not refused(person_id, since=before):
            _refuse_for_good(person_id, before)
        of_them = Q(profile__person_id=person_id)
        moods = EmotionRecord.objects.filter(of_them, until("felt_at", end)).delete()[0]
        changes = RelationshipChange.objects.filter(of_them, until("changed_at", end))
        changed = changes.delete()[0]
        profiles = Profile.objects.filter(until("created_at", end), person_id=person_id)
        _leave_names_out_of_the_log(profiles, person_id)
        return {
            "profiles": profiles.delete()[1].get(Profile._meta.label, 0),
            "emotion records": moods,
            "relationship changes": changed,
            "action log entries": forget_person(person_id, before=end),
        }


def _refuse_for_good(person_id: int, at: datetime) -> None:
    """Keep nothing of a person's consent but that they don't want to be remembered."""
    Consent.objects.update_or_create(
        person_id=check_id(person_id),
        defaults={
            "status": Consent.Status.DENIED,
            "source": "erasure",
            "asked_at": None,
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
