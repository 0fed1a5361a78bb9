"""What the daily look at a copied index finds: where the copy differs from the database."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from uuid import UUID

from memories.index.changes import INDEX, Removal, changes_in, queue, removals_in
from memories.models import Memory
from whisper.database.access import in_database
from whisper.models import OutboxEntry

# Compared each day; a larger database takes as many days as it has of these parts.
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Differences:
    """Where a stretch of the index differs from the database.

    Args:
        looked_at: memories of the database in it.
        behind: ids that can be written again, by what is wrong with them.
        extra: what only the index has.
        others: how many differ in another way, by kind; these need a command.
    """

    looked_at: int
    behind: Mapping[str, Sequence[UUID]]
    extra: Sequence[Removal]
    others: Mapping[str, int]


# Yields what each stretch after an id shows.
Compare = Callable[[UUID | None], AsyncGenerator[Differences, None]]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a comparison came to.

    Args:
        looked_at: memories compared.
        queued: how many differences are being mended, by kind.
        others: how many are not, by kind.
    """

    looked_at: int
    queued: Counter[str]
    others: Counter[str]


async def compare_part(compare: Compare, day: date, stop: asyncio.Event) -> Findings:
    """Compare the part of the index whose turn it is, and queue again what can be mended so."""
    looked_at, queued, others = 0, Counter[str](), Counter[str]()
    entries = _Entries()
    async with aclosing(compare(await in_database(_start, day))) as stretches:
        async for found in stretches:
            looked_at += found.looked_at
            again, set_aside = await in_database(_queue, found, entries)
            queued += again
            others += +Counter({**found.others, "set aside": set_aside})
            if looked_at >= MOST or stop.is_set():
                break
    return Findings(looked_at, queued, others)


def told(found: Findings) -> str:
    """Return what an operator should know of the differences; empty if there are none."""
    said = []
    if found.queued:
        said.append(f"The index had {_listed(found.queued)}: queued again.")
    if found.others:
        said.append(
            f"The index has {_listed(found.others)}: run manage.py memory_index verify --repair."
        )
    return " ".join(said)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in counts.items())


def _start(day: date) -> UUID | None:
    """Return the memory after which the part of a day begins; None for the first one."""
    total = Memory.objects.count()
    part = day.toordinal() % max(1, -(-total // MOST))
    ids = Memory.objects.order_by("pk").values_list("pk", flat=True)
    return ids[part * MOST - 1 : part * MOST].first() if part else None


@dataclass(slots=True)
class _Entries:
    """What the outbox holds for the index; each entry is read once."""

    waiting: set[UUID] = field(default_factory=set)
    set_aside: set[UUID] = field(default_factory=set)
    _last: int = 0

    def read(self) -> None:
        """Read the entries that came since."""
        newer = OutboxEntry.objects.filter(topic=INDEX, pk__gt=self._last).order_by("pk")
        for pk, failed_at, payload in newer.values_list("pk", "failed_at", "payload").iterator():
            ids = self.waiting if failed_at is None else self.set_aside
            ids.update(changes_in([payload]))
            ids.update(one.id for one in removals_in([payload]))
            self._last = pk


def _queue(found: Differences, entries: _Entries) -> tuple[Counter[str], int]:
    """Queue what was found, unless its change is in the outbox already.

    Return how many that is, by kind, and how many were set aside after they failed.
    """
    if not (found.extra or any(found.behind.values())):
        return Counter(), 0
    entries.read()
    known = entries.waiting | entries.set_aside
    behind = {kind: [one for one in ids if one not in known] for kind, ids in found.behind.items()}
    extra = [one for one in found.extra if one.id not in known]
    queue([one for ids in behind.values() for one in ids], extra)
    differ = {*chain(*found.behind.values()), *(one.id for one in found.extra)}
    counts = +Counter({kind: len(ids) for kind, ids in behind.items()} | {"extra": len(extra)})
    return counts, len(differ & (entries.set_aside - entries.waiting))
