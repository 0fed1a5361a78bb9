"""Read what was said and what is remembered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from memories.access import Fields, Scope, is_visible, own_places
from memories.facts.predicates import Category
from memories.facts.queries import zone_of_person
from memories.facts.stored import told_today
from memories.index.base import Entry
from memories.models import (
    ForgottenMemory,
    Memory,
    Message,
    Partition,
    PlaceDecision,
    PlaceName,
    RemovedPlace,
)
from profiles.queries import who_agree

# Of one query: databases limit how deep a condition may be.
CHANNELS_AT_ONCE = 200
MOST_OF_SUMMARIES = 400


OPEN = (Message.Reply.PENDING, Message.Reply.MAKING, Message.Reply.SENDING)


def open_reply() -> Q:
    """Return the condition that a message waits for its reply, or for the rest of it."""
    return Q(reply_state__in=OPEN, deleted_at=None)


def messages_with_open_reply(platform: str, *, since: timedelta) -> list[Message]:
    """Return messages of a platform that wait for their reply, or its rest, oldest first."""
    recent = Message.objects.filter(open_reply(), platform=platform)
    return list(recent.filter(sent_at__gte=timezone.now() - since).order_by("sent_at", "pk"))


def too_old_for_a_reply(platform: str, *, since: timedelta) -> list[int]:
    """Return the keys of messages whose reply is open, but that are older than that."""
    waiting = Message.objects.filter(open_reply(), platform=platform)
    old = waiting.filter(sent_at__lt=timezone.now() - since)
    return list(old.values_list("pk", flat=True))


def latest_removal(person_id: int) -> int:
    """Return the revision at which something of a person was last removed or withdrawn."""
    rows = Partition.objects.filter(key=f"person:{person_id}")
    return rows.values_list("removed_at_revision", flat=True).first() or 0


def text_of(message_pk: int) -> str:
    """Return what a message says; empty if it is gone or may not be kept."""
    row = Message.objects.filter(pk=message_pk).values_list("text", flat=True).first()
    return row or ""


def recent_messages(channel_id: int, *, limit: int) -> list[Message]:
    """Return a channel's newest messages that hold text, oldest first."""
    newest = Message.objects.filter(channel_id=channel_id, deleted_at=None).exclude(text="")
    return list(newest.order_by("-sent_at", "-platform_id")[:limit])[::-1]


def recent_conversation(channel_id: int, *, limit: int) -> list[Message]:
    """Return a channel's newest messages, oldest first, also replies whose words were withdrawn.

    Without such a reply what it replied to would look unanswered.
    """
    newest = Message.objects.filter(channel_id=channel_id, deleted_at=None)
    wordless = Q(text="") & ~Q(from_companion=True, person_id__isnull=False)
    return list(newest.exclude(wordless).order_by("-sent_at", "-platform_id")[:limit])[::-1]


def wordless_messages(platform_ids: Collection[int]) -> dict[int, bool]:
    """Return which messages are stored without words, by their ids, and whether those are gone.

    The others' words were never kept.
    """
    rows = Message.objects.filter(platform_id__in=platform_ids, text="")
    never_kept = Q(person_id=None, deleted_at=None)
    gone = ~Q(deleted_at=None)
    found = rows.filter(never_kept | gone).values_list("platform_id", "deleted_at")
    return {platform_id: deleted_at is not None for platform_id, deleted_at in found}


def message_of(platform: str, platform_id: int, *, channel_id: int) -> Message | None:
    """Return a message of a channel by its id there; None if the channel has none of that id."""
    found = Message.objects.filter(platform=platform, platform_id=platform_id)
    return found.filter(channel_id=channel_id).first()


def messages_after(channel_id: int, pk: int, *, limit: int) -> list[Message]:
    """Return the messages of a channel that hold text and were stored after one, oldest first.

    Args:
        limit: how many of the newest.
    """
    newer = Message.objects.filter(channel_id=channel_id, pk__gt=pk, deleted_at=None)
    return list(newer.exclude(text="").order_by("-pk")[:limit])[::-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMessage:
    """Where a memory's message is, for a link to it or a reply that quotes it."""

    platform: str
    platform_id: int
    channel_id: int
    guild_id: int | None


def source_messages(entries: Iterable[Entry]) -> dict[UUID, SourceMessage]:
    """Return the messages that memories were made from, by the memories' ids.

    What was made otherwise (a command, an import) has none, and neither has what was deleted since.
    """
    keys = {entry.id: entry.source_pk for entry in entries if entry.source_pk is not None}
    columns = ("platform", "platform_id", "channel_id", "guild_id")
    rows = Message.objects.filter(pk__in=set(keys.values()), deleted_at=None)
    found = {row["pk"]: row for row in rows.values("pk", *columns)}
    return {
        memory: SourceMessage(**{name: found[pk][name] for name in columns})
        for memory, pk in keys.items()
        if pk in found
    }


def lines_of_summaries(entries: Iterable[Entry]) -> list[Message]:
    """Return what a person said in the sessions that summaries stand for, oldest first.

    Args:
        entries: memories of one person; only summaries count.
    """
    summaries = [entry.id for entry in entries if entry.kind == Memory.Kind.SUMMARY]
    if not summaries:
        return []
    rows = Message.objects.filter(
        memories__in=summaries, from_companion=False, deleted_at=None
    ).exclude(text="")
    return list(rows.distinct().order_by("sent_at")[:MOST_OF_SUMMARIES])


def memories_of(
    scope: Scope, *, kinds: Iterable[str] = Memory.Kind.values, limit: int | None = None
) -> list[Memory]:
    """Return a person's current memories that may be shown in a scope, newest first."""
    newest = _own(scope, kinds).order_by("-said_at").iterator(chunk_size=200)
    return list(islice((row for row in newest if is_visible(row, scope)), limit))


def page_of_memories(
    scope: Scope, *, kinds: Iterable[str], first: int, size: int, pinned_first: bool = True
) -> tuple[list[Memory], int]:
    """Return some of a person's current memories that may be shown in a scope, newest first.

    Args:
        first: number of the first one, from 0.
        size: how many.
        pinned_first: whether those that are pinned stand before the others.

    Returns:
        The memories, and how many there are in all.
    """
    rows = _own(scope, kinds)
    order = ("-pinned", "-said_at", "pk") if pinned_first else ("-said_at", "pk")
    page = rows.order_by(*order)[first : first + size]
    return [row for row in page if is_visible(row, scope)], rows.count()


def memories_holding(words: str, scope: Scope, *, kinds: Iterable[str], limit: int) -> list[Memory]:
    """Return a person's newest current memories that hold some words, as far as a scope shows them.

    Args:
        words: as they stand in the text, in whatever case; empty for the newest of all.
    """
    rows = _own(scope, kinds)
    if words:
        # SQLite compares letters beyond ASCII as they are.
        rows = rows.filter(Q(text__icontains=words) | Q(text__icontains=words.capitalize()))
    return [row for row in rows.order_by("-said_at")[:limit] if is_visible(row, scope)]


def own_memory(memory_id: UUID, scope: Scope, *, kinds: Iterable[str]) -> Memory | None:
    """Return one of a person's current memories; None if the scope may not show it."""
    row = _own(scope, kinds).filter(pk=memory_id).first()
    return row if row is not None and is_visible(row, scope) else None


def _own(scope: Scope, kinds: Iterable[str]) -> QuerySet[Memory]:
    """Return the person's own current memories in the places that a scope may show."""
    rows = Memory.objects.filter(in_places(own_places(scope)), kind__in=list(kinds))
    return rows.filter(current()).defer("embedding")


_ALWAYS = {
    theme.value: number
    for number, theme in enumerate(
        (
            Category.NAME,
            Category.BIRTHDAY,
            Category.FAMILY,
            Category.PET,
            Category.HOME,
            Category.WORK,
            Category.HEALTH,
            Category.PLAN,
            Category.DISLIKE,
            Category.LIKE,
        )
    )
}


def known_facts(scope: Scope, *, limit: int, zone: ZoneInfo | None = None) -> list[Entry]:
    """Return the facts about a person that a reply should always know, most important first.

    What is pinned comes first, then who they are, their people, home, work, health and next plans;
    the newest fact of a theme leads it, the next plan its plans. What else they like or once
    mentioned comes last: recall finds it when the talk touches it. A plan that has gone by is left
    out. Ages are those of today, and a fact that may be out of date is given with its date.

    Args:
        zone: in which the person's days are counted, if their profile has been read already.
    """
    now = timezone.now()
    visible = memories_of(scope, kinds=[Memory.Kind.USER_FACT])
    facts = [fact for fact in visible if fact.happens_until is None or fact.happens_until > now]
    facts.sort(key=lambda fact: fact.said_at, reverse=True)
    facts.sort(key=_telling_order)
    facts.sort(key=lambda fact: not fact.pinned)
    texts = told_today(facts, now, zone or zone_of_person(scope.person_id))
    return [Entry.of(fact)._replace(text=texts[fact.pk]) for fact in facts[:limit]]


def _telling_order(fact: Memory) -> tuple[int, bool, float]:
    """Return where a fact stands among those of a person; equal ones follow each other by time."""
    happens = fact.happens_at.timestamp() if fact.happens_at else 0.0
    return _ALWAYS.get(fact.category, len(_ALWAYS)), not fact.slot, happens


def with_texts(described: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return memories that a trace describes by their ids with what they say, if still kept."""
    described = list(described)
    rows = Memory.objects.filter(pk__in=[one["id"] for one in described])
    texts = {str(pk): text for pk, text in rows.values_list("pk", "text")}
    return [{**one, "text": texts[one["id"]]} for one in described if one["id"] in texts]


def shared_facts_of(scope: Scope) -> list[Memory]:
    """Return the facts of a server and of all that may be shown in a scope, newest first."""
    rows: QuerySet[Memory] = Memory.objects.filter(person_id=None).filter(current())
    return [row for row in rows.order_by("-said_at") if is_visible(row, scope)]


def current(at: datetime | None = None) -> Q:
    """Return the condition that a memory is true at a time, now by default."""
    return Q(valid_to=None) | Q(valid_to__gt=at or timezone.now())


def in_places(places: Iterable[Fields]) -> Q:
    """Return the condition that one of these holds in all fields."""
    found = Q(pk__in=())
    for fields in places:
        found |= Q(**fields)
    return found


def without_vector_of(model: str, dimension: int) -> QuerySet[Memory]:
    """Return the memories that have no vector of a model."""
    return Memory.objects.exclude(
        embedding__isnull=False, embedding_model=model, embedding_dimension=dimension
    )


def removed_places(before: datetime) -> list[RemovedPlace]:
    """Return the channels and servers that have been gone since before a time."""
    return list(RemovedPlace.objects.filter(removed_at__lte=before).order_by("removed_at"))


def was_deleted_since(since: datetime | None) -> bool:
    """Return whether somebody deleted a message since a time; None looks at everything."""
    rows = Message.objects.exclude(deleted_at=None).exclude(person_id=None)
    return (rows if since is None else rows.filter(deleted_at__gte=since)).exists()


def servers_talked_in() -> set[int]:
    """Return the servers where something was said to the companion, not those of imports."""
    said = Message.objects.filter(platform=Message.Platform.DISCORD).exclude(guild_id=None)
    return {one for one in said.values_list("guild_id", flat=True).distinct() if one is not None}


def last_session_end(person_id: int, channel_id: int, *, before: datetime) -> datetime | None:
    """Return when a person last spoke in a channel before a time."""
    latest = (
        Message.objects.filter(
            person_id=person_id, from_companion=False, channel_id=channel_id, sent_at__lt=before
        )
        .order_by("-sent_at")
        .first()
    )
    return latest.sent_at if latest else None


def changed_messages(
    channel_ids: Iterable[int], *, since: datetime | None
) -> dict[int, dict[int, str]]:
    """Return the text of messages edited or deleted after they were sent, by channel and id.

    Args:
        since: only messages sent since then.
    """
    rows = Message.objects.filter(channel_id__in=list(channel_ids)).exclude(
        edited_at=None, deleted_at=None
    )
    if since is not None:
        rows = rows.filter(sent_at__gte=since)
    found: dict[int, dict[int, str]] = {}
    for row in rows:
        found.setdefault(row.channel_id, {})[row.platform_id] = row.text
    return found


def newest_answered(since: Mapping[int, datetime | None]) -> dict[int, int]:
    """Return the id of the newest message of each channel that waits for no answer.

    Only messages of people who agree to be remembered count.

    Args:
        since: by channel, from when on to look; None looks at everything.
    """
    found: dict[int, int] = {}
    channels = list(since.items())
    for start in range(0, len(channels), CHANNELS_AT_ONCE):
        wanted = Q()
        for channel_id, at in channels[start : start + CHANNELS_AT_ONCE]:
            wanted |= Q(channel_id=channel_id) & (Q() if at is None else Q(sent_at__gte=at))
        rows = Message.objects.filter(wanted, deleted_at=None).exclude(text="")
        rows = rows.exclude(reply_state__in=OPEN).order_by("sent_at", "platform_id")
        rows = rows.filter(person_id__in=who_agree(rows.values("person_id")))
        found |= dict(rows.values_list("channel_id", "platform_id"))
    return found


def latest_channels(*, limit: int) -> list[int]:
    """Return the channels where something was said last, the latest first."""
    channels = Message.objects.values("channel_id").annotate(latest=Max("sent_at"))
    return [row["channel_id"] for row in channels.order_by("-latest")[:limit]]


def latest_decisions(person_id: int, *, limit: int) -> list[PlaceDecision]:
    """Return the latest decisions on telling a person's memories in another place, newest first."""
    rows = PlaceDecision.objects.filter(person_id=person_id)
    return list(rows.order_by("-decided_at", "-pk")[:limit])


def names_of_places(ids: Iterable[int | None]) -> dict[int, str]:
    """Return what servers and channels are called, by id, where that is known."""
    rows = PlaceName.objects.filter(place_id__in={one for one in ids if one is not None})
    return dict(rows.values_list("place_id", "name"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """What was forgotten at once, and can be brought back.

    Args:
        by: account of the admin who did it.
        people: how many people's memories they are; shared facts are nobody's.
        rows: some of them, the newest first.
    """

    batch: UUID
    at: datetime
    by: int | None
    reason: str
    count: int
    people: int
    rows: list[ForgottenMemory]


def forgotten_since(since: datetime, *, limit: int, shown: int) -> list[Forgetting]:
    """Return what was forgotten since a time, the latest first.

    Args:
        limit: how many times of forgetting.
        shown: how many memories of each.
    """
    rows = ForgottenMemory.objects.filter(forgotten_at__gt=since)
    latest = rows.values("batch", "forgotten_by", "reason").annotate(
        at=Max("forgotten_at"), count=Count("pk"), people=Count("person_id", distinct=True)
    )
    found = list(latest.order_by("-at")[:limit])
    place = Window(RowNumber(), partition_by="batch", order_by="-created_at")
    numbered = ForgottenMemory.objects.filter(batch__in=[one["batch"] for one in found])
    first: dict[UUID, list[ForgottenMemory]] = {}
    for row in numbered.annotate(number=place).filter(number__lte=shown).order_by("-created_at"):
        first.setdefault(row.batch, []).append(row)
    return [
        Forgetting(
            batch=one["batch"],
            at=one["at"],
            by=one["forgotten_by"],
            reason=one["reason"],
            count=one["count"],
            people=one["people"],
            rows=first.get(one["batch"], []),
        )
        for one in found
    ]
