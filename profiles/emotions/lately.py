"""How a person has been feeling lately: their days, with what each mood came from.

Moods may come from direct messages. Tell this to the person alone: in a direct message, in an
answer that only they can see, or at their own terminal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from itertools import groupby

from django.utils import timezone

from profiles.models import Emotion, EmotionRecord

# Records that are looked at, the latest first; a busy month has fewer.
MOST_RECORDS = 2_000
# Moods per day that are reported with their reasons.
MOST_REASONS = 3
# Of days with moods but none that says something.
NOTHING = "I noticed no strong moods in that time."


@dataclass(frozen=True, slots=True)
class FeltMood:
    """How one message felt.

    Args:
        message_pk: row of the message it was judged by; None for one of an older bot.
        intensity: how strong, 0 to 1.
        words: words of the message that decided, strongest first.
    """

    emotion: Emotion
    felt_at: datetime
    message_pk: int | None
    intensity: float
    words: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Return in words what it came from; empty if that wasn't kept."""
        return ", ".join(f"“{word}”" for word in self.words)


@dataclass(frozen=True, slots=True)
class FeltDay:
    """How one day was.

    Args:
        mostly: the state felt most, neutral if nothing else was; of equals the heaviest.
        moods: how many messages were judged.
        counts: how often each state was felt, neutral left out, most first.
        reasons: the strongest moods that were not neutral, strongest first.
    """

    day: date
    mostly: Emotion
    moods: int
    counts: tuple[tuple[Emotion, int], ...]
    reasons: tuple[FeltMood, ...]


def days_felt(
    person_id: int, *, since: datetime, until: datetime | None = None, zone: tzinfo | None = None
) -> list[FeltDay]:
    """Return how each day of a person was on which something was judged, oldest first.

    Args:
        since, until: the time looked at; until now if no end is given.
        zone: in which a day begins; `TIME_ZONE` by default.
    """
    records = EmotionRecord.objects.filter(profile__person_id=person_id, felt_at__gte=since)
    if until is not None:
        records = records.filter(felt_at__lt=until)
    latest = list(records.order_by("-felt_at", "-pk")[:MOST_RECORDS])
    moods = sorted(map(_mood, _once_a_message(latest)), key=lambda mood: mood.felt_at)
    by_day = groupby(moods, key=lambda mood: timezone.localtime(mood.felt_at, zone).date())
    return [_day(day, list(felt)) for day, felt in by_day]


def in_words(days: Sequence[FeltDay], *, today: date) -> str:
    """Return days in sentences to their person, the latest first."""
    if not days:
        return ""
    told = [day for day in reversed(days) if day.counts]
    return " ".join(_sentence(day, today) for day in told) or NOTHING


def _once_a_message(records: Iterable[EmotionRecord]) -> Iterator[EmotionRecord]:
    """Yield one record of each message: the latest, where a second model judged it too."""
    seen: set[int | None] = set()
    for record in sorted(records, key=lambda record: -record.pk):
        message = record.source_message_id
        if message is None or message not in seen:
            yield record
        seen.add(message)


def _mood(record: EmotionRecord) -> FeltMood:
    return FeltMood(
        emotion=Emotion(record.emotion),
        felt_at=record.felt_at,
        message_pk=record.source_message_id,
        intensity=record.intensity,
        words=tuple(map(str, record.triggers)),
    )


def _day(day: date, moods: Sequence[FeltMood]) -> FeltDay:
    felt = [mood for mood in moods if mood.emotion != Emotion.NEUTRAL]
    counts = sorted(
        Counter(mood.emotion for mood in felt).items(),
        key=lambda item: (-item[1], -item[0].traits.weight, item[0]),
    )
    strongest = sorted(felt, key=lambda mood: (-mood.intensity, mood.felt_at))
    return FeltDay(
        day=day,
        mostly=counts[0][0] if counts else Emotion.NEUTRAL,
        moods=len(moods),
        counts=tuple(counts),
        reasons=tuple(strongest[:MOST_REASONS]),
    )


def _sentence(day: FeltDay, today: date) -> str:
    others = [emotion.label.lower() for emotion, _ in day.counts[1:3]]
    mostly = f"mostly {day.mostly.value}" if others else day.mostly.value
    also = f", and also {' and '.join(others)}" if others else ""
    words = dict.fromkeys(word for mood in day.reasons for word in mood.words[:1])
    reasons = ", ".join(f"“{word}”" for word in words)
    return f"{_named(day.day, today)} you seemed {mostly}{also}{reasons and f' ({reasons})'}."


def _named(day: date, today: date) -> str:
    if day == today:
        return "Today"
    if (today - day).days == 1:
        return "Yesterday"
    return f"On {day:%A}, {day.day} {day:%B}"
