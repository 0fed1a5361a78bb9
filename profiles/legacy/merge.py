"""Bring an older profile together with the one that is there.

`preferences["older_bot"]` keeps what was last taken over. A value that has not changed in the older
bot since then changes nothing here, so a second import leaves alone what became of the first. Of
what has changed, counts add their difference, the closer relationship stays, signs of trust are
joined, and all else gives way to what a person who has talked here since then looks like now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from profiles.emotions.state import mood_of, with_moods
from profiles.forgetting import TAKEN, without_forgotten
from profiles.legacy.json_file import STORE as JSON_STORE
from profiles.legacy.records import OldMood, OldProfile
from profiles.legacy.repair import LARGEST_COUNT
from profiles.models import DISTRESS, Emotion, Profile, Relationship
from profiles.relationship.rules import talks_at_most
from profiles.relationship.signs import with_signs

GOOD = {emotion for emotion in Emotion if emotion.sign > 0}
CLOSENESS = list(Relationship)
# What gives way to a person's present.
PRESENT = ("name", "current_emotion", "escalation_count", "archived")


def merge(profile: Profile, old: OldProfile) -> None:
    """Bring what the older bot knew of a person into their profile, which is not saved."""
    before: Mapping[str, Any] = profile.preferences.get(TAKEN, {})
    if gives_way(profile, old):
        profile.preferences = {**old.preferences, **profile.preferences}
        return
    taken = before.get("taken", {})
    _merge_present(profile, old, taken)
    _merge_times(profile, old)
    new = old.interaction_count - taken.get("interaction_count", 0)
    profile.interaction_count = min(profile.interaction_count + max(new, 0), LARGEST_COUNT)
    _merge_talks(profile)
    if old.relationship_level != taken.get("relationship_level"):
        levels = (Relationship(profile.relationship_level), old.relationship_level)
        profile.relationship_level = max(levels, key=CLOSENESS.index)
    brought = without_forgotten(profile.preferences, _taken(old, taken))
    if brought.get("trust_indicators", []) != taken.get("trust_indicators", []):
        # What was shown here came later, and of too many the oldest go.
        profile.trust_indicators = with_signs(list(old.trust_indicators), profile.trust_indicators)
    words = {**before.get("unknown_words", {}), **old.unknown_words}
    profile.preferences = {
        **old.preferences,
        **profile.preferences,
        TAKEN: {**before, "from": old.store, "taken": brought, "unknown_words": words},
    }


def gives_way(profile: Profile | None, old: OldProfile) -> bool:
    """Return whether a profile comes from the older file though the database's was taken already.

    Of it only the preferences are taken, which the database does not have.
    """
    before = profile.preferences.get(TAKEN, {}) if profile else {}
    return old.store == JSON_STORE and before.get("from", JSON_STORE) != JSON_STORE


def take_moods(profile: Profile, moods: Sequence[OldMood]) -> None:
    """Bring moods that are new into the state of a profile, which is not saved."""
    if moods:
        entries = [mood_of(one.emotion, one.intensity, _valence(one), one.at) for one in moods]
        profile.emotion_state = with_moods(profile.emotion_state, entries)


def _merge_present(profile: Profile, old: OldProfile, taken: Mapping[str, Any]) -> None:
    if _talked_since(profile, old):
        profile.name = profile.name or old.name
        return
    for name in without_forgotten(profile.preferences, dict.fromkeys(PRESENT)):
        value = getattr(old, name)
        if name not in taken or taken[name] != value:
            setattr(profile, name, value)
            if name == "escalation_count":
                profile.escalated_at = _escalated_at(old) if value else None


def _talked_since(profile: Profile, old: OldProfile) -> bool:
    if profile.last_interaction is None:
        return False
    return old.last_interaction is None or profile.last_interaction > old.last_interaction


def _merge_times(profile: Profile, old: OldProfile) -> None:
    first = [at for at in (profile.first_interaction, old.first_interaction) if at]
    last = [at for at in (profile.last_interaction, old.last_interaction) if at]
    profile.first_interaction = min(first, default=None)
    profile.last_interaction = max(last, default=None)


def _merge_talks(profile: Profile) -> None:
    """Take days and sessions to be as many as the times and the messages allow at most."""
    talks = talks_at_most(
        profile.interaction_count, profile.first_interaction, profile.last_interaction
    )
    profile.session_count = max(profile.session_count, talks)
    profile.day_count = max(profile.day_count, talks)


def _escalated_at(old: OldProfile) -> datetime | None:
    bad = [mood.at for mood in old.moods if mood.emotion in DISTRESS]
    return max(bad, default=old.last_interaction)


def _taken(old: OldProfile, taken: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was taken over, in JSON; a count never goes back, so that none counts twice."""
    return {
        **{name: getattr(old, name) for name in PRESENT},
        "relationship_level": old.relationship_level,
        "interaction_count": max(old.interaction_count, taken.get("interaction_count", 0)),
        "trust_indicators": list(old.trust_indicators),
    }


def _valence(mood: OldMood) -> float:
    sign = (mood.emotion in GOOD) - (mood.emotion in DISTRESS)
    return round(sign * mood.intensity, 3)
