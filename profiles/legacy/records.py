"""Profiles of the older bot, as they were read and as they are taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from profiles.models import Consent, Emotion, Relationship

# Who judged the moods that were brought along.
MODEL = "older bot"


@dataclass(frozen=True, slots=True)
class RawProfile:
    """One person as a reader found them: every value may be missing or of any kind.

    Args:
        store: which table or file they lay in.
        key: how the person is called there.
        fields: the columns, by the names of the older SQLite table.
        moods: a list of rows of history, or JSON text of it.
        broken: why there is nothing to read in it; empty if there is.
    """

    store: str
    key: object
    fields: Mapping[str, Any]
    moods: Any
    broken: str = ""


@dataclass(frozen=True, slots=True)
class OldMood:
    """How one message felt.

    Args:
        confidence, intensity: 0 to 1.
    """

    emotion: Emotion
    confidence: float
    intensity: float
    triggers: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class OldProfile:
    """One person, repaired.

    Args:
        store: which table or file they lay in.
        trust_indicators: as they were, with repeats.
        preferences: what is kept as text: personal_info, likes and the like.
        unknown_words: unknown words in fields of known words, by field.
        moods: oldest first.
    """

    store: str
    person_id: int
    name: str
    relationship_level: Relationship
    current_emotion: Emotion
    interaction_count: int
    first_interaction: datetime | None
    last_interaction: datetime | None
    escalation_count: int
    trust_indicators: tuple[str, ...]
    archived: bool
    preferences: Mapping[str, Any] = field(default_factory=dict)
    unknown_words: Mapping[str, str] = field(default_factory=dict)
    moods: tuple[OldMood, ...] = ()


@dataclass(frozen=True, slots=True)
class OldConsent:
    """What a person said to being remembered, and how far it may travel.

    Args:
        rules: of level custom, which ways are open.
    """

    person_id: int
    status: Consent.Status
    decided_at: datetime | None
    level: Consent.Level
    rules: Mapping[str, bool]
