"""Who people are, how they felt, and what they agreed to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from profiles.states import Emotion as Emotion
from whisper.environment import environment
from whisper.ids import FIRST_OF_ACCOUNTS
from whisper.names import safe_name

# Discord's ids are unsigned 64-bit numbers with the time on top: they stay below 2^63 until the
# year 2084.
LARGEST_ID = 2**63 - 1

FRACTION = (MinValueValidator(0.0), MaxValueValidator(1.0))


# What weighs on people, the heaviest first, and how strong it must be to count as distress.
DISTRESS = tuple(
    sorted(
        (emotion for emotion in Emotion if emotion.traits.weight),
        key=lambda emotion: -emotion.traits.weight,
    )
)
STRONG = 0.5
STRONG_DISTRESS = Q(emotion__in=[emotion.value for emotion in DISTRESS], intensity__gte=STRONG)


class Relationship(models.TextChoices):
    """How close a person and the companion are."""

    STRANGER = "stranger"
    ACQUAINTANCE = "acquaintance"
    FRIEND = "friend"
    CLOSE_FRIEND = "close_friend", "Close friend"


# Levels from which the companion cools down again.
CLOSE = Q(relationship_level__in=[Relationship.FRIEND.value, Relationship.CLOSE_FRIEND.value])


# Source of imported consents: these people were not asked here yet.
IMPORTED = "import"


class Consent(models.Model):
    """What a person said to being remembered. A person without a row was never asked."""

    class Status(models.TextChoices):
        """The state of the question."""

        ASKED = "asked"
        NOTICED = "noticed", "informed, with the right to decline"
        GRANTED = "granted"
        DENIED = "denied"
        EXPIRED = "expired", "expired, to be asked again"

    class Level(models.TextChoices):
        """How far what a person said may travel from where they said it."""

        STRICT = "strict"
        MODERATE = "moderate"
        PERMISSIVE = "permissive"
        CUSTOM = "custom"

    person_id = models.BigIntegerField(unique=True, help_text="Discord id, or a local account.")
    status = models.CharField(max_length=16, choices=Status)
    source = models.CharField(max_length=32, help_text="Where it was said: Discord, terminal, web.")
    asked_at = models.DateTimeField(null=True)
    asking_until = models.DateTimeField(
        null=True,
        help_text="A process is asking or informing the person; another may if it didn't by then.",
    )
    decided_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True, help_text="When the consent expires.")
    level = models.CharField(
        max_length=16, choices=Level, default=Level.MODERATE, db_default=Level.MODERATE
    )
    rules = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="For level custom: whether each way is open.",
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(person_id__gte=0), name="consent_person_id_positive")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.status}"

    @property
    def allows_remembering(self) -> bool:
        """Return whether what the person says may be kept."""
        return self.standing in AGREED

    @property
    def valid_until(self) -> datetime | None:
        """Return until when a yes holds, None for ever."""
        if self.expires_at or not environment.consent_valid_days or not self.decided_at:
            return self.expires_at
        return self.decided_at + timedelta(days=environment.consent_valid_days)

    @property
    def standing(self) -> Consent.Status:
        """Return the current state: a yes whose time is over has expired."""
        status, until = self.Status(self.status), self.valid_until
        over = until is not None and until <= timezone.now()
        return self.Status.EXPIRED if status == self.Status.GRANTED and over else status

    @property
    def to_be_asked(self) -> bool:
        """Return whether the person has not been asked yet, or not since their yes expired."""
        if self.standing not in {self.Status.ASKED, self.Status.EXPIRED}:
            return False
        if self.asked_at is None or self.source == IMPORTED:
            return True
        # A clock that was ahead may have asked too early.
        ahead = self.asked_at > timezone.now() + timedelta(days=1)
        return self.decided_at is not None and (ahead or self.asked_at <= self.decided_at)


# Whose words may be kept.
AGREED = (Consent.Status.GRANTED, Consent.Status.NOTICED)


class Profile(models.Model):
    """A person who agreed to be remembered."""

    person_id = models.BigIntegerField(unique=True, help_text="Discord id, or a local account.")
    name = models.CharField(max_length=255, blank=True, help_text="Name shown in Discord.")
    preferred_name = models.CharField(
        max_length=100, blank=True, help_text="The name they asked to be called by."
    )
    relationship_level = models.CharField(
        max_length=16, choices=Relationship, default=Relationship.STRANGER
    )
    current_emotion = models.CharField(max_length=16, choices=Emotion, default=Emotion.NEUTRAL)
    interaction_count = models.PositiveIntegerField(
        default=0, help_text="Number of their messages."
    )
    session_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Number of sessions, which are hours apart."
    )
    day_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Number of days on which they talked."
    )
    first_interaction = models.DateTimeField(null=True)
    last_interaction = models.DateTimeField(null=True)
    escalation_count = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="Accumulated distress; it fades with time and with good moods.",
    )
    escalated_at = models.DateTimeField(
        null=True, help_text="Time up to which fading has been applied."
    )
    trust_indicators = models.JSONField(
        default=list, db_default=[], blank=True, help_text="Distinct signs of trust, newest last."
    )
    follow_up_wished = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether they want to be asked how something went.",
    )
    follow_up_at = models.DateTimeField(null=True, help_text="Earliest time to ask.")
    follow_up_message_id = models.BigIntegerField(
        null=True, help_text="The message that asked for it."
    )
    distance_wished_at = models.DateTimeField(
        null=True, blank=True, help_text="When they asked for distance."
    )
    personality = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Big Five from 0 to 1, communication and decision style.",
    )
    archived = models.BooleanField(
        default=False, db_default=False, help_text="Imported as no longer active."
    )
    preferences = models.JSONField(default=dict, blank=True)
    emotion_state = models.JSONField(
        default=dict, blank=True, help_text="Recent moods and their summary, used in the prompt."
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(person_id__gte=0), name="profile_person_id_positive")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["-last_interaction"], name="profile_last_interaction"),
            # The console's front page counts who is new.
            models.Index(fields=["-first_interaction"], name="profile_first_interaction"),
            # Few are in distress, and the front page looks for them.
            models.Index(
                fields=["-escalation_count"],
                condition=Q(escalation_count__gte=1),
                name="profile_in_distress",
            ),
            # For those who have been silent for long: the companion cools towards them.
            models.Index(
                fields=["last_interaction"], condition=CLOSE, name="profile_close_by_silence"
            ),
            # A further one, over trust_indicators, is made on PostgreSQL alone: see the migrations.
        ]

    def __str__(self) -> str:
        return self.address_name or self._without_name()

    @property
    def address_name(self) -> str:
        """Return what to call the person."""
        return safe_name(self.preferred_name) or safe_name(self.name)

    def _without_name(self) -> str:
        account = self.person_id - FIRST_OF_ACCOUNTS
        return f"account {account}" if account > 0 else str(self.person_id)


class EmotionRecord(models.Model):
    """How one message of a person felt. Rows are only added."""

    # Has no index: the one by profile and time serves it too.
    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, related_name="emotion_records", db_index=False
    )
    emotion = models.CharField(max_length=16, choices=Emotion)
    scores = models.JSONField(default=dict, help_text="Probability of each label, 0 to 1.")
    intensity = models.FloatField(validators=FRACTION)
    confidence = models.FloatField(validators=FRACTION)
    triggers = models.JSONField(default=list, help_text="Words that decided the mood.")
    source_message_id = models.BigIntegerField(null=True, help_text="The message.")
    model = models.CharField(max_length=64, help_text="Model that judged it, with its version.")
    felt_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["source_message_id", "model"],
                condition=Q(source_message_id__isnull=False),
                name="emotion_record_once_a_message",
            ),
            models.CheckConstraint(
                condition=Q(intensity__gte=0, intensity__lte=1),
                name="emotion_record_intensity_range",
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1),
                name="emotion_record_confidence_range",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["profile", "-felt_at"], name="emotion_record_profile_time"),
            # Counting moods by day reads nothing else.
            models.Index(fields=["-felt_at"], include=["emotion"], name="emotion_record_time_mood"),
            # For who has a hard time lately.
            models.Index(fields=["-felt_at"], condition=STRONG_DISTRESS, name="emotion_distress"),
            # A further one, over scores, is made on PostgreSQL alone: see the migrations.
        ]

    def __str__(self) -> str:
        return f"{self.state.label}, {self.felt_at:%-d %B %Y}"

    @property
    def state(self) -> Emotion:
        """Return the emotion; neutral for one that is no longer a state."""
        return Emotion(self.emotion) if self.emotion in Emotion.values else Emotion.NEUTRAL

    @property
    def valence(self) -> float:
        """Return how good it felt, from -1 to 1; weak moods count half."""
        return self.state.traits.valence * (0.5 + self.intensity / 2)


class RelationshipChange(models.Model):
    """Why a person and the companion became closer or cooler. Rows are only added."""

    # Has no index: the one by profile and time serves it too.
    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, related_name="relationship_changes", db_index=False
    )
    before = models.CharField(max_length=16, choices=Relationship)
    after = models.CharField(max_length=16, choices=Relationship)
    rule = models.CharField(max_length=32, help_text="Rule that decided.")
    reason = models.CharField(max_length=255, help_text="Why the rule applied.")
    interaction_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Number of their messages at that time."
    )
    session_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Number of their sessions at that time."
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["profile", "-changed_at"], name="relationship_profile_time")
        ]

    def __str__(self) -> str:
        return f"{self.get_before_display()} → {self.get_after_display()}"
