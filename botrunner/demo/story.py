"""A year in the life of an invented person: what they say, when and where."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from botrunner.demo import lines
from botrunner.demo.lines import Stated, Talk
from botrunner.demo.world import HARD_TIMES, SERVERS, YEAR, Channel, Person
from memories.models import Place
from profiles.models import Emotion

CHANGES_A_YEAR = 5
CHATTER_SHARE = 0.3
HARD_DAYS = 12
DAYTIME_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a person, and what the companion answers; empty if it isn't addressed.

    Args:
        topic: a word of the person's life that it is about; empty for none.
        fact: what it states, if it states a fact.
    """

    person: Person
    at: datetime
    text: str
    reply: str
    emotion: Emotion
    place: Place
    channel_id: int
    guild_id: int | None
    topic: str = ""
    trigger: str = ""
    fact: Stated | None = None


def year_of(person: Person, count: int, end: datetime, chance: random.Random) -> Iterator[Line]:
    """Yield a person's lines of one year, oldest first: facts at the start, changes on the way."""
    facts = list(lines.FACTS)
    changes = set(chance.sample(range(count), min(CHANGES_A_YEAR, count)))
    hard = person.role == HARD_TIMES
    for number, at in enumerate(_times(person, count, end, chance)):
        if number < len(facts):
            yield _stated(person, at, facts[number], person.life, chance)
        elif hard and end - at < timedelta(days=HARD_DAYS):
            yield _talk(person, at, chance.choice(lines.HARD), chance)
        elif number in changes:
            yield _change(person, at, chance)
        elif chance.random() < CHATTER_SHARE:
            yield _chatter(person, at, chance)
        else:
            yield _talk(person, at, chance.choice(lines.TALK), chance)


def _times(person: Person, count: int, end: datetime, chance: random.Random) -> Iterator[datetime]:
    """Yield when somebody speaks: mostly in the evening, more often towards the end of the year."""
    start = end - YEAR * (1 - person.joined)
    shares = [max(chance.random(), chance.random()) for _ in range(count)]
    if person.role == HARD_TIMES:
        late = 1 - timedelta(days=HARD_DAYS) / (end - start)
        shares = [
            late + share * (1 - late) if index % 4 == 0 else share
            for index, share in enumerate(shares)
        ]
    yield from sorted(_time_of_day(start + (end - start) * share, end, chance) for share in shares)


def _time_of_day(at: datetime, end: datetime, chance: random.Random) -> datetime:
    """Return a time on the day of a time, mostly in the evening, before the end."""
    begin, end_hour, usual = (11, 22, 19) if chance.random() < DAYTIME_SHARE else (18, 22, 19.4)
    hour = chance.triangular(begin, end_hour, usual)
    said = at.replace(hour=0, minute=0, second=0) + timedelta(hours=hour)
    return said if said < end else end - timedelta(seconds=chance.uniform(60, 36_000))


def _stated(
    person: Person, at: datetime, stated: Stated, life: dict[str, str], chance: random.Random
) -> Line:
    fact = Stated(*(part.format(**life) for part in stated))
    return _line(person, at, fact.text, fact.reply, Emotion.NEUTRAL, chance, fact=fact)


def _change(person: Person, at: datetime, chance: random.Random) -> Line:
    what = chance.choice(sorted(lines.CHANGES))
    choices = {"city": lines.CITIES, "job": lines.JOBS, "food": lines.FOODS}[what]
    old = person.life[what]
    person.life[what] = chance.choice([one for one in choices if one != old])
    line = _stated(person, at, lines.CHANGES[what], {**person.life, "old": old}, chance)
    return _felt(line, Emotion.EXCITED)


def _felt(line: Line, emotion: Emotion) -> Line:
    values = {name: getattr(line, name) for name in line.__slots__}
    return Line(**{**values, "emotion": emotion})


def _talk(person: Person, at: datetime, talk: Talk, chance: random.Random) -> Line:
    text, reply = talk.text.format(**person.life), talk.reply.format(**person.life)
    topic = person.life[talk.topic]
    return _line(person, at, text, reply, talk.emotion, chance, topic=topic, trigger=talk.trigger)


def _chatter(person: Person, at: datetime, chance: random.Random) -> Line:
    channel = _channel(person, Place.PUBLIC_CHANNEL, chance)
    return Line(
        person=person,
        at=at,
        text=chance.choice(lines.CHATTER),
        reply="",
        emotion=Emotion.NEUTRAL,
        place=Place.PUBLIC_CHANNEL,
        channel_id=channel.id,
        guild_id=_server_of(channel),
    )


def _line(
    person: Person,
    at: datetime,
    text: str,
    reply: str,
    emotion: Emotion,
    chance: random.Random,
    *,
    topic: str = "",
    trigger: str = "",
    fact: Stated | None = None,
) -> Line:
    place = chance.choices(
        (Place.DIRECT, Place.PUBLIC_CHANNEL, Place.PRIVATE_CHANNEL), weights=(4, 5, 1)
    )[0]
    channel = None if place == Place.DIRECT else _channel(person, place, chance)
    return Line(
        person=person,
        at=at,
        text=text[0].upper() + text[1:],
        reply=reply[0].upper() + reply[1:],
        emotion=emotion,
        # A direct message, as in Discord, has a channel of its own.
        channel_id=channel.id if channel else person.id + 1,
        place=channel.place if channel else Place.DIRECT,
        guild_id=_server_of(channel) if channel else None,
        topic=topic,
        trigger=trigger,
        fact=fact,
    )


def _channel(person: Person, place: Place, chance: random.Random) -> Channel:
    """Return a channel of one of their servers: of that kind, where it has one."""
    channels = chance.choice(person.servers).channels
    return chance.choice([one for one in channels if one.place == place] or list(channels))


def _server_of(channel: Channel) -> int:
    return next(server.id for server in SERVERS if channel in server.channels)
