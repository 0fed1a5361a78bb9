"""Who set what for a server, in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from discord.utils import format_dt

from botrunner.discord_bot.servers.room_setting import WORDS as ROOMS
from botrunner.discord_bot.views.message_text import plain
from botrunner.models import Server, TalkSetting
from botrunner.personas.places import CHANNEL
from botrunner.servers.languages import LANGUAGES
from botrunner.servers.queries import log_of
from whisper.models import ActionEntry

LOGGED, LENGTH = 15, 160
NOBODY = "Nobody has changed anything here."
MODES = {
    TalkSetting.Mode.MENTIONS: "mentions and replies only",
    TalkSetting.Mode.THREADS: "also threads",
    TalkSetting.Mode.FREE: "freely",
}
DONE = {
    "server.fact": "added a fact for everybody",
    "server.fact_removed": "removed a fact for everybody",
    "server.block": "blocked {person}",
    "server.unblock": "lifted the block of {person}",
}


def _number(without: str) -> Callable[[Any], str]:
    return lambda value: without if value is None else f"{value:,}"


# What is set, by the names of its fields, and how its values read.
FIELDS: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "room": ("whose words I read{where}", lambda value: ROOMS[Server.Room(value)]),
    "mode": ("what I answer{where}", lambda value: MODES[TalkSetting.Mode(value)]),
    "silent": ("whether I keep silent{where}", lambda value: "yes" if value else "no"),
    "budget": ("replies an hour without a mention{where}", str),
    "replies_a_day": ("replies a day", _number("any number")),
    "tokens_a_day": ("tokens a day", _number("any number")),
    "retention_days": ("days until I erase what was said", _number("never")),
    "language": ("the language", lambda value: LANGUAGES.get(value) or "any"),
}


def log_in_words(guild_id: int, channels: Collection[int]) -> list[str]:
    """Return lines on who set what; ids of people are mentions, which notify nobody.

    Args:
        channels: the server's.
    """
    entries = log_of(guild_id, channels, limit=LOGGED)
    settings = [one.object_id for one in entries if one.object_type == _TALK]
    rows = TalkSetting.objects.filter(pk__in=settings).values_list("pk", "place_id")
    places = {str(key): place for key, place in rows}
    lines = [
        f"- {format_dt(one.at)}: {_who(one)} {_what(one, _where(one, places, guild_id))}"
        for one in entries
    ]
    return lines or [NOBODY]


_TALK = TalkSetting._meta.label_lower


def _who(entry: ActionEntry) -> str:
    person = entry.actor_kind == ActionEntry.ActorKind.PERSON and entry.actor_id
    return f"<@{entry.actor_id}>" if person else str(entry.actor_kind)


def _where(entry: ActionEntry, places: Mapping[str, int], guild_id: int) -> str:
    place = places.get(entry.object_id or "") if entry.object_type == _TALK else None
    if place is None:
        return ""
    return " on the whole server" if place == guild_id else f" in <#{place}>"


def _what(entry: ActionEntry, where: str) -> str:
    if entry.action in DONE:
        return DONE[entry.action].format(person=f"<@{entry.person_id}>")
    changed = _persona(entry) if entry.action == "persona.choose" else _fields(entry, where)
    return f"set {'; '.join(changed)}"


def _fields(entry: ActionEntry, where: str) -> Iterator[str]:
    for name, (before, after) in entry.changes.items():
        if name in FIELDS:
            what, worded = FIELDS[name]
            yield f"{what.format(where=where)}: {worded(before)} → {worded(after)}"


def _persona(entry: ActionEntry) -> Iterator[str]:
    for place, (before, after) in entry.changes.items():
        kind, _, key = place.partition(":")
        where = f" in <#{key}>" if kind == CHANNEL else ""
        names = [plain(str(one), LENGTH) if one else "the usual one" for one in (before, after)]
        yield f"the persona{where}: {' → '.join(names)}"
