"""What a person had forgotten of what is made of them: it comes back from nowhere.

Neither work that waits nor the older bot brings again what is from before. When each part was
forgotten is in `preferences["forgotten"]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from profiles.models import Profile

FORGOTTEN = "forgotten"
# What was last taken over from the older bot is kept under this name.
TAKEN = "older_bot"


class Forgettable(StrEnum):
    """A part of what is made of a person."""

    MOODS = "moods"
    TRUST = "trust"


# Fields of a profile by the part that they tell of.
FIELDS = {
    Forgettable.MOODS: {"current_emotion", "emotion_state", "escalation_count", "escalated_at"},
    Forgettable.TRUST: {"trust_indicators"},
}


def note_forgotten(profile: Profile, *parts: Forgettable, at: datetime) -> None:
    """Note in a profile, which is not saved, that parts were forgotten; drop their originals."""
    known = {**profile.preferences}
    known[FORGOTTEN] = {**_forgotten(profile), **{part.value: at.isoformat() for part in parts}}
    if TAKEN in known:
        known[TAKEN] = _stripped(known[TAKEN], known)
    profile.preferences = known


def is_forgotten(profile: Profile, part: Forgettable, said_at: datetime) -> bool:
    """Return whether what was said at a time belongs to a part that was forgotten since."""
    at = _forgotten(profile).get(part.value)
    return at is not None and said_at <= datetime.fromisoformat(at)


def without_forgotten(preferences: Mapping[str, Any], taken: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields of the older bot without those of parts that were ever forgotten."""
    gone = set().union(*(FIELDS[Forgettable(part)] for part in preferences.get(FORGOTTEN, {})))
    return {name: value for name, value in taken.items() if name not in gone}


def _stripped(brought: Mapping[str, Any], preferences: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of the older bot, and of what its runs changed, without those fields."""
    found = dict(brought)
    for name in {"taken", "fields"} & found.keys():
        found[name] = without_forgotten(preferences, found[name])
    if "older" in found:
        found["older"] = _stripped(found["older"], preferences)
    if "runs" in found:
        found["runs"] = {run: _stripped(note, preferences) for run, note in found["runs"].items()}
    return found


def _forgotten(profile: Profile) -> dict[str, str]:
    found: dict[str, str] = profile.preferences.get(FORGOTTEN, {})
    return found
