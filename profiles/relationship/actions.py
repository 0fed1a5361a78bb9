"""The writer of what is made of people: signs, wishes, the rules' changes, and how they write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from profiles.forgetting import Forgettable, is_forgotten, note_forgotten
from profiles.models import (
    AGREED,
    Consent,
    Emotion,
    EmotionRecord,
    Profile,
    Relationship,
    RelationshipChange,
)
from profiles.personality import SET_BY_HAND
from profiles.queries import held_consent, held_profile, silent_friends, still_agrees
from profiles.relationship.rules import SILENCE, Standing, due
from profiles.relationship.signs import Signs, with_signs
from whisper.action_log import COMPANION, Actor, Changes, log
from whisper.database.prepared import prepared
from whisper.personal_data import registry

BY_HAND = "by_hand"
# In place of a personality: the person does not want to be described.
DECLINED = "declined"
REASON_LENGTH = 255
# Changes among which the last cooling is looked for: an older one no longer matters.
LOOKED_AT = 10
COOLED_AT_ONCE = 100
LEVELS = Relationship.values


def relate(person_id: int, signs: Signs, *, message_pk: int, said_at: datetime) -> None:
    """Keep what a message of a person showed of trust, and what it wished."""
    with transaction.atomic():
        profile = _locked(person_id, said_at=said_at)
        if profile is None:
            return
        if signs.trust and not is_forgotten(profile, Forgettable.TRUST, said_at):
            profile.trust_indicators = with_signs(profile.trust_indicators, signs.trust)
        if signs.distance is not None:
            _wish_distance(profile, signs.distance, said_at)
        if signs.follow_up is not None:
            wanted = signs.follow_up.wanted
            profile.follow_up_wished = wanted
            profile.follow_up_at = signs.follow_up.at if wanted else None
            profile.follow_up_message_id = message_pk if wanted else None
        profile.save(
            update_fields=[
                "trust_indicators",
                "distance_wished_at",
                "follow_up_wished",
                "follow_up_at",
                "follow_up_message_id",
            ]
        )


def wish_distance(
    person_id: int,
    wished: bool,
    *,
    at: datetime,
    actor: Actor = COMPANION,
    reason: str = "",
) -> None:
    """Keep whether a person wants less closeness, and act on it."""
    with transaction.atomic():
        profile = _locked(person_id)
        if profile is None:
            return
        before = profile.distance_wished_at
        _wish_distance(profile, wished, at)
        profile.save(update_fields=["distance_wished_at"])
        changes = {"distance_wished_at": (before, profile.distance_wished_at)}
        _log("profile.distance", profile, actor, reason, changes)
        _settle(profile, personal=False, now=at)


def show_trust(person_id: int, labels: Sequence[str], *, said_at: datetime) -> None:
    """Add signs of trust that something else than the patterns found."""
    if not labels:
        return
    with transaction.atomic():
        profile = _locked(person_id, said_at=said_at)
        if profile is not None and not is_forgotten(profile, Forgettable.TRUST, said_at):
            profile.trust_indicators = with_signs(profile.trust_indicators, labels)
            profile.save(update_fields=["trust_indicators"])


def settle(person_id: int, *, personal: bool, now: datetime) -> list[RelationshipChange]:
    """Make the changes of a person's relationship that are due, and return them.

    Calling it again, or twice in parallel, changes nothing more.

    Args:
        personal: whether something personal is known of them.
    """
    with transaction.atomic():
        profile = _locked(person_id)
        return _settle(profile, personal=personal, now=now) if profile else []


def cool_silent(now: datetime) -> int:
    """Cool towards people silent for long, in batches; return the number of changes."""
    agreed = Consent.objects.filter(status__in=AGREED).values("person_id")
    silent = silent_friends(before=now - SILENCE).filter(person_id__in=agreed)
    people = list(silent.values_list("person_id", flat=True)[:COOLED_AT_ONCE])
    return sum(len(settle(person, personal=False, now=now)) for person in people)


def set_level(
    person_id: int, level: Relationship, *, reason: str, now: datetime, actor: Actor = COMPANION
) -> None:
    """Set a relationship by hand, with the reason."""
    with transaction.atomic():
        profile = _locked(person_id)
        if profile is not None and profile.relationship_level != level:
            before = profile.relationship_level
            _change(profile, level, rule=BY_HAND, reason=reason, at=now)
            profile.save(update_fields=["relationship_level"])
            changes = {"relationship_level": (before, level.value)}
            _log("profile.level", profile, actor, reason, changes)


def forget_follow_up(person_id: int, *, actor: Actor = COMPANION, reason: str = "") -> None:
    """Drop a wish to be asked."""
    with transaction.atomic():
        rows = Profile.objects.filter(person_id=person_id, follow_up_wished=True)
        dropped = rows.update(follow_up_wished=False, follow_up_at=None, follow_up_message_id=None)
        log(
            "profile.forget_follow_up",
            actor=actor,
            reason=reason,
            person_id=person_id,
            count=dropped,
        )


def followed_up(person_id: int, message_pk: int | None) -> None:
    """Note that a person was asked how it went; a newer wish stays."""
    Profile.objects.filter(person_id=person_id, follow_up_message_id=message_pk).update(
        follow_up_wished=False, follow_up_at=None, follow_up_message_id=None
    )


def keep_personality(person_id: int, personality: Mapping[str, Any]) -> bool:
    """Keep how a person writes; tell whether that was done.

    It takes a yes of their own: a mere notice is not enough to describe somebody, and who had it
    forgotten is not described again. What an admin set by hand stays.
    """
    with transaction.atomic():
        consent = held_consent(person_id)
        profile = _locked(person_id)
        if consent is None or consent.standing != Consent.Status.GRANTED or profile is None:
            return False
        if profile.personality.get(DECLINED):
            return False
        held = profile.personality
        kept = {name: held[name] for name in held.get(SET_BY_HAND, ()) if name in held}
        by_hand = {SET_BY_HAND: sorted(kept)} if kept else {}
        profile.personality = {**personality, **kept, **by_hand}
        profile.save(update_fields=["personality"])
    return True


def forget_personality(person_id: int, *, actor: Actor = COMPANION, reason: str = "") -> None:
    """Forget how a person writes, and do not describe them again."""
    with transaction.atomic():
        rows = Profile.objects.filter(person_id=person_id)
        changed = rows.update(personality={DECLINED: True})
        log(
            "profile.forget_personality",
            actor=actor,
            reason=reason,
            person_id=person_id,
            count=changed,
        )


def forget_moods(person_id: int, *, actor: Actor = COMPANION, reason: str = "") -> int:
    """Forget how a person felt, in every room; return how many records went."""
    with transaction.atomic():
        # Writes about them that are under way finish first.
        held_consent(person_id)
        registry.drop_moods(person_id)
        profile = held_profile(person_id)
        if profile is None:
            return 0
        gone, _ = EmotionRecord.objects.filter(profile=profile).delete()
        note_forgotten(profile, Forgettable.MOODS, at=timezone.now())
        profile.emotion_state, profile.current_emotion = {}, Emotion.NEUTRAL
        profile.escalation_count, profile.escalated_at = 0, None
        profile.save(
            update_fields=[
                "preferences",
                "emotion_state",
                "current_emotion",
                "escalation_count",
                "escalated_at",
            ]
        )
        _log("profile.forget_moods", profile, actor, reason, {"moods": (gone, 0)})
    return gone


def forget_trust(person_id: int, *, actor: Actor = COMPANION, reason: str = "") -> None:
    """Forget what signs of trust a person showed."""
    with transaction.atomic():
        profile = held_profile(person_id)
        if profile is None:
            return
        note_forgotten(profile, Forgettable.TRUST, at=timezone.now())
        profile.trust_indicators = []
        profile.save(update_fields=["preferences", "trust_indicators"])
        _log("profile.forget_trust", profile, actor, reason)


def _log(
    action: str, profile: Profile, actor: Actor, reason: str, changes: Changes | None = None
) -> None:
    log(
        action,
        actor=actor,
        reason=reason,
        person_id=profile.person_id,
        on=profile,
        changes=changes,
    )


def _locked(person_id: int, *, said_at: datetime | None = None) -> Profile | None:
    """Return a locked profile; None if the person does not agree to it."""
    if not still_agrees(person_id, said_at=said_at):
        return None
    return held_profile(person_id)


def _wish_distance(profile: Profile, wished: bool, at: datetime) -> None:
    # A wish that is repeated is as old as it was.
    if not wished:
        profile.distance_wished_at = None
    elif profile.distance_wished_at is None:
        profile.distance_wished_at = at


def _settle(profile: Profile, *, personal: bool, now: datetime) -> list[RelationshipChange]:
    changes: list[RelationshipChange] = []
    cooling = _last_cooling(profile)
    while True:
        seen = _standing(profile, cooling, personal=personal, now=now)
        rule = due(profile.relationship_level, seen)
        if rule is None:
            break
        # Silence is dated to when it became long enough, however late this runs.
        at = now - seen.silence + SILENCE if rule.name.startswith("silence") else now
        change = _change(profile, rule.after, rule=rule.name, reason=rule.because(seen), at=at)
        changes.append(change)
        cooling = change if _cools(change) else cooling
    if changes:
        profile.save(update_fields=["relationship_level"])
    return changes


def _standing(
    profile: Profile, cooling: RelationshipChange | None, *, personal: bool, now: datetime
) -> Standing:
    wish = profile.distance_wished_at
    cooled_at = cooling.changed_at if cooling else None
    talked_at = profile.last_interaction or now
    distance = None
    if wish is not None:
        distance = now - cooled_at if cooled_at and cooled_at >= wish else timedelta.max
    return Standing(
        sessions=profile.session_count,
        days=profile.day_count,
        personal=personal,
        trust=len(profile.trust_indicators),
        silence=now - max(talked_at, cooled_at or talked_at),
        distance=distance,
        since_cooling=profile.session_count - cooling.session_count if cooling else None,
    )


_latest_changes = prepared(
    lambda profile: RelationshipChange.objects.filter(profile_id=profile).order_by(
        "-changed_at", "-pk"
    )[:LOOKED_AT]
)


def _last_cooling(profile: Profile) -> RelationshipChange | None:
    return next(filter(_cools, _latest_changes(profile.pk)), None)


def _cools(change: RelationshipChange) -> bool:
    return LEVELS.index(change.after) < LEVELS.index(change.before)


def _change(
    profile: Profile, after: str, *, rule: str, reason: str, at: datetime
) -> RelationshipChange:
    change = RelationshipChange.objects.create(
        profile=profile,
        before=profile.relationship_level,
        after=after,
        rule=rule,
        reason=reason[:REASON_LENGTH],
        interaction_count=profile.interaction_count,
        session_count=profile.session_count,
        changed_at=at,
    )
    profile.relationship_level = after
    return change
