"""What people and their moods add to the console's front page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from profiles.emotions import escalation
from profiles.models import Emotion, EmotionRecord, Profile
from whisper.console import front
from whisper.console.by_day import counts_by_day
from whisper.console.front import Chart, Column, Notice, Shade, Tile, per_day
from whisper.database.counts import about_how_many

PEOPLE_SHOWN = 5
# So old are the number of all people and the chart of moods at most; who is new is counted each
# time.
KNOWN_SECONDS = 60
NOTE = (
    "Share of each day's moods. Neutral ones are counted but not drawn. Moods of people who "
    "declined to be remembered aren't kept."
)


@front.tile("profiles.view_profile")
def people(now: datetime) -> Tile:
    """Return how many people are known, and how many were new today."""
    new = per_day(Profile.objects.all(), "first_interaction", now)
    link, note = reverse("console:people"), f"{new[-1]:,} new today"
    known = cache.get_or_set("people_known", lambda: about_how_many(Profile), KNOWN_SECONDS)
    return Tile("People", known or 0, note, link, new)


@front.notices("profiles.view_profile")
def in_distress(now: datetime) -> Iterator[Notice]:
    """Yield the people whose distress has piled up, the most first."""
    rows = Profile.objects.filter(escalation_count__gte=escalation.WARNING)
    for person in rows.order_by("-escalation_count", "-escalated_at")[:PEOPLE_SHOWN]:
        left = escalation.faded(person.escalation_count, person.escalated_at, now)
        if left >= escalation.WARNING:
            yield Notice(
                f"{person.preferred_name or person.name or person.person_id} is having a hard time",
                reverse("console:person", args=[person.person_id]),
                f"{person.get_current_emotion_display()}; distress {left} of {escalation.MOST}",
                at=person.last_interaction,
                otherwise=reverse("console:people") + "?hard=1",
            )


@front.chart("profiles.view_emotionrecord")
def moods(now: datetime, days: int) -> Chart:
    """Return the moods of the last days: good ones above the line, hard ones below."""
    key = f"moods_by_day:{timezone.localdate(now)}:{days}"
    counts = cache.get_or_set(key, lambda: _counted(now, days), KNOWN_SECONDS) or {}
    shares = {day: _shares(of_day) for day, of_day in counts.items()}
    most = max((_half(of_day, sign) for of_day in shares.values() for sign in (1, -1)), default=0)
    most = most or 1
    seen = {name for of_day in shares.values() for name in of_day}
    legend = [(str(one.label), _colour(one)) for one in _drawn() if one.value in seen]
    columns = [
        _column(day, shares.get(day.isoformat(), {}), most) for day in front.last_days(now, days)
    ]
    return Chart("Mood by day", NOTE, columns, legend, round(100 * most))


def _counted(now: datetime, days: int) -> dict[str, dict[str, int]]:
    """Return how often each state was felt, by day as text: Redis keeps JSON."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    rows = EmotionRecord.objects.all()
    for (day, emotion), count in counts_by_day(
        rows, "felt_at", now, days=days, by=("emotion",)
    ).items():
        counts[day.isoformat()][emotion] = count
    return dict(counts)


def _shares(counts: Mapping[str, int]) -> dict[str, float]:
    """Return each state's share of a day's moods, without what is drawn neither up nor down."""
    total = sum(counts.values())
    drawn = {one.value for one in _drawn()}
    return {name: count / total for name, count in counts.items() if name in drawn}


def _half(shares: Mapping[str, float], sign: int) -> float:
    return sum(share for name, share in shares.items() if sign * Emotion(name).traits.valence > 0)


def _drawn() -> Sequence[Emotion]:
    """Return the states that are drawn, the best first."""
    return sorted(
        (one for one in Emotion if one.traits.valence), key=lambda one: -one.traits.valence
    )


def _colour(state: Emotion) -> str:
    """Return the class that the console's style sheet of moods has for it."""
    return f"mood-{state.value}"


def _column(day: date, shares: Mapping[str, float], most: float) -> Column:
    drawn = [one for one in _drawn() if one.value in shares]
    above = [_part(one, shares, most) for one in drawn if one.traits.valence > 0]
    below = [_part(one, shares, most) for one in drawn if one.traits.valence < 0]
    return Column(f"{day:%-d %b}", above, below)


def _part(state: Emotion, shares: Mapping[str, float], most: float) -> Shade:
    share = 100 * shares[state.value]
    return Shade(str(state.label), round(share, 1), share / most, _colour(state))
