"""A made-up week of talk: bursts in the evening, quiet nights, restarts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

DAYS = 7
DAY_SECONDS = 86_400.0
CHANNELS = 40
SESSIONS_A_DAY = 3
# Turns of a conversation: half have more than this, one in ten more than twice as many.
TURNS_MEDIAN, TURNS_SPREAD = 24, 0.6
# Seconds from one turn to the next; one in a hundred takes more than ten minutes.
GAP_MEDIAN, GAP_SPREAD = 45, 1.1
RESTARTS_A_DAY = 1
# Talk by the hour of the day; the night is quiet.
HOURS = (1, 1, 0, 0, 0, 0, 1, 2, 3, 3, 3, 3, 4, 4, 3, 3, 4, 5, 7, 9, 10, 10, 7, 3)


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """Something said to the companion, or a restart of it.

    Args:
        at: seconds since the week began.
        channel: where; None for a restart.
    """

    at: float
    channel: int | None


def week(seed: int = 1, *, days: float = DAYS) -> list[Event]:
    """Return the events in order of time."""
    chance = random.Random(seed)
    events = [
        event
        for channel in range(1, CHANNELS + 1)
        for start in _starts(chance, days)
        for event in _session(chance, channel, start)
    ]
    restarts = [
        Event(chance.uniform(0, days * DAY_SECONDS), None)
        for _ in range(round(RESTARTS_A_DAY * days))
    ]
    return sorted(events + restarts, key=lambda event: (event.at, event.channel or 0))


def _starts(chance: random.Random, days: float) -> Iterator[float]:
    """Return when conversations of a channel begin."""
    for _ in range(round(SESSIONS_A_DAY * days)):
        hour = chance.choices(range(24), HOURS)[0]
        day = chance.randrange(max(1, round(days)))
        yield day * DAY_SECONDS + (hour + chance.random()) * 3600


def _session(chance: random.Random, channel: int, at: float) -> Iterator[Event]:
    turns = max(1, round(chance.lognormvariate(0, TURNS_SPREAD) * TURNS_MEDIAN))
    for _ in range(turns):
        yield Event(at, channel)
        at += chance.lognormvariate(0, GAP_SPREAD) * GAP_MEDIAN
