"""The list of people: who they are, how close, how they feel, and what is held of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from botrunner.console.drawing import sparkline
from memories.models import Memory
from profiles.emotions import escalation
from profiles.models import STRONG_DISTRESS, Consent, EmotionRecord, Profile, Relationship
from profiles.queries import agreeing
from whisper.console.paging import Slice, newest_first
from whisper.ids import snowflake

SIZE = 25
HARD_TIME = timedelta(days=7)
SEEN = {"1": "today", "7": "in the last 7 days", "30": "in the last 30 days"}
LEVELS = Relationship.values


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people are listed; empty lets all through.

    Args:
        words: part of a name, or a whole Discord id.
        level: a relationship.
        consent: a standing of `Consent`.
        seen: days, one of `SEEN`.
        hard: those who showed strong distress in the last week.
    """

    words: str = ""
    level: str = ""
    consent: str = ""
    seen: str = ""
    hard: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str], words: str) -> Wanted:
        """Return what the parameters of an address ask for; what makes no sense is left out."""
        level, consent = query.get("level", ""), query.get("consent", "")
        return cls(
            words=words.strip(),
            level=level if level in Relationship.values else "",
            consent=consent if consent in Consent.Status.values else "",
            seen=query.get("seen", "") if query.get("seen") in SEEN else "",
            hard=query.get("hard") == "1",
        )

    @property
    def is_all(self) -> bool:
        """Return whether nobody is left out."""
        return self == Wanted()


@dataclass(frozen=True, slots=True)
class Row:
    """A person in the list.

    Args:
        number: how close, 1 to 4.
        spark: points of the line of their last days; empty if no mood is kept.
        standing: what they said to being remembered; None if they have no consent.
    """

    profile: Profile
    number: int
    spark: str
    upset: bool
    facts: int
    memories: int
    standing: Consent.Status | None

    @property
    def level(self) -> str:
        """Return how close, in words."""
        return str(Relationship(self.profile.relationship_level).label)

    @property
    def is_kept(self) -> bool:
        """Return whether anything may be kept of them."""
        return self.standing in {Consent.Status.GRANTED, Consent.Status.NOTICED}


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list; `next` is where the following one begins, empty on the last."""

    rows: Sequence[Row]
    next: str


def listed(wanted: Wanted, after: str) -> Listed:
    """Return a page of people, the one seen last first."""
    page = newest_first(_found(wanted), "last_interaction", after, SIZE)
    return Listed(_rows(page), page.next)


def called_like(words: str, most: int) -> Sequence[Profile]:
    """Return the people with an id, or with words in their name, the one seen last first."""
    return newest_first(_found(Wanted(words)), "last_interaction", "", most).rows


def having_a_hard_time() -> int:
    """Return how many people showed strong distress in the last week."""
    return _in_distress().distinct().count()


def _in_distress() -> QuerySet[EmotionRecord, int]:
    since = timezone.now() - HARD_TIME
    lately = EmotionRecord.objects.filter(STRONG_DISTRESS, felt_at__gte=since)
    return lately.values_list("profile_id", flat=True)


def _found(wanted: Wanted) -> QuerySet[Profile]:
    people = Profile.objects.all()
    number = snowflake(wanted.words)
    if number is not None:
        people = people.filter(person_id=number)
    elif wanted.words:
        words = wanted.words.replace("\x00", "")
        named = Q(name__icontains=words) | Q(preferred_name__icontains=words)
        people = people.filter(named)
    if wanted.level:
        people = people.filter(relationship_level=wanted.level)
    if wanted.consent:
        people = people.filter(person_id__in=_of_consent(wanted.consent))
    if wanted.seen:
        since = timezone.now() - timedelta(days=int(wanted.seen))
        people = people.filter(last_interaction__gte=since)
    if wanted.hard:
        people = people.filter(pk__in=_in_distress())
    return people


def _of_consent(status: str) -> QuerySet[Consent, int]:
    agreeing_now = agreeing(timezone.now()).values("pk")
    over = Q(status=Consent.Status.GRANTED) & ~Q(pk__in=agreeing_now)
    if status == Consent.Status.EXPIRED:
        rows = Consent.objects.filter(over | Q(status=status))
    else:
        rows = Consent.objects.filter(status=status).exclude(over)
    return rows.values_list("person_id", flat=True)


def _rows(page: Slice) -> list[Row]:
    people: list[Profile] = list(page.rows)
    ids = [person.person_id for person in people]
    consents = {one.person_id: one for one in Consent.objects.filter(person_id__in=ids)}
    counts = counts_of(ids)
    now = timezone.now()
    return [
        Row(
            profile=person,
            number=LEVELS.index(person.relationship_level) + 1,
            spark=sparkline(person.emotion_state),
            upset=escalation.faded(person.escalation_count, person.escalated_at, now)
            >= escalation.WARNING,
            facts=counts.get((person.person_id, Memory.Kind.USER_FACT), 0),
            memories=sum(counts.get((person.person_id, kind), 0) for kind in Memory.Kind.values),
            standing=consents[person.person_id].standing if person.person_id in consents else None,
        )
        for person in people
    ]


def counts_of(ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """Return how many memories of each kind people have, by person and kind."""
    rows = Memory.objects.filter(person_id__in=ids).values("person_id", "kind")
    counted = rows.annotate(count=Count("pk")).order_by()
    return {(row["person_id"], row["kind"]): row["count"] for row in counted}
