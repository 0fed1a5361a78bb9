"""When a person and the companion become closer or cooler: one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from profiles.models import Relationship
from whisper.environment import environment

# A session is a talk, which this long a silence ends. Sessions and days count, not messages: nobody
# becomes a close friend in an evening.
SESSION_GAP = timedelta(hours=environment.session_gap_hours)
ACQUAINTED_SESSIONS = 2
FRIENDLY_SESSIONS, FRIENDLY_DAYS = 6, 4
CLOSE_SESSIONS, CLOSE_DAYS = 20, 14
# A silence of this length cools by one level, and another by the next.
SILENCE = timedelta(days=90)
# A wish for distance cools by one level immediately, and by the next after this long.
DISTANCE = timedelta(days=7)
# How often they must come to talk again after cooling before they can become closer.
WARMING = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules look at.

    Args:
        sessions: how often they came to talk, in all.
        days: on how many days.
        personal: whether something personal is known of them.
        trust: how many distinct signs of trust they showed.
        silence: how long they have been silent, or since they last cooled in this silence.
        distance: how long ago the wish for distance last had its effect, `timedelta.max` where it
            had none yet; None without a wish.
        since_cooling: how often they came to talk since they last cooled; None if they never
            did.
    """

    sessions: int
    days: int = 0
    personal: bool = False
    trust: int = 0
    silence: timedelta = timedelta(0)
    distance: timedelta | None = None
    since_cooling: int | None = None


@dataclass(frozen=True, slots=True)
class LevelRule:
    """From which level to which, when, and the reason that is kept.

    Args:
        reason: a text; `{sessions}` and `{days}` in it are how often they have talked.
    """

    name: str
    before: Relationship
    after: Relationship
    applies: Callable[[Standing], bool]
    reason: str

    def because(self, seen: Standing) -> str:
        """Return the reason in words."""
        return self.reason.format(sessions=seen.sessions, days=seen.days)


def _has_talked(seen: Standing, sessions: int, days: int) -> bool:
    return seen.sessions >= sessions and seen.days >= days


def _silent(seen: Standing) -> bool:
    return seen.silence >= SILENCE


def _wishes_distance(seen: Standing) -> bool:
    return seen.distance is not None and seen.distance >= DISTANCE


def _warm(seen: Standing) -> bool:
    return seen.since_cooling is None or seen.since_cooling >= WARMING


def _open(seen: Standing) -> bool:
    """Return whether nothing stands against more closeness."""
    return seen.distance is None and _warm(seen)


# Who cools is asked first: nobody becomes closer and cooler at once. Neither silence nor a wish for
# distance makes strangers of people who know each other.
_CLOSE, _FRIEND, _KNOWN, _STRANGER = (
    Relationship.CLOSE_FRIEND,
    Relationship.FRIEND,
    Relationship.ACQUAINTANCE,
    Relationship.STRANGER,
)
_WAS_SILENT = f"They were silent for {SILENCE.days} days."
RULES: tuple[LevelRule, ...] = (
    LevelRule(
        "distance_of_close_friend", _CLOSE, _FRIEND, _wishes_distance, "They asked for distance."
    ),
    LevelRule("distance_of_friend", _FRIEND, _KNOWN, _wishes_distance, "They asked for distance."),
    LevelRule("silence_of_close_friend", _CLOSE, _FRIEND, _silent, _WAS_SILENT),
    LevelRule("silence_of_friend", _FRIEND, _KNOWN, _silent, _WAS_SILENT),
    LevelRule(
        "acquainted",
        _STRANGER,
        _KNOWN,
        lambda seen: seen.sessions >= ACQUAINTED_SESSIONS,
        "They have talked in {sessions} sessions.",
    ),
    LevelRule(
        "known_in_person",
        _KNOWN,
        _FRIEND,
        lambda seen: (
            _has_talked(seen, FRIENDLY_SESSIONS, FRIENDLY_DAYS) and seen.personal and _open(seen)
        ),
        "They have talked on {days} days, and something personal is known.",
    ),
    LevelRule(
        "trusting",
        _FRIEND,
        _CLOSE,
        lambda seen: (
            _has_talked(seen, CLOSE_SESSIONS, CLOSE_DAYS) and seen.trust > 0 and _open(seen)
        ),
        "They have talked on {days} days, and showed trust.",
    ),
)


def due(level: str, seen: Standing) -> LevelRule | None:
    """Return the rule that moves a person of a level now; None if nothing changes."""
    return next((rule for rule in RULES if rule.before == level and rule.applies(seen)), None)


def talks_at_most(messages: int, first: datetime | None, last: datetime | None) -> int:
    """Return on how many days somebody can have talked, as an older bot counted messages alone.

    Args:
        messages: how many there were.
        first, last: when the first and the last was sent; None if that isn't known.
    """
    days = (last - first).days + 1 if first and last else 1
    return min(messages, max(days, 1))
