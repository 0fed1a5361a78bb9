"""Take back what a message, whose words were withdrawn, showed of its author."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from profiles.emotions.escalation import escalated
from profiles.emotions.state import DAYS, mood_of, without_mood
from profiles.models import Emotion, EmotionRecord, Profile
from profiles.preferences import zone_of
from profiles.relationship.rules import SESSION_GAP
from profiles.relationship.signs import signs_in
from whisper.personal_data.withdrawing import Withdrawal

CHANGED = [
    "emotion_state",
    "current_emotion",
    "escalation_count",
    "escalated_at",
    "trust_indicators",
    "distance_wished_at",
    "follow_up_wished",
    "follow_up_at",
    "follow_up_message_id",
    "interaction_count",
    "session_count",
    "day_count",
    "first_interaction",
    "last_interaction",
]


def withdraw(withdrawal: Withdrawal) -> None:
    """Drop the mood, the signs and the wishes that a message showed: this app's part.

    Of a deleted message the counts go back too. How close they are stays: it follows by the rules.
    """
    if withdrawal.from_companion:
        return
    with transaction.atomic():
        rows = Profile.objects.select_for_update().filter(person_id=withdrawal.person_id)
        profile = rows.first()
        if profile is None:
            return
        _drop_moods(profile, withdrawal)
        _drop_signs(profile, withdrawal)
        if withdrawal.is_deletion:
            _uncount(profile, withdrawal)
        profile.save(update_fields=CHANGED)


def _drop_moods(profile: Profile, withdrawal: Withdrawal) -> None:
    records = EmotionRecord.objects.filter(profile=profile, source_message_id=withdrawal.message_pk)
    state = profile.emotion_state
    gone = list(records)
    for record in gone:
        # Its own valence was not kept; the state's sign and likelihood come near.
        valence = Emotion(record.emotion).sign * record.confidence
        state = without_mood(
            state, mood_of(record.emotion, record.intensity, valence, record.felt_at)
        )
    if not gone:
        return
    records.delete()
    profile.emotion_state = state
    recent = state.get("recent") or []
    profile.current_emotion = recent[-1]["emotion"] if recent else Emotion.NEUTRAL
    _escalate_again(profile)


def _escalate_again(profile: Profile) -> None:
    """Count the distress of the last days again; it fades by one a day and has a most."""
    left = EmotionRecord.objects.filter(
        profile=profile, felt_at__gte=timezone.now() - timedelta(days=DAYS)
    ).order_by("felt_at", "pk")
    count, since = 0, None
    for emotion, felt_at in left.values_list("emotion", "felt_at"):
        count, since = escalated(count, since, emotion, felt_at)
    profile.escalation_count, profile.escalated_at = count, since


def _drop_signs(profile: Profile, withdrawal: Withdrawal) -> None:
    at = withdrawal.said_at.astimezone(zone_of(profile))
    before = signs_in(withdrawal.text, said_at=at)
    trust = set(before.trust)
    distance = profile.distance_wished_at == withdrawal.said_at
    if trust or distance:
        others = [(at, signs_in(text, said_at=at)) for at, text in withdrawal.others()]
        trust -= {label for _, signs in others for label in signs.trust}
        if distance:
            wishes = [at for at, signs in others if signs.distance]
            profile.distance_wished_at = min(wishes, default=None)
    profile.trust_indicators = [one for one in profile.trust_indicators if one not in trust]
    if profile.follow_up_message_id == withdrawal.message_pk:
        profile.follow_up_wished = False
        profile.follow_up_at = profile.follow_up_message_id = None


def _uncount(profile: Profile, withdrawal: Withdrawal) -> None:
    said_at, later = withdrawal.said_at, withdrawal.later
    first = profile.first_interaction
    # Somebody from an older bot talked before there were messages here.
    earlier = withdrawal.earlier or (first if first and first < said_at else None)
    profile.interaction_count = max(0, profile.interaction_count - 1)
    sessions = _begins(earlier, later) - _begins(earlier, said_at) - _begins(said_at, later)
    profile.session_count = max(0, profile.session_count + sessions)
    if not any(one and _day(one) == _day(said_at) for one in (earlier, later)):
        profile.day_count = max(0, profile.day_count - 1)
    if first == said_at:
        profile.first_interaction = later
    if profile.last_interaction == said_at:
        profile.last_interaction = earlier


def _begins(earlier: datetime | None, at: datetime | None) -> int:
    """Return 1 if a message begins a session after another one, else 0."""
    return int(at is not None and (earlier is None or at - earlier > SESSION_GAP))


def _day(at: datetime) -> object:
    return timezone.localtime(at).date()


def withdraw_from_console_log(withdrawal: Withdrawal) -> None:
    """Take a name that a message told out of the console's log, which names what was changed."""
    profiles = Profile.objects.filter(person_id=withdrawal.person_id).values_list("pk", flat=True)
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Profile),
        object_id__in=[str(pk) for pk in profiles],
    )
    for entry in entries:
        entry.object_repr = withdrawal.quotations.without(entry.object_repr)
        entry.save(update_fields=["object_repr"])
