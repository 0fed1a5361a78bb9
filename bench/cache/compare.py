"""The conversation cache in process and in Redis, side by side."""

from __future__ import annotations

from django.conf import settings

from bench.cache.faults import faults
from bench.cache.load import load
from bench.cache.speed import speed
from bench.registry import Row, benchmark


@benchmark("cache")
def bench_cache(scale: float) -> list[Row]:
    """Measure both; Redis if configured."""
    rows = [*speed(scale), *load(scale)]
    if settings.REDIS_ADDRESS:
        rows += faults(settings.REDIS_ADDRESS, scale)
    return rows
