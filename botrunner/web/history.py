"""What the web chat shows besides the talk itself: earlier days, and what a reply recalled.

All of it is the signed-in person's own: each function takes their id, and reads their direct
channel alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from botrunner.console.days import midnight
from memories.access import Scope, is_visible
from memories.facts.predicates import Category
from memories.facts.queries import zone_of_person
from memories.facts.stored import told_today
from memories.models import Memory, Message, Place, ReplyTrace
from memories.queries import current, memories_of, names_of_places
from memories.wording.addressing import second_person

DAYS, LINES, FACTS = 60, 400, 500
WEB = Message.Platform.WEB


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which a person talked; `title` is what they said first."""

    day: date
    title: str
    messages: int


@dataclass(frozen=True, slots=True)
class RecalledMemory:
    """A memory that a reply was made with, as its person sees it now.

    Args:
        told: when and where they said it, or since when it is known.
        is_own: whether it is theirs, so that they can forget it.
    """

    id: UUID
    text: str
    told: str
    is_own: bool


def days_of(person_id: int) -> list[Day]:
    """Return the days on which a person talked in the web chat, the latest first."""
    own = _said(person_id).filter(from_companion=False)
    by_day = own.annotate(day=TruncDate("sent_at")).values("day").order_by("-day")
    counted = by_day.annotate(first=Min("pk"), messages=Count("pk"))
    rows = list(counted[:DAYS])
    texts = dict(own.filter(pk__in=[row["first"] for row in rows]).values_list("pk", "text"))
    return [Day(row["day"], texts.get(row["first"], ""), row["messages"]) for row in rows]


def lines_of_day(person_id: int, day: date) -> list[Message]:
    """Return what was said on a day, oldest first."""
    start = midnight(day)
    said = _said(person_id).filter(sent_at__gte=start, sent_at__lt=start + timedelta(days=1))
    return list(said.order_by("sent_at", "pk")[:LINES])


def counts_of_recalled(person_id: int, questions: Iterable[int | None]) -> dict[int, int]:
    """Return how many memories were used for replies, by the ids of what they reply to."""
    wanted = {one for one in questions if one is not None}
    traces = ReplyTrace.objects.filter(
        person_id=person_id,
        message__platform=WEB,
        message__channel_id=person_id,
        message__platform_id__in=wanted,
    )
    rows = traces.values_list("message__platform_id", "recalled")
    found = {question: _used(recalled) for question, recalled in rows}
    return {question: len(used) for question, used in found.items() if used}


def recalled_for(person_id: int, question: int) -> tuple[str, list[RecalledMemory]] | None:
    """Return what somebody said, and the memories that the reply to it was made with.

    Only what is still kept, and may come up where its person is alone, is among them; None if that
    reply isn't theirs or its trace is gone.
    """
    trace = (
        ReplyTrace.objects.select_related("message")
        .filter(
            person_id=person_id,
            message__platform=WEB,
            message__channel_id=person_id,
            message__platform_id=question,
        )
        .only("recalled", "message__text")
        .first()
    )
    if trace is None:
        return None
    keys = _used(trace.recalled)
    rows = {str(row.pk): row for row in Memory.objects.filter(pk__in=keys).defer("embedding")}
    scope = Scope.access(person_id)
    memories = [rows[key] for key in keys if key in rows and is_visible(rows[key], scope)]
    return trace.message.text, _shown(memories, person_id)


def known_of(person_id: int) -> list[tuple[str, Sequence[RecalledMemory]]]:
    """Return the facts that are known of a person, by theme."""
    themes = [one.value for one in Category]
    facts = memories_of(Scope.access(person_id), kinds=[Memory.Kind.USER_FACT], limit=FACTS)
    facts.sort(key=lambda fact: themes.index(fact.category) if fact.category in themes else 99)
    return [
        (theme or Category.OTHER.value, _shown(list(group), person_id))
        for theme, group in groupby(facts, key=lambda fact: fact.category)
    ]


def how_much_is_kept(person_id: int) -> Mapping[str, int]:
    """Return how much is kept of a person: messages, memories, and facts among them."""
    said = Message.objects.filter(person_id=person_id, from_companion=False, deleted_at=None)
    kept = Memory.objects.filter(person_id=person_id).aggregate(
        memories=Count("pk"),
        facts=Count("pk", filter=Q(kind=Memory.Kind.USER_FACT) & current()),
    )
    return {
        "messages": said.exclude(text="").count(),
        "memories": kept["memories"],
        "facts": kept["facts"],
    }


def _said(person_id: int) -> QuerySet[Message]:
    return Message.objects.filter(channel_id=person_id, platform=WEB, deleted_at=None).exclude(
        text=""
    )


def _used(recalled: Sequence[Mapping[str, object]]) -> list[str]:
    return [str(one["id"]) for one in recalled if one.get("in_prompt", True) and one.get("id")]


def _shown(memories: Sequence[Memory], person_id: int) -> list[RecalledMemory]:
    names = names_of_places(one.channel_id for one in memories)
    texts = told_today(memories, timezone.now(), zone_of_person(person_id))
    shown = []
    for one in memories:
        text, own = texts.get(one.pk, one.text), one.person_id == person_id
        # A fact is kept in words about them; they read it themselves.
        text = second_person(text) if own and one.kind == Memory.Kind.USER_FACT else text
        shown.append(RecalledMemory(one.pk, text, _told(one, names), own))
    return shown


def _told(memory: Memory, names: Mapping[int, str]) -> str:
    said_at = timezone.localtime(memory.said_at)
    if memory.person_id is None:
        return "Known to everyone here"
    channel = names.get(memory.channel_id or 0)
    where = f", in #{channel}" if channel else ""
    if memory.place == Place.DIRECT:
        where = ", in private"
    day = f"{said_at:%-d %B %Y}"
    if memory.kind == Memory.Kind.SUMMARY:
        return f"We talked about this until {day}{where}"
    return f"You said this on {day}{where}" if memory.place != Place.IMPORT else f"From {day}"
