"""Who lives in the invented world, and where they meet: the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from botrunner.demo import lines
from memories.models import Place
from profiles.models import Consent

# What everything that is invented is said to come from.
SOURCE = "demo"
# Ids as long as Discord's, but of a time that it reaches in the year 2078: they are nobody's.
FIRST_PERSON_ID = 8_640_912_377_201_645_321
FIRST_MESSAGE_ID = 8_660_000_000_000_000_000
FIRST_SERVER_ID = 8_620_118_405_773_902_117
# As long as the ids of Discord's first years: its lower bits, all set, make it nobody's.
OLD_SERVER_ID = (205_615_210_843 << 22) | 0x3FFFFF
BETWEEN_PEOPLE = 11_003_871_940_517
BETWEEN_SERVERS = 2_004_330_918_220_417
# Ids that one person's messages may take.
MESSAGES_A_PERSON = 1_000_000
YEAR = timedelta(days=365)
# The one of the first thirty who has a hard time.
HARD_TIMES = 3
# Those who say little, so that they stay strangers.
RARELY = (10, 16, 25, 26, 28)


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of a server."""

    id: int
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Server:
    """A server with its channels."""

    id: int
    name: str
    channels: tuple[Channel, ...]


class Standing(StrEnum):
    """What an invented person said to being remembered."""

    AGREED = "agreed"
    DECLINED = "declined"
    ASKED = "asked"
    NOTICED = "noticed"
    EXPIRED = "expired"
    ERASED = "erased"


STANDINGS = {
    7: Standing.DECLINED,
    11: Standing.ASKED,
    14: Standing.NOTICED,
    17: Standing.EXPIRED,
    19: Standing.ERASED,
    23: Standing.DECLINED,
}
LEVELS = {
    2: Consent.Level.STRICT,
    5: Consent.Level.PERMISSIVE,
    9: Consent.Level.CUSTOM,
    12: Consent.Level.PERMISSIVE,
    21: Consent.Level.STRICT,
}


@dataclass(slots=True)
class Person:
    """One invented person and their life as it is at a time.

    Args:
        joined: when they came, as a share of the year, 0 to 1.
        talks: how much they say, compared with the others.
    """

    number: int
    name: str
    joined: float
    talks: float
    servers: tuple[Server, ...]
    life: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return FIRST_PERSON_ID + self.number * BETWEEN_PEOPLE

    @property
    def role(self) -> int:
        """Return which of the first thirty they are like."""
        return self.number % len(lines.NAMES)

    @property
    def standing(self) -> Standing:
        return STANDINGS.get(self.role, Standing.AGREED)

    @property
    def level(self) -> Consent.Level:
        return LEVELS.get(self.role, Consent.Level.MODERATE)

    @property
    def platform_ids(self) -> Iterator[int]:
        """Return the ids of their messages and of the replies to them, in order."""
        first = FIRST_MESSAGE_ID + self.number * MESSAGES_A_PERSON
        return iter(range(first, first + MESSAGES_A_PERSON))


def _server(own: int, name: str, *channels: tuple[str, Place]) -> Server:
    made = (
        Channel(own + 7_340_032 * (index + 1), called, place)
        for index, (called, place) in enumerate(channels)
    )
    return Server(own, name, tuple(made))


SERVERS = (
    _server(
        FIRST_SERVER_ID,
        "Harbour Lights",
        ("evening-talk", Place.PUBLIC_CHANNEL),
        ("game-night", Place.PUBLIC_CHANNEL),
        ("quiet-corner", Place.PRIVATE_CHANNEL),
    ),
    _server(
        FIRST_SERVER_ID + BETWEEN_SERVERS,
        "Northside Makers",
        ("workshop", Place.PUBLIC_CHANNEL),
        ("show-and-tell", Place.PUBLIC_CHANNEL),
    ),
    _server(
        OLD_SERVER_ID,
        "Allotment Society",
        ("seeds-and-weeds", Place.PUBLIC_CHANNEL),
        ("committee", Place.PRIVATE_CHANNEL),
    ),
)
# A channel that was deleted: what was said there waits to be erased.
OLD_CHANNEL = SERVERS[1].channels[1]


def people(count: int, chance: random.Random) -> list[Person]:
    """Return the people, each with a different life; the first came at the beginning."""
    return [_person(number, chance) for number in range(count)]


def _person(number: int, chance: random.Random) -> Person:
    round_, index = divmod(number, len(lines.NAMES))
    name = lines.NAMES[index] + (f" {round_ + 1}" if round_ else "")
    pet, pet_name = chance.choice(lines.PETS)
    joined = 0.0 if number < 4 else chance.triangular(0.0, 0.97, 0.7)
    talks = chance.paretovariate(1.6) * (0.005 if index in RARELY else 1)
    person = Person(number, name, joined, min(talks, 8.0), _servers(chance))
    person.life = {
        "city": chance.choice(lines.CITIES),
        "job": chance.choice(lines.JOBS),
        "food": chance.choice(lines.FOODS),
        "hobby": chance.choice(lines.HOBBIES),
        "friend": chance.choice([one for one in lines.NAMES if one != name]),
        "sister": chance.choice(lines.SISTERS),
        "pet": pet,
        "pet_name": pet_name,
    }
    return person


def _servers(chance: random.Random) -> tuple[Server, ...]:
    return tuple(chance.sample(SERVERS, chance.choices((1, 2, 3), weights=(1, 2, 1))[0]))
