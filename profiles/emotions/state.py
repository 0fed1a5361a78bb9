"""How a person felt lately, and what the prompt says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypedDict

from profiles.emotions import Feeling
from profiles.models import Emotion, Profile
from whisper.environment import environment

WINDOW = 20
LATELY = timedelta(days=7)
DISTRESS = {Emotion.SAD, Emotion.WORRIED, Emotion.ANGRY, Emotion.DISAPPOINTED, Emotion.FRUSTRATED}
STRONG = 0.5
# Distress lasts when it is most of what was felt on at least so many days of the last week.
LASTING_DAYS = 3
LASTING_SHARE = 0.6

_CRISIS = re.compile(
    r"\b(kill(ing)? myself|end (my life|it all)|want(ed)? to die|wish i (was|were) dead"
    r"|don'?t want to (live|be alive|be here anymore)|suicid\w*|hurt(ing)? myself|self[- ]harm\w*"
    r"|no reason to live|better off without me)\b",
    re.IGNORECASE,
)

TREATMENT: Mapping[str, str] = {
    Emotion.HAPPY: "They seem happy: be glad with them.",
    Emotion.EXCITED: "They seem excited: share it.",
    Emotion.FRUSTRATED: "They seem frustrated: acknowledge it before anything else.",
    Emotion.ANGRY: "They seem angry: stay calm, take it seriously, don't argue.",
    Emotion.SAD: "They seem sad: listen and be gentle; no advice unless they ask for it.",
    Emotion.DISAPPOINTED: "They seem disappointed: acknowledge it before anything else.",
    Emotion.CURIOUS: "They are curious: answer properly.",
    Emotion.WORRIED: "They seem worried: take it seriously and help them feel less alone.",
    Emotion.GRATEFUL: "They are grateful: take it warmly, without fuss.",
}
CARE = "They have had a hard time for a while. Be gentle, ask how they are, and don't diagnose."
CRISIS = (
    "They may be in danger. Say that you are worried about them, stay warm, don't lecture and "
    "don't diagnose, and tell them plainly: "
)


class Mood(TypedDict):
    """One entry of the recent window in `Profile.emotion_state`."""

    emotion: str
    intensity: float
    valence: float
    at: str


def with_mood(state: Mapping[str, object], mood: Mood) -> dict[str, object]:
    """Return an emotion state with one more mood in its window, in order of time."""
    recent = [*_recent(state), mood]
    recent.sort(key=lambda one: one["at"])
    return {**state, "recent": recent[-WINDOW:]}


def mood_line(profile: Profile, feeling: Feeling, now: datetime) -> str:
    """Return what the prompt says about a person's mood now and lately; empty where nothing."""
    parts = [TREATMENT.get(feeling.emotion, "")]
    if distress_lasts(_recent(profile.emotion_state), now):
        parts.append(f"{CARE} Help that they can be pointed to: {environment.care_help_text}")
    return " ".join(part for part in parts if part)


def crisis_line(text: str) -> str:
    """Return what the prompt says where somebody speaks of dying or of hurting themselves."""
    return CRISIS + environment.care_help_text if _CRISIS.search(text[:20_000]) else ""


def distress_lasts(recent: Sequence[Mood], now: datetime) -> bool:
    """Tell whether most of the last week's moods, on several days, were strong distress."""
    week = [mood for mood in recent if now - datetime.fromisoformat(mood["at"]) <= LATELY]
    bad = [mood for mood in week if mood["emotion"] in DISTRESS and mood["intensity"] >= STRONG]
    days = {mood["at"][:10] for mood in bad}
    return len(days) >= LASTING_DAYS and len(bad) >= LASTING_SHARE * len(week)


def _recent(state: Mapping[str, object]) -> list[Mood]:
    recent = state.get("recent", [])
    return recent if isinstance(recent, list) else []
