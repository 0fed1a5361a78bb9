"""What each app holds of a person: shown, exported and erased through one registry."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet

from whisper.action_log import actions as action_log
from whisper.personal_data import purging
from whisper.personal_data.withdrawing import Withdrawal

Rows = list[dict[str, Any]]
# What spreadsheets begin a formula with, or skip before one.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Holder:
    """One app's part.

    Args:
        name: what the app calls its part.
        export: returns tables of rows by name; ids are strings.
        erase: removes everything and returns how many of each kind there were; given a time, what
            is older, and all of it if the person has not agreed again since.
        holds: the stores that it exports and erases: labels of models, patterns of keys in Redis,
            engines of the memory index.
        impersonal: the same of stores that hold nothing of a person that lasts, each with why.
        stays: tables of the export that still have rows after an erasure.
        drop_derived: removes what was made of what the person said; their own words stay.
        drop_moods: removes of that how what they said felt.
        withdraw: removes or makes again what was made of one message whose words were taken back.
        from_messages: those stores of `holds` that something of a message's words gets into, which
            `withdraw` follows.
        wordless: the other stores of `holds`, each with why no message's words are there.
    """

    name: str
    export: Callable[[int], Awaitable[dict[str, Rows]]]
    erase: Callable[[int, datetime | None], Awaitable[dict[str, int]]]
    holds: tuple[str, ...] = ()
    impersonal: Mapping[str, str] = field(default_factory=dict)
    stays: tuple[str, ...] = ()
    drop_derived: Callable[[int], None] | None = None
    drop_moods: Callable[[int], None] | None = None
    withdraw: Callable[[Withdrawal], None] | None = None
    from_messages: tuple[str, ...] = ()
    wordless: Mapping[str, str] = field(default_factory=dict)


_holders: list[Holder] = []


def holders() -> tuple[Holder, ...]:
    """Return every app's part, in the order of erasing."""
    return tuple(_holders)


def register(holder: Holder) -> None:
    """Add an app's part, once; parts are erased in the order of registering."""
    if holder not in _holders:
        _holders.append(holder)


def tables_that_stay() -> frozenset[str]:
    """Return the tables of an export that still have rows after an erasure."""
    return frozenset(name for holder in _holders for name in holder.stays)


def table(rows: QuerySet[Any], *columns: str) -> Rows:
    """Return columns of rows, ids as strings: JSON tools round numbers of their size."""
    return [
        {name: _shown(name, value) for name, value in row.items()} for row in rows.values(*columns)
    ]


def columns(model: type[Model], *without: str) -> list[str]:
    """Return the names of all columns of a model but some, so that a new one is exported too."""
    names = [field.attname for field in model._meta.concrete_fields]
    return [name for name in names if name not in without]


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
    """Return everything held about a person as a zip: each table as JSON and as CSV."""
    tables = await export_person(person_id)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            file = name.replace(" ", "_")
            archive.writestr(f"{file}.json", _json(rows, indent=2))
            archive.writestr(f"{file}.csv", as_csv(rows))
    return buffer.getvalue()


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=indent)


def as_csv(rows: Rows) -> str:
    """Return rows as CSV; lists and objects in a cell are JSON."""
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0] if rows else [])
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return file.getvalue()


def _cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula: one is made text by a quote."""
    if isinstance(value, dict | list):
        return _json(value)
    if isinstance(value, str) and value.startswith(FORMULA) and not NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def drop_derived(person_id: int) -> None:
    """Drop what was made of what a person said, in the caller's transaction."""
    for holder in _holders:
        if holder.drop_derived is not None:
            holder.drop_derived(person_id)


def drop_moods(person_id: int) -> None:
    """Drop how what a person said felt, in the caller's transaction."""
    for holder in _holders:
        if holder.drop_moods is not None:
            holder.drop_moods(person_id)


def withdraw(withdrawal: Withdrawal) -> None:
    """Drop what was made of a message's old words, in the caller's transaction."""
    for holder in _holders:
        if holder.withdraw is not None:
            holder.withdraw(withdrawal)
    # Last: the others may have logged what they took back.
    action_log.withdraw(withdrawal)


async def erase_person(person_id: int) -> dict[str, int]:
    """Erase everything held about a person; return how many of each kind there were."""
    counts = await _erase(person_id, None)
    await purging.after_erasing()
    return counts


async def erase_older(person_id: int, at: datetime) -> dict[str, int]:
    """Erase again what is held from before a person's erasure; return how much of each there was.

    All of it goes if the person has not agreed again since.
    """
    counts = await _erase(person_id, at)
    if any(counts.values()):
        await purging.after_erasing()
    return counts


async def _erase(person_id: int, before: datetime | None) -> dict[str, int]:
    counts: dict[str, int] = {}
    for holder in _holders:
        counts |= await holder.erase(person_id, before)
    return counts
