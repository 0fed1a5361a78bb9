"""What people want: how they are spoken of and to. Other preferences are kept as they are.

`Profile.preferences` also holds notes of the program (`RESERVED`); those aren't preferences.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from profiles.forgetting import FORGOTTEN, TAKEN
from profiles.models import Profile
from whisper.environment import environment

RESERVED = frozenset({FORGOTTEN, TAKEN})
LONGEST_KEY, LONGEST = 40, 200
TIME_ZONE, PRONOUNS, REPLIES, NEVER_MENTION = (
    "time_zone",
    "pronouns",
    "reply_length",
    "never_mention",
)


@dataclass(frozen=True, slots=True)
class Preference:
    """A preference that the companion knows how to respect.

    Args:
        label: what the console calls it.
        choices: its values with what the prompt says of each; empty for free words.
        prompt: what the prompt says of free words, with `{}` for them; empty to say nothing.
    """

    label: str
    choices: Mapping[str, str]
    prompt: str = ""


KNOWN: Mapping[str, Preference] = {
    TIME_ZONE: Preference("Time zone", {}),
    PRONOUNS: Preference("Pronouns", {}, "Their pronouns: {}."),
    REPLIES: Preference(
        "Replies",
        {"short": "They want short replies.", "long": "They like long replies."},
    ),
    NEVER_MENTION: Preference("Never mention", {}, "Never mention this to them: {}."),
}


def preferences_of(profile: Profile) -> dict[str, str]:
    """Return a person's preferences, the known ones first, without the program's own notes."""
    held = {
        key: value
        for key, value in profile.preferences.items()
        if key not in RESERVED and isinstance(value, str) and value
    }
    known = {key: held[key] for key in KNOWN if key in held}
    return known | {key: held[key] for key in sorted(held) if key not in KNOWN}


def label_of(key: str) -> str:
    """Return what a preference is called."""
    return KNOWN[key].label if key in KNOWN else key.replace("_", " ").capitalize()


def wishes(profile: Profile) -> str:
    """Return what the prompt says of a person's preferences; their words are quoted."""
    held = preferences_of(profile)
    return " ".join(filter(None, (_wish(key, held[key]) for key in KNOWN if key in held)))


def _wish(key: str, value: str) -> str:
    known = KNOWN[key]
    return known.choices.get(value, "") or known.prompt.format(_quoted(value))


def _quoted(value: str) -> str:
    return json.dumps(value[:LONGEST], ensure_ascii=False)


def has_zone(profile: Profile | None) -> bool:
    """Return whether a person set their time zone."""
    return bool(profile and profile.preferences.get(TIME_ZONE))


def zone_of(profile: Profile | None) -> ZoneInfo:
    """Return a person's time zone; that of `TIME_ZONE` where they have none."""
    name: Any = profile.preferences.get(TIME_ZONE) if profile else None
    try:
        return ZoneInfo(name if isinstance(name, str) and name else environment.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(environment.time_zone)
