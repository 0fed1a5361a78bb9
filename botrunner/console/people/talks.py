"""Where a person talked, what is remembered of it, and why replies to them are what they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from memories.models import Memory, Message, Place, ReplyTrace
from memories.queries import names_of_places, place_in_words
from whisper.accounts.reading import Reading
from whisper.console.paging import Slice, newest_first

MOST_TALKS = 60
SIZE = 25
PLACE_OF_TRACE = "message__place"


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


def talks_of(person_id: int, reading: Reading) -> tuple[list[Talk], str]:
    """Return where a person talked, the latest first, and what of it is hidden, in words.

    Args:
        reading: what the admin may read; other places are left out.
    """
    everywhere = Message.objects.filter(person_id=person_id)
    hidden, said = reading.hidden(everywhere, "message", "messages"), reading.only(everywhere)
    rows = list(
        said.values("channel_id", "guild_id", "place")
        .annotate(messages=Count("pk"), last=Max("sent_at"))
        .order_by("-last")[:MOST_TALKS]
    )
    names = names_of_places(one for row in rows for one in (row["channel_id"], row["guild_id"]))
    talks = [
        Talk(
            **row,
            name=talk_name(row["place"], row["channel_id"], names),
            server=names.get(row["guild_id"], ""),
        )
        for row in rows
    ]
    return talks, hidden


def talk_name(place: str, channel_id: int, names: dict[int, str]) -> str:
    """Return what a channel is called."""
    return "Direct messages" if place == Place.DIRECT else names.get(channel_id, str(channel_id))


def memories_of(person_id: int, kind: str, after: str, reading: Reading) -> tuple[Slice, str]:
    """Return a page of what is remembered of a person, and what is hidden of it, in words.

    The newest come first, with where they were said.
    """
    rows = Memory.objects.filter(person_id=person_id).defer("embedding")
    if kind in Memory.Kind.values:
        rows = rows.filter(kind=kind)
    hidden = reading.hidden(rows, "memory", "memories")
    page = newest_first(reading.only(rows), "said_at", after, SIZE)
    names = names_of_places(memory.channel_id for memory in page.rows)
    for memory in page.rows:
        memory.where = place_in_words(memory.place, memory.channel_id, names)
    return page, hidden


def traces_of(person_id: int, after: str, reading: Reading) -> tuple[Slice, str]:
    """Return a page of why replies to a person are what they are, and what is hidden, in words.

    The newest come first.
    """
    rows = ReplyTrace.objects.filter(person_id=person_id)
    hidden = reading.hidden(rows, "reply", "replies", PLACE_OF_TRACE)
    rows = reading.only(rows, PLACE_OF_TRACE).select_related("message", "reply")
    return newest_first(rows.defer("prompt"), "created_at", after, SIZE), hidden
