"""What is known about a person, and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone

from memories.facts.predicates import Category
from memories.facts.stored import told_today
from memories.models import Memory
from memories.queries import current, names_of_places, place_in_words
from profiles.models import Profile
from profiles.preferences import zone_of
from whisper.accounts.reading import Reading
from whisper.console.paging import newest_first

# Facts of a page, and of the overview, which shows those that hold.
SIZE, IN_SHORT = 100, 30


def facts_of(person_id: int) -> QuerySet[Memory]:
    """Return the facts about a person, without their vectors."""
    rows = Memory.objects.filter(person_id=person_id, kind=Memory.Kind.USER_FACT)
    return rows.defer("embedding")


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact on the timeline.

    Args:
        text: what it says today.
        state: current, past, replaced or corrected.
        start, width: of its bar, in percent of the time that the bars stand for.
        by: the sentence of the fact that took its place; empty for none.
        where: the channel it was said in.
        message_id: the key of a message that it came from; None if there is none any more.
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
    """A person's facts.

    Args:
        themes: their names, each with its facts.
        since: when the time that the bars stand for begins; it ends now.
        rows: the same facts, the one said last first.
        next: where the next page begins; empty on the last one.
        hidden: how many the admin may not read, in words.
    """

    themes: Sequence[tuple[str, Sequence[FactRow]]]
    since: datetime
    rows: Sequence[Memory]
    next: str
    hidden: str


def timeline_of(
    profile: Profile,
    reading: Reading,
    *,
    only_current: bool = False,
    after: str = "",
    size: int = SIZE,
) -> Timeline:
    """Return a page of a person's facts, by theme, those that hold first.

    Args:
        reading: what the admin may read; other facts are left out.
        after: `next` of the page before; empty for the first, which has what was said last.
    """
    rows = facts_of(profile.person_id).select_related("superseded_by").prefetch_related("sources")
    if only_current:
        rows = rows.filter(current())
    hidden = reading.hidden(rows, "fact", "facts")
    rows = reading.only(rows)
    page = newest_first(rows, "said_at", after, size)
    facts: Sequence[Memory] = page.rows
    now = timezone.now()
    since = min((fact.valid_from for fact in facts), default=now - timedelta(days=1))
    told = told_today(facts, now, zone_of(profile))
    names = names_of_places(fact.channel_id for fact in facts)
    made = [_fact_row(fact, told[fact.pk], names, since, now, reading) for fact in facts]
    made.sort(key=lambda row: (_theme(row.memory), row.state != "current"))
    themes = [(theme, list(group)) for theme, group in groupby(made, key=_theme_name)]
    return Timeline(themes, since, facts, page.next, hidden)


def _theme(memory: Memory) -> int:
    themes = list(Category)
    return themes.index(Category(memory.category)) if memory.category in themes else len(themes)


def _theme_name(row: FactRow) -> str:
    return row.memory.category or Category.OTHER


def _fact_row(
    fact: Memory,
    text: str,
    names: Mapping[int, str],
    since: datetime,
    now: datetime,
    reading: Reading,
) -> FactRow:
    whole = max((now - since).total_seconds(), 1.0)
    end = min(fact.valid_to or now, now)
    start = (fact.valid_from - since).total_seconds() / whole
    state = "current" if fact.valid_to is None or fact.valid_to > now else fact.ending or "replaced"
    source = next((one for one in fact.sources.all() if reading.may_read(one.place)), None)
    newer = fact.superseded_by
    return FactRow(
        memory=fact,
        text=text,
        state=state,
        start=round(100 * start, 2),
        width=max(round(100 * (end - fact.valid_from).total_seconds() / whole, 2), 0.8),
        by=newer.text if newer and reading.may_read(newer.place) else "",
        where=place_in_words(fact.place, fact.channel_id, names),
        message_id=source.pk if source else None,
    )
