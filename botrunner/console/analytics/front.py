"""What analytics add to the console's front page: how people feel in each server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from botrunner.console.analytics import sharing
from botrunner.console.analytics.period import Period
from memories.analytics.base import LEAST_PEOPLE
from memories.queries import names_of_places
from profiles.models import Emotion
from whisper.console import front
from whisper.console.front import Balance, Balances, Shade

SHOWN = 8
# Months that are over hardly change, and counting them takes a while.
KEPT_SECONDS = 3600
NOTE = (
    "Of the last whole months, in public channels: the best moods first, neutral ones grey. "
    f"A mood that fewer than {LEAST_PEOPLE} people of a server share in a month isn't counted."
)
EMPTY = f"In no server have {LEAST_PEOPLE} people shared a mood in a month that is over."

Moods = Mapping[str, int]


@front.balances("profiles.view_emotionrecord")
def moods_of_servers(now: datetime) -> Balances:
    """Return what the moods of each server were, the one with the most first."""
    period = Period.of({}, timezone.localdate(now))
    key = f"moods_of_servers:{period.last}"
    found = cache.get_or_set(key, lambda: _counted(period), KEPT_SECONDS)
    rows = [_balance(guild_id, name, moods) for guild_id, name, moods in found or ()]
    return Balances("Mood of the servers", NOTE, EMPTY, rows)


def _counted(period: Period) -> list[tuple[int, str, Moods]]:
    moods = sharing.moods_of_servers(period)
    largest = sorted(moods, key=lambda one: (-sum(moods[one].values()), one))[:SHOWN]
    names = names_of_places(largest)
    return [(one, names.get(one, str(one)), moods[one]) for one in largest]


def _balance(guild_id: int, name: str, moods: Moods) -> Balance:
    total = sum(moods.values())
    ordered = sorted((Emotion(one) for one in moods), key=lambda one: -one.traits.valence)
    parts = [_part(one, 100 * moods[one.value] / total) for one in ordered]
    return Balance(name, f"{reverse('console:analytics')}?server={guild_id}", parts)


def _part(mood: Emotion, share: float) -> Shade:
    return Shade(str(mood.label), round(share, 1), share, f"mood-{mood.value}")
