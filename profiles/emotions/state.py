"""How a person felt lately, and what the prompt says of it.

`Profile.emotion_state` holds the recent window, one line a day of the last two weeks (twenty moods
can be one evening), and a summary in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import sqrt
from typing import Any, NamedTuple, NotRequired, TypedDict

from profiles.emotions import Feeling, escalation
from profiles.emotions.care import crisis_line as crisis_line
from profiles.models import DISTRESS, STRONG, Emotion, Profile
from whisper.environment import environment

WINDOW = 20
DAYS = 14
LATELY = timedelta(days=7)
# Distress lasts if it is most of what was felt on at least this many days of the last week, the
# latest of them not long ago.
LASTING_DAYS = 3
LASTING_SHARE = 0.6
NOT_LONG_AGO = timedelta(days=2)
# A mood is a trend if it has at least this share of the week's moods, and occurred at least this
# often.
TREND_SHARE = 0.4
TREND_MOODS = 5
# The change of mean valence, between older and newer days, that is worth a word.
TURN = 0.25
# Volatility from which moods count as changing quickly: one in four steps from good to bad or back
# (a step of 1.5) gives 0.75.
RESTLESS = 0.75
# Words that decided at least this many of the week's hard moods are shown with them.
TRIGGER_MOODS = 2
MOST_TRIGGERS = 3

CARE = (
    "They have had a hard time for days. Be gentle, ask how they are, and don't diagnose. "
    "Where appropriate, but not repeatedly, mention: "
)


class Mood(TypedDict):
    """One entry of the recent window."""

    emotion: str
    intensity: float
    valence: float
    at: str
    triggers: NotRequired[list[str]]


class Day(TypedDict):
    """One day's moods, by UTC's calendar."""

    day: str
    moods: dict[str, int]
    strong_distress: int
    valence: float  # The sum over the day's moods.


class DayOfTrend(NamedTuple):
    """How one day was.

    Args:
        valence: mean of the day's moods, -1 (bad) to 1 (good).
        moods: how many there were.
        commonest: the state that was felt most.
    """

    day: str
    valence: float
    moods: int
    commonest: str


def mood_of(
    emotion: str, intensity: float, valence: float, at: datetime, triggers: Sequence[str] = ()
) -> Mood:
    """Return an entry of the recent window; times are kept in UTC, so that they sort as text."""
    mood: Mood = {
        "emotion": str(emotion),
        "intensity": intensity,
        "valence": valence,
        "at": at.astimezone(UTC).isoformat(),
    }
    return {**mood, "triggers": list(triggers)} if triggers else mood


def with_mood(state: Mapping[str, Any], mood: Mood) -> dict[str, Any]:
    """Return an emotion state with one more mood in its window, its days and its summary."""
    return with_moods(state, [mood])


def with_moods(state: Mapping[str, Any], moods: Sequence[Mood]) -> dict[str, Any]:
    """Return an emotion state with these moods too, at least one, as if added one by one."""
    recent = sorted([*_list(state, "recent"), *moods], key=lambda one: one["at"])[-WINDOW:]
    days = _list(state, "days")
    for mood in moods:
        days = _with_day(days, mood)
    now = datetime.fromisoformat(recent[-1]["at"])
    known = {**state, "recent": recent, "days": days}
    return {**known, "summary": _told(known, now), "volatility": volatility(known, now)}


def without_mood(state: Mapping[str, Any], mood: Mood) -> dict[str, Any]:
    """Return an emotion state without a mood that was counted in it.

    Args:
        mood: its valence is used only where the window does not hold it any more.
    """
    recent, counted = _list(state, "recent"), mood
    for number, one in enumerate(recent):
        if (one["at"], one["emotion"]) == (mood["at"], mood["emotion"]):
            recent, counted = [*recent[:number], *recent[number + 1 :]], one
            break
    left = {**state, "recent": recent, "days": _without_day(_list(state, "days"), counted)}
    if not recent:
        return {**left, "summary": "", "volatility": None}
    now = datetime.fromisoformat(recent[-1]["at"])
    return {**left, "summary": _told(left, now), "volatility": volatility(left, now)}


def mood_line(profile: Profile, feeling: Feeling, now: datetime) -> str:
    """Return what the prompt says about a person's mood now and lately; empty if nothing."""
    lines = (present_line(feeling), lately_line(profile, now))
    return " ".join(line for line in lines if line)


def present_line(feeling: Feeling) -> str:
    """Return what the prompt says about the mood of the message at hand; empty if nothing."""
    return feeling.emotion.traits.guidance


def lately_line(profile: Profile, now: datetime) -> str:
    """Return what the prompt says about a person's mood lately; empty if nothing."""
    state = profile.emotion_state
    days = _list(state, "days")
    parts = [_summary(days, volatility(state, now), now)]
    upset = escalation.faded(profile.escalation_count, profile.escalated_at, now)
    if upset >= escalation.WARNING:
        parts.append(escalation.LINE)
    if distress_lasts(days, now):
        parts.append(CARE + environment.care_help_text)
    return " ".join(part for part in parts if part)


def trend(state: Mapping[str, Any]) -> list[DayOfTrend]:
    """Return the last two weeks' days that had moods, oldest first."""
    found = []
    for day in _list(state, "days"):
        moods = sum(day["moods"].values())
        valence = round(day["valence"] / max(moods, 1), 3)
        found.append(
            DayOfTrend(day["day"], valence, moods, max(day["moods"], key=day["moods"].get))
        )
    return found


def volatility(state: Mapping[str, Any], now: datetime) -> float | None:
    """Return how much valence changes from mood to mood, from 0 to 2; None for too few moods.

    It is the root of the mean of squared successive differences (RMSSD) of the last week's moods in
    the window: √(Σ(vᵢ₊₁ - vᵢ)² / (n - 1)). Unlike the variance it tells ups and downs from a slow
    change. Von Neumann et al. 1941 (doi.org/10.1214/aoms/1177731677); for moods, Jahng, Wood and
    Trull 2008 (doi.org/10.1037/a0014173).
    """
    valences = [mood["valence"] for mood in _lately(state, now)]
    if len(valences) < TREND_MOODS:
        return None
    steps = [(later - earlier) ** 2 for earlier, later in pairwise(valences)]
    return round(sqrt(sum(steps) / len(steps)), 3)


def triggers(state: Mapping[str, Any], now: datetime) -> list[str]:
    """Return the words that decided several of the last week's hard moods, commonest first."""
    hard = (mood for mood in _lately(state, now) if mood["emotion"] in DISTRESS)
    counts = Counter(word for mood in hard for word in dict.fromkeys(mood.get("triggers", [])))
    common = [word for word, count in counts.most_common() if count >= TRIGGER_MOODS]
    return common[:MOST_TRIGGERS]


def distress_lasts(days: Sequence[Day], now: datetime) -> bool:
    """Return whether most of the last week's moods, on several days, were strong distress."""
    week = _since(days, now - LATELY)
    bad = [day for day in week if day["strong_distress"]]
    if len(bad) < LASTING_DAYS or not _since(bad, now - NOT_LONG_AGO):
        return False
    moods = sum(sum(day["moods"].values()) for day in week)
    return sum(day["strong_distress"] for day in bad) >= LASTING_SHARE * moods


def _with_day(days: list[Day], mood: Mood) -> list[Day]:
    name = mood["at"][:10]
    by_name = {day["day"]: day for day in days}
    old = by_name.get(name, {"day": name, "moods": {}, "strong_distress": 0, "valence": 0.0})
    strong = mood["emotion"] in DISTRESS and mood["intensity"] >= STRONG
    by_name[name] = {
        "day": name,
        "moods": {**old["moods"], mood["emotion"]: old["moods"].get(mood["emotion"], 0) + 1},
        "strong_distress": old["strong_distress"] + strong,
        "valence": round(old["valence"] + mood["valence"], 3),
    }
    return [by_name[name] for name in sorted(by_name)][-DAYS:]


def _without_day(days: Sequence[Day], mood: Mood) -> list[Day]:
    """Return days with one mood less in its own; a day without moods goes."""
    left: list[Day] = []
    for day in days:
        moods = dict(day["moods"])
        if day["day"] != mood["at"][:10] or not moods.get(mood["emotion"]):
            left.append(day)
            continue
        moods[mood["emotion"]] -= 1
        strong = mood["emotion"] in DISTRESS and mood["intensity"] >= STRONG
        if any(moods.values()):
            left.append(
                {
                    "day": day["day"],
                    "moods": {name: count for name, count in moods.items() if count},
                    "strong_distress": max(0, day["strong_distress"] - strong),
                    "valence": round(day["valence"] - mood["valence"], 3),
                }
            )
    return left


def _told(state: Mapping[str, Any], now: datetime) -> str:
    """Return the summary for the person and the console.

    Their own words stay out of the prompt's: what they said in direct messages is not for servers.
    """
    said = _summary(_list(state, "days"), volatility(state, now), now)
    words = ", ".join(f"“{word}”" for word in triggers(state, now))
    return " ".join(part for part in (said, words and f"Hard moods came with {words}.") if part)


def _summary(days: Sequence[Day], restless: float | None, now: datetime) -> str:
    """Return the last week's mood and its turn in a sentence; empty if too little is known."""
    week = _since(days, now - LATELY)
    count = sum(sum(day["moods"].values()) for day in week)
    if count < TREND_MOODS:
        return ""
    totals = {mood: sum(day["moods"].get(mood, 0) for day in week) for mood in Emotion}
    totals.pop(Emotion.NEUTRAL)
    common = max(totals, key=lambda mood: totals[mood])
    said = [f"they were often {common.value}"] if totals[common] >= TREND_SHARE * count else []
    said += _turn(week)
    said += ["their mood changed quickly"] if (restless or 0) >= RESTLESS else []
    return f"Lately {', and '.join(said)}." if said else ""


def _turn(week: Sequence[Day]) -> list[str]:
    """Return in words whether the newer half of the days felt better or worse than the older."""
    half = len(week) // 2
    change = _mean_valence(week[half:]) - _mean_valence(week[:half]) if half else 0.0
    if abs(change) < TURN:
        return []
    return ["their mood is improving"] if change > 0 else ["their mood is getting worse"]


def _mean_valence(days: Sequence[Day]) -> float:
    count = sum(sum(day["moods"].values()) for day in days)
    return sum(day["valence"] for day in days) / max(count, 1)


def _lately(state: Mapping[str, Any], now: datetime) -> list[Mood]:
    start = (now - LATELY).astimezone(UTC).isoformat()
    return [mood for mood in _list(state, "recent") if mood["at"] >= start]


def _since(days: Sequence[Day], start: datetime) -> list[Day]:
    return [day for day in days if day["day"] >= start.astimezone(UTC).date().isoformat()]


def _list(state: Mapping[str, Any], name: str) -> list[Any]:
    value = state.get(name, [])
    return value if isinstance(value, list) else []
