"""A year in the lives of invented people, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from botrunner.demo import lines
from memories.models import Place
from profiles.models import Emotion

# Ids that Discord could give, but never gave: they carry a time before Discord began taking users.
FIRST_PERSON_ID = 4_200_000_000_000_000
GUILD_ID = 4_100_000_000_000_000
PUBLIC_CHANNELS = (GUILD_ID + 1, GUILD_ID + 2)
PRIVATE_CHANNEL = GUILD_ID + 3
FIRST_MESSAGE_ID = 4_300_000_000_000_000
YEAR = timedelta(days=365)
CHANGES_A_YEAR = 3


@dataclass(slots=True)
class Person:
    """One invented person and their life as it is at a time."""

    id: int
    name: str
    life: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a person and the companion's answer.

    Args:
        fact: category, slot and text of the fact that the line states, if it states one.
    """

    person: Person
    at: datetime
    text: str
    reply: str
    emotion: Emotion
    place: Place
    channel_id: int
    guild_id: int | None
    fact: tuple[str, str, str] | None = None


def people(count: int, chance: random.Random) -> list[Person]:
    """Return the people, each with a different life."""
    made = []
    for number in range(count):
        round_, index = divmod(number, len(lines.NAMES))
        name = lines.NAMES[index] + (f" {round_ + 1}" if round_ else "")
        pet, pet_name = chance.choice(lines.PETS)
        life = {
            "city": chance.choice(lines.CITIES),
            "job": chance.choice(lines.JOBS),
            "food": chance.choice(lines.FOODS),
            "hobby": chance.choice(lines.HOBBIES),
            "friend": chance.choice([one for one in lines.NAMES if one != name]),
            "pet": pet,
            "pet_name": pet_name,
        }
        made.append(Person(FIRST_PERSON_ID + number, name, life))
    return made


def year_of(person: Person, count: int, end: datetime, chance: random.Random) -> Iterator[Line]:
    """Yield a person's lines of one year, oldest first: facts at the start, changes on the way."""
    times = sorted(end - YEAR * chance.random() for _ in range(count))
    facts = list(lines.FACTS)
    changes = set(chance.sample(range(count), min(CHANGES_A_YEAR, count)))
    for number, at in enumerate(times):
        if number < len(facts):
            yield _fact(person, at, facts[number], chance)
        elif number in changes:
            yield _change(person, at, chance)
        else:
            emotion, text = chance.choice(lines.TALK)
            yield _line(person, at, text.format(**person.life), emotion, chance)


def _fact(
    person: Person, at: datetime, template: tuple[str, str, str, str], chance: random.Random
) -> Line:
    said, category, slot, text = (part.format(**person.life) for part in template)
    return _line(person, at, said, Emotion.NEUTRAL, chance, (category, slot, text))


def _change(person: Person, at: datetime, chance: random.Random) -> Line:
    what = chance.choice(sorted(lines.CHANGES))
    choices = {"city": lines.CITIES, "job": lines.JOBS, "food": lines.FOODS}[what]
    person.life[what] = chance.choice([one for one in choices if one != person.life[what]])
    stated = next(fact for fact in lines.FACTS if "{" + what + "}" in fact[3])
    _, category, slot, text = (part.format(**person.life) for part in stated)
    said = lines.CHANGES[what].format(**person.life)
    return _line(person, at, said, Emotion.EXCITED, chance, (category, slot, text))


def _line(
    person: Person,
    at: datetime,
    text: str,
    emotion: Emotion,
    chance: random.Random,
    fact: tuple[str, str, str] | None = None,
) -> Line:
    place = chance.choices(
        (Place.DIRECT, Place.PUBLIC_CHANNEL, Place.PRIVATE_CHANNEL), weights=(5, 4, 1)
    )[0]
    channel = {
        Place.DIRECT: person.id,
        Place.PUBLIC_CHANNEL: chance.choice(PUBLIC_CHANNELS),
        Place.PRIVATE_CHANNEL: PRIVATE_CHANNEL,
    }[place]
    return Line(
        person=person,
        at=at,
        text=text[0].upper() + text[1:],
        reply=chance.choice(emotion.traits.phrases),
        emotion=emotion,
        place=place,
        channel_id=channel,
        guild_id=None if place == Place.DIRECT else GUILD_ID,
        fact=fact,
    )
