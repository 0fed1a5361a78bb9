"""Counts and hashes of a database: the same rows give the same ones in either engine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from whisper.copying.base import Database, pages
from whisper.copying.tables import Table
from whisper.copying.values import Notes, Row, lines

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a table holds.

    Args:
        rows: how many.
        sha256: over all of them in order of their keys.
    """

    rows: int
    sha256: str


class Digesting:
    """Hashes the rows of a table, page by page in order of their keys."""

    def __init__(self, table: Table) -> None:
        self._table, self._hash, self._rows = table, hashlib.sha256(), 0

    def add(self, rows: Sequence[Row]) -> bytes:
        """Take the next rows; return the lines that were hashed."""
        text = lines(rows, self._table)
        self._hash.update(text)
        self._rows += len(rows)
        return text

    def digest(self) -> Digest:
        """Return the result."""
        return Digest(self._rows, self._hash.hexdigest())


def digests(
    opened: Database, tables: Sequence[Table], advance: Advance, notes: Notes | None = None
) -> dict[str, Digest]:
    """Return the digest of each table by its name."""
    found = {}
    for table in tables:
        digesting = Digesting(table)
        for page in pages(opened, table, Notes() if notes is None else notes):
            digesting.add(page)
            advance(len(page))
        found[table.name] = digesting.digest()
    return found


def differences(ours: Mapping[str, Digest], theirs: Mapping[str, Digest]) -> list[str]:
    """Return one line for each table that is not the same on both sides."""
    lines = []
    for name in sorted({*ours, *theirs}):
        here, there = ours.get(name), theirs.get(name)
        if here == there:
            continue
        if here is None or there is None:
            lines.append(f"{name}: missing on one side")
        elif here.rows != there.rows:
            lines.append(f"{name}: {here.rows} rows here, {there.rows} there")
        else:
            lines.append(f"{name}: {here.rows} rows on both sides, with different content")
    return lines
