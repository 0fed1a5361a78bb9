"""Compare what an import brought with its source, row by row."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from memories.actions import FORGOTTEN
from memories.legacy.actions import DUPLICATE, refusals
from memories.legacy.chroma_reader import ChromaStore, Collection
from memories.legacy.drafts import draft_of
from memories.legacy.importing import Options, store_of, stored_key
from memories.legacy.rows import LegacyRow, RowError, understand
from memories.models import ImportedRow, Memory

# What must be as the source says; a text may have been corrected here since.
COMPARED = ("person_id", "kind", "text", "place", "guild_id", "channel_id", "said_at", "confidence")
SHOWN = 20


@dataclass(slots=True)
class Comparison:
    """A collection beside the database.

    Args:
        source, record: SHA-256 over the rows of each side.
        counts: rows by what became of them.
        wrong: what differs, a line each.
    """

    name: str
    source: str = ""
    record: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return what a person reads."""
        counted = ", ".join(f"{rows} {what}" for what, rows in sorted(self.counts.items()))
        outcomes = f": {counted}" if counted else ""
        equal = "are equal" if self.source == self.record else "DIFFER"
        return [
            f"{self.name}: {sum(self.counts.values())} documents in the source{outcomes}.",
            f"{self.name}: checksums {self.source[:12]} and {self.record[:12]} {equal}.",
            *(f"  {line}" for line in self.wrong[:SHOWN]),
        ]

    @property
    def equal(self) -> bool:
        """Return whether the database has all that the source has."""
        return not self.wrong and self.source == self.record


def compare(store: ChromaStore, collection: Collection, options: Options) -> Comparison:
    """Return a collection beside the database."""
    found = Comparison(collection.name)
    sums = hashlib.sha256(), hashlib.sha256()
    rows = _understood(store, collection, options, found)
    while batch := list(islice(rows, options.batch_size)):
        keys = [stored_key(row.key) for row in batch]
        known = ImportedRow.objects.filter(store=store_of(collection), key__in=keys)
        by_key = {row.key: row for row in known.select_related("memory")}
        refused = refusals([row.user_id for row in batch if row.user_id is not None])
        for row in batch:
            if row.user_id is not None and row.user_id in refused:
                found.counts["of people who are left out"] += 1
                continue
            held = by_key.get(stored_key(row.key))
            sums[0].update(f"{row.key}\0{row.digest}\n".encode("utf-8", "replace"))
            if held is None:
                found.wrong.append(f"{row.key}: it is missing")
                continue
            sums[1].update(f"{row.key}\0{held.digest}\n".encode("utf-8", "replace"))
            _compare(row, held, options, found)
    found.source, found.record = (one.hexdigest() for one in sums)
    return found


def _understood(
    store: ChromaStore, collection: Collection, options: Options, found: Comparison
) -> Iterator[LegacyRow]:
    guilds = store.guilds_of_channels(collection)
    shared = collection.name == options.shared
    for stored in store.rows(collection):
        try:
            yield understand(stored, shared=shared, guilds=guilds, zone=options.zone)
        except RowError:
            found.counts["that can be nobody's memory"] += 1


def _compare(row: LegacyRow, held: ImportedRow, options: Options, found: Comparison) -> None:
    if held.outcome in (DUPLICATE, FORGOTTEN):
        found.counts["repeats" if held.outcome == DUPLICATE else "forgotten here"] += 1
        return
    found.counts["remembered"] += 1
    if held.digest != row.digest:
        found.wrong.append(f"{row.key}: the source has changed")
    elif held.memory is None:
        found.wrong.append(f"{row.key}: its memory is gone")
    else:
        _compare_memory(row, held.memory, options, found)


def _compare_memory(row: LegacyRow, memory: Memory, options: Options, found: Comparison) -> None:
    wanted = draft_of(row, context="", speaker="", public_channels=options.public_channels)
    differing = [name for name in COMPARED if getattr(memory, name) != getattr(wanted, name)]
    if differing == ["text"]:
        found.counts["remembered"] -= 1
        found.counts["corrected here"] += 1
    elif differing:
        found.wrong.append(f"{row.key}: {', '.join(differing)} differ")
    elif memory.embedding is None:
        found.wrong.append(f"{row.key}: it has no vector")
