"""The page of a person: what each of its tabs shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from botrunner.console.drawing import Felt, MoodChart, mood_chart
from botrunner.console.paging import Slice, newest_first
from botrunner.console.people.listing import LEVELS, counts_of
from memories.facts.predicates import Category
from memories.facts.stored import told_today
from memories.models import Memory, Message, Place, PlaceDecision, ReplyTrace
from memories.queries import current, names_of_places
from profiles.models import (
    Consent,
    EmotionRecord,
    Profile,
    Relationship,
    RelationshipChange,
)
from profiles.preferences import zone_of
from profiles.privacy import Way, ways_of
from profiles.queries import consent_of
from whisper.action_log.queries import entries_on, with_names
from whisper.models import ActionEntry

RANGES = {"30": 30, "90": 90, "365": 365}
MOST_MOODS, MOST_FACTS, MOST_TALKS, MOST_DECISIONS, MOST_ENTRIES = 3_000, 300, 60, 50, 100
SENTENCES, PLANS = 6, 6
SIZE = 25
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
    sentences: str
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


def head_of(profile: Profile) -> Head:
    """Return what stands above all tabs of a person."""
    person_id = profile.person_id
    counts = counts_of([person_id])
    telling = _telling(person_id)
    return Head(
        profile=profile,
        consent=consent_of(person_id),
        number=LEVELS.index(profile.relationship_level) + 1,
        sentences=_introduced(profile, telling),
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


def _telling(person_id: int) -> list[Memory]:
    """Return what introduces a person and what they plan, the newest first."""
    wanted = Q(category__in=TELLING) | Q(happens_until__gt=timezone.now())
    facts = _facts(person_id).filter(current()).filter(wanted)
    return list(facts.order_by("-said_at")[:MOST_FACTS])


def _introduced(profile: Profile, facts: Sequence[Memory]) -> str:
    newest = [fact for fact in facts if fact.category in TELLING]
    told = told_today(newest, timezone.now(), zone_of(profile))
    newest.sort(key=lambda fact: TELLING.index(Category(fact.category)))
    sentences = [told[fact.pk] for fact in newest[:SENTENCES]]
    summary = profile.emotion_state.get("summary", "")
    return " ".join([*sentences, *([summary] if summary else [])])


def _planned(facts: Sequence[Memory]) -> list[Memory]:
    now = timezone.now()
    plans = [fact for fact in facts if fact.happens_until and fact.happens_until > now]
    return sorted(plans, key=lambda plan: plan.happens_at or now)[:PLANS]


def _facts(person_id: int) -> QuerySet[Memory]:
    rows = Memory.objects.filter(person_id=person_id, kind=Memory.Kind.USER_FACT)
    return rows.defer("embedding")


def moods_of(profile: Profile, days: int) -> MoodChart:
    """Return the chart of a person's moods over the last days, the strongest of each day."""
    until = timezone.localtime()
    since = until - timedelta(days=days)
    rows = EmotionRecord.objects.filter(profile=profile, felt_at__gte=since).order_by("-felt_at")
    felt = [_felt(one) for one in reversed(rows[:MOST_MOODS])]
    strongest = [
        max(moods, key=lambda one: abs(one.valence))
        for _, group in groupby(felt, key=lambda one: one.at.date())
        if (moods := list(group))
    ]
    return mood_chart(strongest, since, until)


def _felt(record: EmotionRecord) -> Felt:
    at = timezone.localtime(record.felt_at)
    emotion = record.state
    words = ", ".join(f"“{word}”" for word in record.triggers[:3])
    tip = f"{emotion.label}, {at:%-d %B %Y}{': ' + words if words else ''}"
    return Felt(
        at,
        emotion,
        record.valence,
        f"{tip}; sure to {record.confidence:.2f}",
    )


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact on the timeline.

    Args:
        state: current, past, replaced or corrected.
        start, width: of its bar, shares of 100.
        by: the sentence of the fact that took its place; empty for none.
        where: the channel it was said in.
    """

    memory: Memory
    text: str
    state: str
    start: float
    width: float
    by: str
    where: str
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A person's facts by theme, with the ends of the time that the bars stand for."""

    themes: Sequence[tuple[str, Sequence[FactRow]]]
    since: datetime
    shown: int


def timeline_of(profile: Profile, *, only_current: bool = False) -> Timeline:
    """Return a person's facts, by theme, those that hold first."""
    rows = _facts(profile.person_id).select_related("superseded_by").prefetch_related("sources")
    if only_current:
        rows = rows.filter(current())
    facts = list(rows.order_by("-said_at")[:MOST_FACTS])
    now = timezone.now()
    since = min((fact.valid_from for fact in facts), default=now - timedelta(days=1))
    told, names = (
        told_today(facts, now, zone_of(profile)),
        names_of_places(fact.channel_id for fact in facts),
    )
    made = [_fact_row(fact, told[fact.pk], names, since, now) for fact in facts]
    made.sort(key=lambda row: (_theme(row.memory), row.state != "current"))
    themes = [(theme, list(group)) for theme, group in groupby(made, key=_theme_name)]
    return Timeline(themes, since, len(made))


def _theme(memory: Memory) -> int:
    themes = list(Category)
    return themes.index(Category(memory.category)) if memory.category in themes else len(themes)


def _theme_name(row: FactRow) -> str:
    return row.memory.category or Category.OTHER


def _fact_row(
    fact: Memory, text: str, names: dict[int, str], since: datetime, now: datetime
) -> FactRow:
    whole = max((now - since).total_seconds(), 1.0)
    end = min(fact.valid_to or now, now)
    start = (fact.valid_from - since).total_seconds() / whole
    state = "current" if fact.valid_to is None or fact.valid_to > now else fact.ending or "replaced"
    source = next(iter(fact.sources.all()), None)
    return FactRow(
        memory=fact,
        text=text,
        state=state,
        start=round(100 * start, 2),
        width=max(round(100 * (end - fact.valid_from).total_seconds() / whole, 2), 0.8),
        by=fact.superseded_by.text if fact.superseded_by else "",
        where=where_said(fact, names),
        message_id=source.pk if source else None,
    )


def where_said(row: Memory | Message, names: dict[int, str]) -> str:
    """Return where something was said, in words."""
    if row.place == Place.DIRECT:
        return "direct message"
    if row.place == Place.IMPORT:
        return "import"
    name = names.get(row.channel_id or 0)
    return f"#{name}" if name else f"channel {row.channel_id}"


@dataclass(frozen=True, slots=True)
class Talk:
    """A channel or direct messages in which a person talked."""

    channel_id: int
    guild_id: int | None
    place: str
    name: str
    server: str
    messages: int
    last: datetime


def talks_of(person_id: int) -> list[Talk]:
    """Return where a person talked, the latest first."""
    said = Message.objects.filter(person_id=person_id)
    rows = list(
        said.values("channel_id", "guild_id", "place")
        .annotate(messages=Count("pk"), last=Max("sent_at"))
        .order_by("-last")[:MOST_TALKS]
    )
    names = names_of_places(one for row in rows for one in (row["channel_id"], row["guild_id"]))
    return [
        Talk(
            **row,
            name=talk_name(row["place"], row["channel_id"], names),
            server=names.get(row["guild_id"], ""),
        )
        for row in rows
    ]


def talk_name(place: str, channel_id: int, names: dict[int, str]) -> str:
    """Return what a channel is called."""
    return "Direct messages" if place == Place.DIRECT else names.get(channel_id, str(channel_id))


def memories_of(person_id: int, kind: str, after: str) -> Slice:
    """Return a page of what is remembered of a person, the newest first."""
    rows = Memory.objects.filter(person_id=person_id).defer("embedding")
    if kind in Memory.Kind.values:
        rows = rows.filter(kind=kind)
    return newest_first(rows, "said_at", after, SIZE)


def traces_of(person_id: int, after: str) -> Slice:
    """Return a page of why replies to a person are what they are, the newest first."""
    rows = ReplyTrace.objects.filter(person_id=person_id).select_related("message", "reply")
    return newest_first(rows.defer("prompt"), "created_at", after, SIZE)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was told in another place, or held back, with places by name."""

    row: PlaceDecision
    said_in: str
    told_in: str


@dataclass(frozen=True, slots=True)
class Privacy:
    """What a person allows, and what was decided by it."""

    ways: Sequence[tuple[str, bool]]
    decisions: Sequence[Decision]


def privacy_of(person_id: int, consent: Consent | None) -> Privacy:
    """Return what a person allows, with the latest decisions."""
    opened = ways_of(consent)
    rows = list(
        PlaceDecision.objects.filter(person_id=person_id).order_by("-decided_at", "-pk")[
            :MOST_DECISIONS
        ]
    )
    names = names_of_places(one for row in rows for one in (row.from_channel_id, row.to_channel_id))
    return Privacy(
        [(way.meaning, way in opened) for way in Way],
        [
            Decision(
                row,
                _place(row.from_place, row.from_channel_id, names),
                _place(row.to_place, row.to_channel_id, names),
            )
            for row in rows
        ],
    )


def _place(place: str, channel_id: int | None, names: dict[int, str]) -> str:
    if place in {Place.DIRECT, Place.IMPORT}:
        return "direct messages" if place == Place.DIRECT else "an import"
    return f"#{names.get(channel_id or 0, channel_id)}"


def log_of(profile: Profile) -> list[tuple[ActionEntry, str]]:
    """Return what was done about a person, by whom and why, the newest first."""
    return with_names(entries_on(profile, person_id=profile.person_id)[:MOST_ENTRIES])


def latest_lines(person_id: int, *, limit: int = 6) -> Iterable[Message]:
    """Return what was last said by and to a person, the oldest first."""
    rows = Message.objects.filter(person_id=person_id, deleted_at=None).exclude(text="")
    return list(rows.order_by("-sent_at", "-pk")[:limit])[::-1]
