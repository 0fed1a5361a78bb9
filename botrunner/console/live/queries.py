"""What a watcher is shown of events: names and words come from the database, as they are now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.urls import reverse

from memories.models import Message, Place, ReplyTrace
from memories.queries import names_of_places
from profiles.models import Profile
from whisper.accounts.reading import READ_PRIVATE
from whisper.live import Event, LiveKind

# Characters of a message; more is read in its channel.
SHOWN = 160
NOBODY = "Somebody who isn't remembered"
WATCH = "profiles.view_profile"
READ = ("memories.view_message", READ_PRIVATE)

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """Events as a page shows them, and of each person how many of them are theirs."""

    events: Sequence[Shown]
    people: Mapping[int | None, int]


def may_watch(account: AbstractUser) -> bool:
    """Return whether an account may see how many events of each kind there are."""
    return account.is_staff and account.has_perm(WATCH)


def may_read_events(account: AbstractUser) -> bool:
    """Return whether an account may also see whom they concern, once it gave a reason."""
    return may_watch(account) and account.has_perms(READ)


def told(events: Sequence[Event]) -> Told:
    """Return events with names and, of channels that all of a server read, with words."""
    messages = _messages(event.message for event in events)
    traces = _traces(event.trace for event in events)
    places = names_of_places(
        one for row in messages.values() for one in (row.channel_id, row.guild_id)
    )
    names = _names(messages.values())
    shown = []
    for event in events:
        message = messages.get(event.message or 0)
        one = _plain(event)
        if message is not None:
            one |= _where(message, names, places) | _said(event, message, traces)
        shown.append(one)
    concerned = (messages.get(event.message or 0) for event in events)
    people: Counter[int | None] = Counter(
        one.person_id for one in concerned if one is not None and one.person_id
    )
    return Told(shown, people)


def _plain(event: Event) -> Shown:
    return {
        "id": event.id,
        "kind": event.kind,
        "at": event.at,
        "detail": event.detail,
        "milliseconds": event.milliseconds,
        "count": event.count,
        "best": event.best,
        "length": event.length,
    }


def _where(message: Message, names: Mapping[int, str], places: Mapping[int, str]) -> Shown:
    direct = message.place == Place.DIRECT
    channel = reverse("console:conversation", args=[message.channel_id])
    # Ids go as strings, which JavaScript doesn't round.
    return {
        "who": names.get(message.person_id or 0, NOBODY),
        "person": _address(message.person_id),
        "server": "" if message.guild_id is None else str(message.guild_id),
        "server_name": "Direct messages" if direct else places.get(message.guild_id or 0, ""),
        "where": "direct message" if direct else f"#{places.get(message.channel_id, '?')}",
        "link": channel,
    }


def _said(event: Event, message: Message, traces: Mapping[int, ReplyTrace]) -> Shown:
    trace = traces.get(event.trace or 0)
    reply = trace.reply if trace is not None else None
    link = {} if reply is None else {"link": f"{_channel(message)}?reply={reply.pk}"}
    source = message if event.kind == LiveKind.MESSAGE else reply
    if event.kind not in (LiveKind.MESSAGE, LiveKind.REPLY):
        return link
    if source is None or not source.text or source.deleted_at is not None:
        return link | {"hidden": "not kept"}
    if message.place != Place.PUBLIC_CHANNEL:
        return link | {"hidden": "private"}
    return link | {"text": source.text[:SHOWN]}


def _channel(message: Message) -> str:
    return reverse("console:conversation", args=[message.channel_id])


def _address(person_id: int | None) -> str:
    return "" if person_id is None else reverse("console:person", args=[person_id])


def _messages(pks: Iterable[int | None]) -> dict[int, Message]:
    wanted = {pk for pk in pks if pk is not None}
    fields = ("person_id", "place", "channel_id", "guild_id", "text", "deleted_at")
    return Message.objects.only(*fields).in_bulk(wanted) if wanted else {}


def _traces(pks: Iterable[int | None]) -> dict[int, ReplyTrace]:
    wanted = {pk for pk in pks if pk is not None}
    rows = ReplyTrace.objects.select_related("reply").only("reply__text", "reply__deleted_at")
    return rows.in_bulk(wanted) if wanted else {}


def _names(messages: Iterable[Message]) -> dict[int, str]:
    ids = {one.person_id for one in messages if one.person_id is not None}
    rows = Profile.objects.filter(person_id__in=ids) if ids else Profile.objects.none()
    return {row.person_id: str(row) for row in rows.only("person_id", "name", "preferred_name")}
