"""Put the invented world into the database, through the same actions as a conversation."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction

from botrunner.demo import servers, talk, wishes, world
from botrunner.demo.replies import Told
from botrunner.demo.story import Line, year_of
from botrunner.demo.world import SOURCE, Person, Standing
from memories.actions import (
    note_removal,
)
from profiles.actions import (
    ask_consent,
    decide_consent,
    notice_consent,
)
from profiles.queries import consent_of
from profiles.relationship.actions import (
    settle,
)
from whisper.personal_data import erasures

# How many lines there are between two looks at the relationship.
LINES_A_STAGE = 12
KEPT = (Standing.AGREED, Standing.NOTICED, Standing.EXPIRED, Standing.ERASED)


def fill(*, people: int, messages: int, end: datetime, seed: int) -> Iterator[str]:
    """Write a year that ends at `end`, person by person; yields each name when it is done.

    Args:
        people: how many, 1 or more.
        messages: how many in all, replies included.
    """
    chance = random.Random(seed)
    servers.name_them()
    servers.choose_personas()
    servers.share_facts(end - world.YEAR)
    everyone = world.people(people, chance)
    counts = _shares(everyone, messages)
    for person, count in zip(everyone, counts, strict=True):
        if not _was_here(person):
            with transaction.atomic():
                _live(person, count, end, chance)
            wishes.afterwards(person)
        yield person.name
    servers.import_for(everyone, end)
    servers.read_cache(end)
    note_removal(channel_id=world.OLD_CHANNEL.id, removed_at=end - timedelta(days=3))


def _was_here(person: Person) -> bool:
    return consent_of(person.id) is not None or erasures.erased_at(person.id) is not None


def _shares(everyone: list[Person], messages: int) -> list[int]:
    """Return how many lines each person says, about `messages` with the replies to them."""
    talks = [person.talks * (1.2 - person.joined) for person in everyone]
    # Of ten lines some seven are answered.
    return [max(1, round(messages / 1.75 * talk / sum(talks))) for talk in talks]


def _live(person: Person, count: int, end: datetime, chance: random.Random) -> None:
    """Write a person's year."""
    if person.standing == Standing.ASKED:
        ask_consent(person.id, source=SOURCE)
    if person.standing == Standing.DECLINED:
        decide_consent(person.id, granted=False, source=SOURCE)
    if person.standing not in KEPT:
        return
    if person.standing == Standing.NOTICED:
        notice_consent(person.id, source=SOURCE)
    else:
        decide_consent(person.id, granted=True, source=SOURCE)
    wishes.choose_their_level(person)
    told, ids, lived = Told(person), person.platform_ids, 0
    for stage in _stages(year_of(person, count, end, chance)):
        talk.write(stage, ids, told, chance)
        settle(person.id, personal=True, now=stage[-1].at)
        lived += len(stage)
    settle(person.id, personal=True, now=end)
    wishes.look_after(person, lived, end, chance)


def _stages(year: Iterator[Line]) -> Iterator[list[Line]]:
    while stage := list(islice(year, LINES_A_STAGE)):
        yield stage
