"""What each app holds of a person: shown, exported and erased through one registry."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Holder:
    """One app's part.

    Args:
        name: what the app calls its part.
        export: returns tables of rows by name; ids are strings.
        erase: removes everything and returns how many of each kind there were.
    """

    name: str
    export: Callable[[int], Awaitable[dict[str, Rows]]]
    erase: Callable[[int], Awaitable[dict[str, int]]]


_holders: list[Holder] = []


def register(holder: Holder) -> None:
    """Add an app's part, once; parts are erased in the order of registering."""
    if holder not in _holders:
        _holders.append(holder)


def table(rows: QuerySet[Any], *columns: str) -> Rows:
    """Return columns of rows, ids as strings: JSON tools round numbers of their size."""
    return [
        {name: _shown(name, value) for name, value in row.items()} for row in rows.values(*columns)
    ]


def _shown(name: str, value: object) -> object:
    is_id = isinstance(value, int) and name.endswith(("id", "_to"))
    return str(value) if is_id else value


async def export_person(person_id: int) -> dict[str, Rows]:
    """Return everything held about a person, as tables of rows by name."""
    tables: dict[str, Rows] = {}
    for holder in _holders:
        tables |= await holder.export(person_id)
    return tables


async def export_archive(person_id: int) -> bytes:
    """Return everything held about a person as a zip with one JSON file a table."""
    tables = await export_person(person_id)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            text = json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
            archive.writestr(f"{name.replace(' ', '_')}.json", text)
    return buffer.getvalue()


async def erase_person(person_id: int) -> dict[str, int]:
    """Erase everything held about a person; return how many of each kind there were."""
    counts: dict[str, int] = {}
    for holder in _holders:
        counts |= await holder.erase(person_id)
    return counts
