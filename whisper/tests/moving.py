"""Seeing that metrics move."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import aiohttp
from prometheus_client import REGISTRY, Metric
from prometheus_client.parser import text_string_to_metric_families

# By name and labels.
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float | None]


@contextmanager
def moving(*names: str) -> Iterator[None]:
    """Expect that within the block a sample of each name comes, goes or changes.

    `test_monitoring` finds the names in the sources of all tests: write them out.
    """
    before = _samples(REGISTRY.collect())
    yield
    assert _still(names, before, _samples(REGISTRY.collect())) == []


@asynccontextmanager
async def moving_at(address: str, *names: str) -> AsyncIterator[None]:
    """Expect the same of the metrics of another process, by their page's address."""
    before = await _samples_at(address)
    yield
    assert _still(names, before, await _samples_at(address)) == []


def _still(names: Sequence[str], before: Samples, after: Samples) -> list[str]:
    """Return the names of which nothing has moved."""
    changed = {
        name
        for name, labels in before.keys() | after.keys()
        if before.get((name, labels), math.nan) != after.get((name, labels), math.nan)
    }
    return [name for name in names if name not in changed]


async def _samples_at(address: str) -> Samples:
    async with aiohttp.ClientSession() as session, session.get(address) as page:
        return _samples(text_string_to_metric_families(await page.text()))


def _samples(metrics: Iterable[Metric]) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): None
        if math.isnan(sample.value)
        else sample.value
        for metric in metrics
        for sample in metric.samples
    }
