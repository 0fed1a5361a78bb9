"""The page of a person: its head, their moods, latest lines and log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from botrunner.console.drawing import Felt, MoodChart, mood_chart
from botrunner.console.people.listing import LEVELS, counts_of
from botrunner.console.people.timeline import facts_of
from memories.facts.predicates import Category
from memories.facts.stored import told_today
from memories.models import Memory, Message, ReplyTrace
from memories.queries import current
from profiles.models import (
    Consent,
    EmotionRecord,
    Profile,
    Relationship,
    RelationshipChange,
)
from profiles.preferences import zone_of
from profiles.queries import consent_of
from whisper.accounts.reading import Reading
from whisper.action_log.queries import entries_on, with_names
from whisper.models import ActionEntry

RANGES = {"30": 30, "90": 90, "365": 365}
MOST_MOODS, MOST_ENTRIES, MOST_FACTS = 3_000, 100, 300
SENTENCES, PLANS = 6, 6
# What introduces a person, in the order of a sentence about them.
TELLING = (
    Category.HOME,
    Category.WORK,
    Category.PET,
    Category.FAMILY,
    Category.HEALTH,
    Category.LIKE,
)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above all tabs.

    Args:
        number: how close, 1 to 4.
        sentences: who they are, from what is known.
        change: what brought the relationship to where it is; None if nothing did.
        counts: how many there are of what each tab shows.
        plans: what they plan next, the nearest first.
    """

    profile: Profile
    consent: Consent | None
    number: int
    sentences: Sequence[str]
    change: RelationshipChange | None
    counts: dict[str, int]
    plans: Sequence[Memory]

    @property
    def level(self) -> str:
        """Return how close, in words."""
        return str(Relationship(self.profile.relationship_level).label)

    @property
    def levels(self) -> list[tuple[str, bool]]:
        """Return each level with whether they reached it."""
        return [
            (label, number <= self.number)
            for number, label in enumerate(Relationship.labels, start=1)
        ]


def head_of(profile: Profile, reading: Reading) -> Head:
    """Return what stands above all tabs of a person.

    Args:
        reading: what the admin may read; other facts are left out, and counted all the same.
    """
    person_id = profile.person_id
    counts = counts_of([person_id])
    telling = _telling(person_id, reading)
    return Head(
        profile=profile,
        consent=consent_of(person_id),
        number=LEVELS.index(profile.relationship_level) + 1,
        sentences=_introduced(profile, telling, reading),
        plans=_planned(telling),
        change=profile.relationship_changes.order_by("-changed_at", "-pk").first(),
        counts={
            "facts": counts.get((person_id, Memory.Kind.USER_FACT), 0),
            "memories": sum(counts.values()),
            **_counted(profile),
        },
    )


def _counted(profile: Profile) -> dict[str, int]:
    """Return how many rows of other tables concern a person, in a single query."""
    counted = Profile.objects.filter(pk=profile.pk).values_list(
        _count(Message.objects.all(), Count("channel_id", distinct=True)),
        _count(ReplyTrace.objects.all(), Count("pk")),
        _count(ActionEntry.objects.all(), Count("pk")),
    )
    return dict(zip(("conversations", "traces", "log"), counted.get(), strict=True))


def _count(rows: QuerySet[Any], number: Count) -> Coalesce:
    of_them = rows.filter(person_id=OuterRef("person_id")).order_by().values("person_id")
    return Coalesce(Subquery(of_them.annotate(number=number).values("number")), 0)


def _telling(person_id: int, reading: Reading) -> list[Memory]:
    """Return what introduces a person and what they plan, the newest first."""
    wanted = Q(category__in=TELLING) | Q(happens_until__gt=timezone.now())
    facts = reading.only(facts_of(person_id).filter(current()).filter(wanted))
    return list(facts.order_by("-said_at")[:MOST_FACTS])


def _introduced(profile: Profile, facts: Sequence[Memory], reading: Reading) -> list[str]:
    newest = [fact for fact in facts if fact.category in TELLING]
    told = told_today(newest, timezone.now(), zone_of(profile))
    newest.sort(key=lambda fact: TELLING.index(Category(fact.category)))
    sentences = [told[fact.pk] for fact in newest[:SENTENCES]]
    # It quotes words of all places.
    summary = profile.emotion_state.get("summary", "") if reading.private else ""
    return [*sentences, *([summary] if summary else [])]


def _planned(facts: Sequence[Memory]) -> list[Memory]:
    now = timezone.now()
    plans = [fact for fact in facts if fact.happens_until and fact.happens_until > now]
    return sorted(plans, key=lambda plan: plan.happens_at or now)[:PLANS]


def moods_of(profile: Profile, days: int, reading: Reading) -> MoodChart:
    """Return the chart of a person's moods over the last days, the strongest of each day.

    Args:
        reading: what the admin may read; of other moods the words are left out.
    """
    until = timezone.localtime()
    since = until - timedelta(days=days)
    rows = EmotionRecord.objects.filter(profile=profile, felt_at__gte=since).order_by("-felt_at")
    if not reading.private:
        said = Message.objects.filter(pk=OuterRef("source_message_id"))
        rows = rows.annotate(place=Subquery(said.values("place")))
    felt = [
        _felt(one, with_words=reading.may_read(getattr(one, "place", None)))
        for one in reversed(rows[:MOST_MOODS])
    ]
    strongest = [
        max(moods, key=lambda one: abs(one.valence))
        for _, group in groupby(felt, key=lambda one: one.at.date())
        if (moods := list(group))
    ]
    return mood_chart(strongest, since, until)


def _felt(record: EmotionRecord, *, with_words: bool) -> Felt:
    at = timezone.localtime(record.felt_at)
    emotion = record.state
    words = ", ".join(f"“{word}”" for word in record.triggers[:3]) if with_words else ""
    tip = f"{emotion.label}, {at:%-d %B %Y}{': ' + words if words else ''}"
    return Felt(
        at,
        emotion,
        record.valence,
        f"{tip}; sure to {record.confidence:.2f}",
    )


def log_of(profile: Profile) -> list[tuple[ActionEntry, str]]:
    """Return what was done about a person, by whom and why, the newest first."""
    return with_names(entries_on(profile, person_id=profile.person_id)[:MOST_ENTRIES])


def latest_lines(person_id: int, reading: Reading, *, limit: int = 6) -> Iterable[Message]:
    """Return what was last said by and to a person, the oldest first.

    Args:
        reading: what the admin may read; other messages are left out.
    """
    rows = Message.objects.filter(person_id=person_id, deleted_at=None).exclude(text="")
    return list(reading.only(rows).order_by("-sent_at", "-pk")[:limit])[::-1]
