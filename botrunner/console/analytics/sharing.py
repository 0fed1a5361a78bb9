"""What people feel and talk about, and when: counted so that nobody can be singled out.

Everything is counted by calendar months that are over, each server by itself and what was said
elsewhere, such as in direct messages, as one more. What fewer than `LEAST_PEOPLE` share in such a
part is left out of it, and every figure is a sum of these parts. So whoever subtracts one time from
another, or the servers from the whole, gets no more than parts that enough people share.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, QuerySet, When
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncMonth
from django.utils import timezone

from botrunner.console.analytics.period import Period, day_of
from memories.analytics.base import LEAST_PEOPLE
from memories.models import Memory, Message, Place
from profiles.models import Emotion
from profiles.queries import agreeing

# A memory belongs to a server if it was said there in public.
OF_SERVER = Case(When(place=Place.PUBLIC_CHANNEL, then=F("guild_id")), default=None)


def moods(period: Period, guild_id: int | None) -> dict[date, dict[str, int]]:
    """Return how often each mood was felt, by month."""
    said = _memories(guild_id).filter(kind=Memory.Kind.CONVERSATION).exclude(emotion="")
    found: dict[date, dict[str, int]] = defaultdict(Counter)
    for month, emotion, count in _parts(_within(said, "said_at", period), "emotion"):
        if emotion in Emotion.values:
            found[month][emotion] += count
    return {month: dict(counts) for month, counts in found.items()}


def moods_of_servers(period: Period) -> dict[int, dict[str, int]]:
    """Return how often each mood was felt in a period, by server."""
    said = _memories(None).filter(kind=Memory.Kind.CONVERSATION, emotion__in=Emotion.values)
    found: dict[int, dict[str, int]] = defaultdict(Counter)
    for _, of, row in _enough(_within(said, "said_at", period).values("month", "of", "emotion")):
        if of is not None:
            found[of][row["emotion"]] += row["count"]
    return {of: dict(counts) for of, counts in found.items()}


def topics(period: Period, before: Period, guild_id: int | None) -> dict[str, tuple[int, int]]:
    """Return how many facts of each category are of a period, and of the one before."""
    facts = _memories(guild_id).filter(kind=Memory.Kind.USER_FACT, hidden=False)
    now, then = (
        _totals(_parts(_within(facts, "said_at", one), "category")) for one in (period, before)
    )
    ordered = sorted(now.keys() | then.keys(), key=lambda name: (-now[name], name))
    return {name or "other": (now[name], then[name]) for name in ordered}


def hours(period: Period, guild_id: int | None) -> dict[tuple[int, int], int]:
    """Return how many messages came at each weekday and hour, in months in which enough talked."""
    said = Message.objects.filter(from_companion=False, person_id__isnull=False)
    if guild_id is not None:
        said = said.filter(guild_id=guild_id)
    within = _within(said.annotate(of=F("guild_id")), "sent_at", period)
    enough = {(month, of) for month, of, _ in _enough(within.values("month", "of"))}
    hour = within.annotate(weekday=ExtractIsoWeekDay("sent_at"), hour=ExtractHour("sent_at"))
    counted = hour.values_list("month", "of", "weekday", "hour").annotate(count=Count("pk"))
    found: Counter[tuple[int, int]] = Counter()
    for month, of, weekday, at, count in counted.order_by():
        if (day_of(month), of) in enough:
            found[weekday, at] += count
    return dict(found)


def _memories(guild_id: int | None) -> QuerySet[Memory]:
    """Return what people said who agree that it is used, in a server's public or anywhere."""
    found = Memory.objects.filter(person_id__in=agreeing(timezone.now()).values("person_id"))
    if guild_id is not None:
        found = found.filter(guild_id=guild_id, place=Place.PUBLIC_CHANNEL)
    return found.annotate(of=OF_SERVER)


def _within(rows: QuerySet[Any], name: str, period: Period) -> QuerySet[Any]:
    """Return the rows of the months that end in a period, with the one that each is of."""
    since, until = period.whole_months(timezone.localdate())
    within = rows.filter(**{f"{name}__gte": since, f"{name}__lt": until})
    return within.annotate(month=TruncMonth(name)).order_by()


def _parts(rows: QuerySet[Any], name: str) -> Iterator[tuple[date, str, int]]:
    """Yield the parts that enough people share: month, the value of a field, and how many rows."""
    for month, _, row in _enough(rows.values("month", "of", name)):
        yield month, row[name], row["count"]


def _enough(grouped: QuerySet[Any, Any]) -> Iterator[tuple[date, int | None, dict[str, Any]]]:
    people = Count("person_id", distinct=True)
    for row in grouped.annotate(count=Count("pk"), people=people).filter(people__gte=LEAST_PEOPLE):
        yield day_of(row["month"]), row["of"], row


def _totals(parts: Iterator[tuple[date, str, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for _, value, count in parts:
        found[value] += count
    return found
