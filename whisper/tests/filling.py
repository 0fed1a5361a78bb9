"""Rows that all tests of a module share, for those that only look at many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from whisper.tests.emptying import filled_tables

# What the functions that take long wrote, by table.
_written: dict[Callable[[], None], Mapping[str, Sequence[Sequence[Any]]]] = {}


@contextmanager
def rows_of_the_module(
    blocker: DjangoDbBlocker, fill: Callable[[], None] | None = None
) -> Iterator[None]:
    """Take back at the end what is written from the beginning on.

    For a fixture of a module, in which every test that needs the database takes back what it wrote
    itself (`django_db` without `transaction`): then all of them see the same rows.

    Args:
        fill: fills the empty database in a way that takes long. The modules after the first one in
            a process get the same rows without calling it.
    """
    with blocker.unblock(), transaction.atomic():
        if fill is not None:
            _fill(fill)
        yield
        transaction.set_rollback(True)


def _fill(fill: Callable[[], None]) -> None:
    if fill not in _written:
        fill()
        _written[fill] = {table: _rows(table) for table in filled_tables(connection)}
        return
    with connection.cursor() as cursor:
        for table, rows in _written[fill].items():
            places = ", ".join(["%s"] * len(rows[0]))
            name = connection.ops.quote_name(table)
            cursor.executemany(f"INSERT INTO {name} VALUES ({places})", rows)


def _rows(table: str) -> Sequence[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return list(cursor.fetchall())
