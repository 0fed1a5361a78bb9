"""Change by hand what is held of a person: preferences, personality, and moods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from profiles.actions.base import ProfileError
from profiles.actions.people import record_emotion, rename
from profiles.models import Consent, Emotion, EmotionRecord, Profile, Relationship
from profiles.personality import SET_BY_HAND, TRAITS
from profiles.preferences import KNOWN, LONGEST, LONGEST_KEY, RESERVED, preferences_of
from profiles.queries import consent_of
from profiles.relationship.actions import DECLINED, set_level
from whisper.action_log import Actor, log

BY_HAND = "by hand"
TRAIT = "personality."


class EditConflictError(ProfileError):
    """Somebody else changed the same fields since the form was opened.

    Args:
        current: the value of each of these fields now.
    """

    def __init__(self, current: Mapping[str, str]) -> None:
        super().__init__("Somebody else changed this person meanwhile.")
        self.current = dict(current)


@dataclass(frozen=True, slots=True)
class Edit:
    """What an admin wants of a person.

    Args:
        fields: the new value of each field that the form shows: `preferred_name`,
            `relationship_level`, `communication`, `personality.TRAIT` (0 to 1), and
            `preference.KEY`; empty removes one.
        seen: the values that the form was opened with.
        mood: how they feel, if the last mood was judged wrongly; None to leave it.
        calm: whether the distress that piled up is set to nothing.
    """

    fields: Mapping[str, str]
    seen: Mapping[str, str]
    mood: Emotion | None = None
    calm: bool = False
    changed: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        changed = {
            name: value for name, value in self.fields.items() if value != self.seen.get(name, "")
        }
        object.__setattr__(self, "changed", changed)


def editable(profile: Profile) -> dict[str, str]:
    """Return the values that a person's form shows."""
    communication = profile.personality.get("communication")
    preferences = preferences_of(profile)
    return {
        "preferred_name": profile.preferred_name,
        "relationship_level": profile.relationship_level,
        "communication": communication if isinstance(communication, str) else "",
        **(_traits(profile) if _may_be_described(profile) else {}),
        **{f"preference.{key}": preferences.get(key, "") for key in (*KNOWN, *preferences)},
    }


def _traits(profile: Profile) -> dict[str, str]:
    held = {name: profile.personality.get(name) for name in TRAITS}
    return {
        f"{TRAIT}{name}": f"{round(value, 3):g}" if isinstance(value, int | float) else ""
        for name, value in held.items()
    }


def _may_be_described(profile: Profile) -> bool:
    """Return whether they agreed to it, and did not have their personality forgotten."""
    consent = consent_of(profile.person_id)
    agreed = consent is not None and consent.standing == Consent.Status.GRANTED
    return agreed and not profile.personality.get(DECLINED)


def edit_profile(person_id: int, edit: Edit, *, actor: Actor, reason: str) -> list[str]:
    """Make an edit as a whole, and return the names of what changed.

    Raises:
        EditConflictError: a field that the edit changes is no longer as it was seen; then nothing
            is changed.
        ProfileError: the person has no profile, or no reason is given.
    """
    if not reason.strip():
        raise ProfileError("Say why: the action log keeps it.")
    with transaction.atomic():
        profile = Profile.objects.select_for_update().filter(person_id=person_id).first()
        if profile is None:
            raise ProfileError("Nothing is held of this person any more.")
        _refuse_conflicts(edit, editable(profile))
        done = [
            *_change_known(profile, edit, actor, reason),
            *_set_rest(profile, edit, actor, reason),
        ]
        if edit.mood is not None and _correct_mood(profile, edit.mood, actor, reason):
            done.append("mood")
        if edit.calm and _calm(person_id, actor, reason):
            done.append("distress")
    return done


def _refuse_conflicts(edit: Edit, now: Mapping[str, str]) -> None:
    conflicts = {
        name: now.get(name, "")
        for name, value in edit.changed.items()
        if now.get(name, "") not in (edit.seen.get(name, ""), value)
    }
    if conflicts:
        raise EditConflictError(conflicts)


def _change_known(profile: Profile, edit: Edit, actor: Actor, reason: str) -> list[str]:
    changed = edit.changed
    if "preferred_name" in changed:
        name = changed["preferred_name"]
        rename(profile.person_id, preferred_name=name, actor=actor, reason=reason)
    if "relationship_level" in changed:
        level = Relationship(changed["relationship_level"])
        set_level(profile.person_id, level, reason=reason, now=timezone.now(), actor=actor)
    return [name for name in ("preferred_name", "relationship_level") if name in changed]


def _set_rest(profile: Profile, edit: Edit, actor: Actor, reason: str) -> list[str]:
    """Set preferences and the way of writing; log each with its old and its new value."""
    before = editable(profile)
    names = [
        name
        for name in edit.changed
        if name.startswith(("preference.", TRAIT)) or name == "communication"
    ]
    if not names:
        return []
    if any(name.startswith(TRAIT) and name not in before for name in names):
        raise ProfileError("They haven't agreed to be described, or don't want it any more.")
    profile.preferences = _with_preferences(profile.preferences, edit.changed)
    profile.personality = _with_personality(profile.personality, edit.changed)
    profile.save(update_fields=["preferences", "personality"])
    log(
        "profile.edit",
        actor=actor,
        reason=reason,
        person_id=profile.person_id,
        on=profile,
        changes={name: (before.get(name, ""), edit.changed[name]) for name in names},
    )
    return names


def _with_preferences(held: Mapping[str, Any], changed: Mapping[str, str]) -> dict[str, Any]:
    found = dict(held)
    for name, value in changed.items():
        prefix, _, key = name.partition(".")
        if prefix == "preference" and key and key not in RESERVED:
            found = _with(found, key[:LONGEST_KEY], value[:LONGEST])
    return found


def _with_personality(held: Mapping[str, Any], changed: Mapping[str, str]) -> dict[str, Any]:
    found, by_hand = dict(held), set(held.get(SET_BY_HAND, ()))
    for name, value in changed.items():
        key = name.removeprefix(TRAIT)
        if name != key:
            found = _with(found, key, _share(value) if value else "")
        elif name == "communication":
            found = _with(found, key, value)
        else:
            continue
        by_hand = by_hand | {key} if value else by_hand - {key}
    return _with(found, SET_BY_HAND, sorted(by_hand))


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ProfileError("A trait is a number from 0 to 1.")
    return value


def _with(held: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    rest = {name: one for name, one in held.items() if name != key}
    return rest if value in ("", []) else {**rest, key: value}


def _correct_mood(profile: Profile, mood: Emotion, actor: Actor, reason: str) -> bool:
    """Add a mood beside the judged one, which stays; return whether it differs from it."""
    latest = EmotionRecord.objects.filter(profile=profile).order_by("-felt_at", "-pk").first()
    if latest is not None and latest.emotion == mood:
        return False
    record_emotion(
        profile.person_id,
        emotion=mood,
        scores={mood.value: 1.0},
        intensity=0.5,
        confidence=1.0,
        valence=mood.traits.valence,
        triggers=[],
        source_message_id=None,
        model=BY_HAND,
        felt_at=timezone.now(),
    )
    log(
        "profile.correct_mood",
        actor=actor,
        reason=reason,
        person_id=profile.person_id,
        on=profile,
        changes={"current_emotion": (latest.emotion if latest else None, mood.value)},
    )
    return True


def _calm(person_id: int, actor: Actor, reason: str) -> bool:
    # The mood above may have changed it.
    profile = Profile.objects.get(person_id=person_id)
    before = profile.escalation_count
    if not before:
        return False
    profile.escalation_count, profile.escalated_at = 0, None
    profile.save(update_fields=["escalation_count", "escalated_at"])
    log(
        "profile.calm",
        actor=actor,
        reason=reason,
        person_id=person_id,
        on=profile,
        changes={"escalation_count": (before, 0)},
    )
    return True
