"""What a person is shown of how the companion sees them, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from memories.access import Scope
from memories.models import Memory
from memories.queries import memories_of
from memories.wording.addressing import to_person
from profiles.emotions.state import trend
from profiles.models import Profile, Relationship
from profiles.personality import SET_BY_HAND
from profiles.queries import profile_of
from profiles.relationship.actions import DECLINED
from whisper.amounts import amount

TASTES = ("like", "dislike")
MOST_TASTES = 5
NAME_LENGTH, TASTE_LENGTH = 100, 150
DAY = "%d %B %Y"
# A summary of moods speaks of its person to others.
TO_THEM = {"they were": "you were", "their mood": "your mood"}
NOTHING_SPECIAL = "I noticed nothing special about your moods lately."
# What a mean day's valence is called, from the best down.
DAYS = ((0.3, "good"), (-0.3, "mixed"), (-1.0, "hard"))


def picture_of(scope: Scope, *, shown: Callable[[str, int], str]) -> list[str]:
    """Return what is made of what a person said, in lines, as far as it may be shown in a scope.

    There are none for those of whom nothing is held.

    Args:
        shown: returns a text as the surface shows it literally, cut to a length.
    """
    profile = profile_of(scope.person_id)
    return list(_lines(profile, scope, shown)) if profile else []


def _lines(profile: Profile, scope: Scope, shown: Callable[[str, int], str]) -> Iterator[str]:
    name = profile.address_name
    yield f"I call you {shown(name, NAME_LENGTH) if name else 'nothing yet'}."
    days = amount(profile.day_count, "day")
    yield f"We have talked on {days}. {_closeness(profile)}"
    if profile.distance_wished_at:
        yield f"You asked for distance on {profile.distance_wished_at:{DAY}}, and I'm keeping it."
    if profile.trust_indicators:
        yield f"Signs of trust I noticed: {', '.join(map(str, profile.trust_indicators))}."
    # Tastes are facts, and are kept as such alone: what is removed there must not linger here.
    facts = memories_of(scope, kinds=[Memory.Kind.USER_FACT])
    tastes = [to_person(fact) for fact in facts if fact.category in TASTES][:MOST_TASTES]
    if tastes:
        told = " ".join(shown(one, TASTE_LENGTH) for one in tastes)
        yield f"Your likes and dislikes: {told}"
    yield from _moods(profile)
    if profile.follow_up_wished:
        at = profile.follow_up_at
        yield f"You'd like me to ask how something went{f', after {at:{DAY}}' if at else ''}."
    if profile.personality.keys() & {"method", SET_BY_HAND}:
        yield f"How you seem to write: {_character(profile)}."
    yield (
        "`/profile forget` removes parts of this. `/profile distance` and `/profile name` change "
        "how I treat you."
    )


def _closeness(profile: Profile) -> str:
    level = Relationship(profile.relationship_level).label.lower()
    article = "an" if level[0] in "aeiou" else "a"
    change = profile.relationship_changes.order_by("-changed_at", "-pk").first()
    since = f", since {change.changed_at:{DAY}}: {change.reason}" if change else "."
    return f"I think of you as {article} {level}{since}"


def _moods(profile: Profile) -> Iterator[str]:
    days = trend(profile.emotion_state)
    if not days:
        return
    summary = profile.emotion_state.get("summary") or NOTHING_SPECIAL
    named = ", ".join(f"{_day(day.day)} {_called(day.valence)}" for day in days[-7:])
    for theirs, yours in TO_THEM.items():
        summary = summary.replace(theirs, yours)
    yield f"How you seemed: {summary}"
    yield f"Your days: {named}."


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%b}"


def _called(valence: float) -> str:
    return next(name for least, name in DAYS if valence >= least)


def _character(profile: Profile) -> str:
    known = profile.personality
    hidden = {"method", "messages", "talks", SET_BY_HAND, DECLINED}
    told = ", ".join(
        f"{name} {value}"
        for name, value in known.items()
        if name not in hidden and value not in ("", None)
    )
    # What is set by hand comes from no messages.
    return f"{told} (from {known.get('messages', 'some')} messages)" if "method" in known else told
