"""How a person has been feeling: their days, each with what they said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from botrunner.offline.asked import is_question
from botrunner.offline.notes import Felt
from botrunner.offline.spelling import spelled
from memories.facts.dates import When
from memories.models import Message
from memories.wording.memorable import worth_remembering
from profiles.emotions.lately import FeltMood, days_felt
from profiles.models import Emotion

LATELY = timedelta(days=14)
MOST_DAYS = 4
MOST_MOODS = 2
QUOTED = 90

_ASKED = re.compile(
    r"\bhow (?:have|had) i been\b|\bhow (?:was|is|are|were) my (?:moods?|feelings|week|days?)\b"
    r"|\bmy moods?\b|\bhow (?:did|do|was) i (?:feel|feeling)\b|\bhow i(?: have|'ve)? (?:been"
    r"|felt|feel)\b|\bhow am i (?:doing|feeling)\b|\bhave i been (?:\w+ )?(?:feeling|sad|happy|down"
    r"|worried|stressed|anxious|angry)\b|\bwhat mood\b|\bi been feeling\b"
)
_THANKS = re.compile(r"(?i)\b(?:thanks|thank you|thx|ty|cheers)\b")
# A question to the companion isn't a mood worth mentioning.
_UNTOLD = frozenset({Emotion.NEUTRAL, Emotion.CURIOUS})


def asks_for_feelings(text: str) -> bool:
    """Return whether a message asks how the person has been feeling."""
    return bool(_ASKED.search(spelled(text)))


def moods_felt(
    person_id: int, now: datetime, zone: ZoneInfo, when: When | None = None
) -> list[Felt]:
    """Return the moods of a person's days with their words, the latest day first.

    Moods may come from direct messages: tell them to the person alone.

    Args:
        when: the days asked for; the last two weeks by default.
    """
    since, until = (when.begins(zone), when.ends(zone)) if when else (now - LATELY, None)
    days = days_felt(person_id, since=since, until=until, zone=zone)
    felt = [(day.day, mood) for day in reversed(days) for mood in day.reasons]
    texts = _texts([mood for _, mood in felt])
    return [
        Felt(mood.emotion.value, texts[mood.message_pk], day)
        for day, mood in felt
        if mood.emotion not in _UNTOLD and mood.message_pk in texts
    ]


def _texts(moods: Sequence[FeltMood]) -> dict[int | None, str]:
    rows = Message.objects.filter(pk__in=[mood.message_pk for mood in moods if mood.message_pk])
    return {
        pk: text
        for pk, text in rows.values_list("pk", "text")
        if not is_question(text) and worth_remembering(text) and not _THANKS.search(text)
    }


def told(felt: Sequence[Felt], today: date) -> str:
    """Return moods in sentences: "On Monday you seemed worried: “…”."""
    days = list(dict.fromkeys(one.day for one in felt))[:MOST_DAYS]
    return " ".join(_day(day, [one for one in felt if one.day == day], today) for day in days)


def _day(day: date, felt: Sequence[Felt], today: date) -> str:
    moods = list({one.mood: one for one in felt}.values())[:MOST_MOODS]
    said = " and ".join(f"{one.mood} (“{_short(one.text)}”)" for one in moods)
    return f"{named(day, today)} you seemed {said}."


def named(day: date, today: date) -> str:
    """Return a day in relation to today: "Yesterday", "On Monday", "On Monday, 2 March"."""
    days = (today - day).days
    if days in {0, 1}:
        return ("Today", "Yesterday")[days]
    return f"On {day:%A}" if days < 7 else f"On {day:%A}, {day.day} {day:%B}"


def _short(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= QUOTED else said[:QUOTED].rsplit(" ", 1)[0] + " …"
