"""What reports always take from the database: consent, names, and what was recalled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import TruncDay

from memories.access import Fields
from memories.analytics.base import FigureKind, Question, View, Word
from memories.analytics.significance import most_telling
from memories.models import Memory
from memories.queries import current, in_places
from memories.wording.words import counted_term, counted_terms, words
from profiles.models import Profile
from profiles.queries import who_agree

MOST_RECALLED, MOST_WORDS = 10, 20
# Words are shown as they are mostly written in this many memories, the newest.
WRITTEN_IN = 1_000
# What was said earlier, by an odd clock, makes no step of its own.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a report takes from the database.

    Args:
        people: how many people the memories are of; None if it is one's own report.
        words: the most telling ones as people write them, with their counts.
        recalled: text, count and last time of what was recalled most.
    """

    people: int | None
    words: Sequence[tuple[str, int]] = ()
    recalled: Sequence[tuple[str, int, datetime | None]] = ()


def counted(places: Sequence[Fields], now: datetime) -> QuerySet[Memory]:
    """Return the memories of some places that are still true."""
    return Memory.objects.filter(in_places(places), current(now)).order_by()


def question_on(view: View, now: datetime) -> Question:
    """Return the question whose memories engines have to count."""
    question = Question(view, now, ZoneInfo(settings.TIME_ZONE))
    if view.kind is not FigureKind.SERVER:
        return question
    question = replace(question, until=question.today)
    question = replace(question, people=who_agree(_owners(question)))
    until = _last_step(question)
    if until is None:
        return question
    agreeing, question = question.people or frozenset(), replace(question, until=until)
    return replace(question, people=agreeing.intersection(_owners(question)))


def _last_step(question: Question) -> datetime | None:
    """Return up to when a server's memories are counted; None if too few people ever spoke.

    Whoever compares the reports of two days sees what came between them. So they change in steps:
    each step ends with a day, and holds what at least five people said.
    """
    rows = _within(question).filter(person_id__in=question.people or (), said_at__gte=EPOCH)
    days = rows.annotate(day=TruncDay("said_at", tzinfo=question.zone)).order_by("day")
    pairs = days.values_list("day", "person_id").distinct().iterator()
    spoke: set[int | None] = set()
    found = None
    for day, of_day in groupby(pairs, key=itemgetter(0)):
        spoke.update(person_id for _, person_id in of_day)
        if len(spoke) >= question.view.least_people:
            found = question.midnight(day.date() + timedelta(days=1))
            spoke.clear()
    return found


def shown(question: Question, found: Iterable[Word]) -> Shown:
    """Return what a report says besides the counts.

    Args:
        found: all words that engines counted.
    """
    view = question.view
    rows = counted(view.places, question.now)
    people = None
    # What a person said stays theirs: a server's report has only the facts that it shares.
    recalled = rows.filter(person_id=None) if view.kind is FigureKind.SERVER else rows
    names: frozenset[str] = frozenset()
    if view.kind is FigureKind.CONSOLE:
        people = rows.exclude(person_id=None).values("person_id").distinct().count()
    elif view.kind is FigureKind.SERVER:
        people, names = len(question.people or ()), _names(question)
    told = most_telling(found, least_people=view.least_people, besides=names, limit=MOST_WORDS)
    written = _written(question, {word.term for word in told})
    return Shown(
        people, [(written[word.term], word.count) for word in told], _most_recalled(recalled)
    )


def _written(question: Question, terms: Collection[str]) -> dict[str, str]:
    """Return how terms are mostly written in the memories of a view."""
    spellings: dict[str, Counter[str]] = {term: Counter() for term in terms}
    newest = _within(question).order_by("-said_at", "pk").values_list("person_id", "text")
    for person_id, text in newest[: WRITTEN_IN if terms else 0]:
        for word in words(text) if question.counts(person_id) else ():
            if (term := counted_term(word)) in spellings:
                spellings[term][word] += 1
    return {
        term: min(found, key=lambda word: (-found[word], word), default=term)
        for term, found in spellings.items()
    }


def _owners(question: Question) -> QuerySet[Memory, int | None]:
    """Return whose memories there are in the places of a view."""
    return _within(question).exclude(person_id=None).values_list("person_id", flat=True).distinct()


def _within(question: Question) -> QuerySet[Memory]:
    """Return the memories of all people of a view."""
    rows = counted(question.view.places, question.now)
    return rows if question.until is None else rows.filter(said_at__lt=question.until)


def _names(question: Question) -> frozenset[str]:
    """Return the terms of the names of everybody who was heard in the places of a view."""
    profiles = Profile.objects.filter(person_id__in=_owners(question))
    speakers = counted(question.view.places, question.now).values_list("speaker", flat=True)
    names = [name for pair in profiles.values_list("name", "preferred_name") for name in pair]
    return frozenset(
        term for name in (*names, *speakers.distinct()) for term in counted_terms(name)
    )


def _most_recalled(rows: QuerySet[Memory]) -> list[tuple[str, int, datetime | None]]:
    ordered = rows.filter(recall_count__gt=0).order_by("-recall_count", "-recalled_at", "pk")
    return list(ordered.values_list("text", "recall_count", "recalled_at")[:MOST_RECALLED])
