"""What the conversation cache adds to the console's front page."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from botrunner.history.switch import HIT, MISS
from whisper import daily_counts
from whisper.console import front
from whisper.console.front import Tile

KEY = "front.cache"
# Processes write what they counted a few times a minute.
KEPT_SECONDS = 60


@front.tile("profiles.view_profile")
def cache_hits(now: datetime) -> Tile:
    """Return how often a channel's recent messages were still in the cache."""
    today = timezone.localdate(now)
    found = cache.get_or_set(f"{KEY}.{today}", partial(_counts, today), KEPT_SECONDS) or {}
    hits, misses = found[HIT], found[MISS]
    reads = hits[-1] + misses[-1]
    note = f"{100 * hits[-1] / reads:.0f} % of today's reads" if reads else "No reads today yet"
    return Tile("Cache hits", hits[-1], note, reverse("console:live"), hits)


def _counts(today: date) -> dict[str, list[int]]:
    return daily_counts.by_day(HIT, MISS, days=front.DAYS, now=today)
