"""Read what is set for servers, and what follows from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from botrunner.models import Block, Server, ServerDay, TalkSetting
from memories.models import Memory, Message
from memories.queries import current
from profiles.queries import refusals, who_agree
from whisper.database.prepared import prepared
from whisper.models import ActionEntry

_server = prepared(lambda guild_id: Server.objects.filter(guild_id=guild_id))


def room_of(guild_id: int) -> Server.Room:
    """Return whose words replies in a server may be made from."""
    server = _server.first(guild_id)
    return Server.Room(server.room) if server else Server.Room.AGREED


@dataclass(frozen=True, slots=True)
class Limits:
    """What admins let the companion use on a server on one day (UTC); None for any number."""

    replies: int | None = None
    tokens: int | None = None


def limits_of(guild_id: int) -> Limits:
    """Return how much the companion may reply on a server on one day."""
    row = _server.first(guild_id)
    return Limits(row.replies_a_day, row.tokens_a_day) if row else Limits()


def today() -> date:
    """Return the day by which replies are counted, in UTC."""
    return timezone.now().astimezone(UTC).date()


def used_on(guild_id: int, day: date) -> Limits:
    """Return how much the companion replied on a server on a day (UTC)."""
    row = ServerDay.objects.filter(guild_id=guild_id, day=day).first()
    return Limits(row.replies, row.tokens) if row else Limits(0, 0)


def retention_of(guild_id: int) -> int | None:
    """Return after how many days what was said on a server is erased; None for never."""
    server = _server.first(guild_id)
    return server.retention_days if server else None


def language_of(guild_id: int) -> str:
    """Return the code of the language that a server's people write in; empty for none."""
    server = _server.first(guild_id)
    return server.language if server else ""


def retentions() -> dict[int, int]:
    """Return the servers where what was said is erased after some days, with how many."""
    rows = Server.objects.exclude(retention_days=None).values_list("guild_id", "retention_days")
    return {guild_id: days for guild_id, days in rows if days}


def blocks() -> dict[tuple[int, int], datetime | None]:
    """Return by server and person when their block ended; None while it holds."""
    rows = Block.objects.values_list("guild_id", "person_id", "lifted_at")
    return {(guild_id, person_id): lifted_at for guild_id, person_id, lifted_at in rows}


def blocked_on(guild_id: int) -> list[Block]:
    """Return who is blocked on a server, the latest first."""
    return _blocks(guild_id)


_blocks = prepared(
    lambda guild_id: Block.objects.filter(guild_id=guild_id, lifted_at=None).order_by("-since")
)


def blocks_of(person_id: int) -> QuerySet[Block]:
    """Return where a person is or was blocked."""
    return Block.objects.filter(person_id=person_id).order_by("guild_id")


def is_blocked_anywhere(person_id: int) -> bool:
    """Return whether a server's admins blocked a person."""
    return blocks_of(person_id).filter(lifted_at=None).exists()


def heard_in(guild_id: int, room: Server.Room, people: Collection[int]) -> frozenset[int]:
    """Return whose words a reply may be made from, of the people who talk on a server."""
    if room == Server.Room.OFF or not people:
        return frozenset()
    people = set(people) - {one.person_id for one in blocked_on(guild_id)}
    if room == Server.Room.AGREED:
        return who_agree(people)
    return frozenset(people) - frozenset(refusals(people))


@dataclass(frozen=True, slots=True)
class Manner:
    """Whether the companion is silent in a place, since when that is so, and what it answers.

    Args:
        place_id: the channel or server that it is set for.
        budget: most replies an hour to messages that did not mention it.
    """

    place_id: int
    silent: bool
    since: datetime
    mode: TalkSetting.Mode
    budget: int


def manners() -> Mapping[int, Manner]:
    """Return what is set of channels and servers, by their ids."""
    return {row.place_id: _manner(row) for row in TalkSetting.objects.all()}


def mode_in(channel_id: int) -> TalkSetting.Mode:
    """Return what the companion answers in a channel, as it is set for that itself."""
    row = TalkSetting.objects.filter(place_id=channel_id).first()
    return TalkSetting.Mode(row.mode) if row else TalkSetting.Mode.MENTIONS


def manners_on(guild_id: int) -> list[Manner]:
    """Return what is set of a server's channels where the companion answers more than mentions."""
    rows = TalkSetting.objects.filter(guild_id=guild_id).exclude(mode=TalkSetting.Mode.MENTIONS)
    return [_manner(row) for row in rows.order_by("place_id")]


def _manner(row: TalkSetting) -> Manner:
    mode = TalkSetting.Mode(row.mode)
    return Manner(row.place_id, row.silent, row.since, mode, row.budget)


def log_of(guild_id: int, channels: Collection[int], *, limit: int) -> list[ActionEntry]:
    """Return what people set for a server, newest first; nothing of what anybody said.

    Args:
        channels: the server's.
    """
    places = [f"server:{guild_id}", *(f"channel:{one}" for one in channels)]
    found = Q(action="persona.choose", changes__has_any_keys=places)
    server = reason_of(guild_id)
    of_server = Q(reason=server) | Q(reason__startswith=f"{server}: ")
    found |= Q(action__startswith="server.") & of_server
    for model in (Server, TalkSetting):
        keys = model.objects.filter(guild_id=guild_id).values_list("pk", flat=True)
        found |= Q(object_type=model._meta.label_lower, object_id__in=[str(one) for one in keys])
    return list(ActionEntry.objects.filter(found).order_by("-pk")[:limit])


def facts_on(guild_id: int) -> QuerySet[Memory]:
    """Return what everybody on a server may hear from the companion, newest first."""
    rows = Memory.objects.filter(kind=Memory.Kind.SHARED_FACT, guild_id=guild_id, hidden=False)
    return rows.filter(current()).defer("embedding").order_by("-said_at")


def reason_of(guild_id: int, reason: str = "") -> str:
    """Return how the action log names the server that an entry is about, with why it was done."""
    return f"server {guild_id}: {reason}" if reason else f"server {guild_id}"


def last_talk_in(channel_id: int, *, until: datetime) -> datetime | None:
    """Return when somebody last talked with the companion in a channel before a time."""
    rows = Message.objects.filter(platform=Message.Platform.DISCORD, channel_id=channel_id)
    said = rows.filter(sent_at__lte=until, deleted_at=None).order_by("-sent_at")
    return said.values_list("sent_at", flat=True).first()


def silent_places(guild_id: int) -> list[int]:
    """Return the places of a server where the companion is silent: channels, or the server."""
    rows = TalkSetting.objects.filter(guild_id=guild_id, silent=True).order_by("place_id")
    return list(rows.values_list("place_id", flat=True))
