"""New rows, written by statements that the ORM composes once.

For what is written for each message: the ORM takes five times as long over such a row as SQLite. No
signals are sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, cast

from django.db import connection
from django.db.models import Field, Model
from django.db.models.sql import InsertQuery
from django.db.models.sql.compiler import SQLInsertCompiler

from whisper.database.fetching import change_all, fetch_all


def insert(row: Model) -> None:
    """Write a new row; its key is set as the database gives it.

    Raises:
        IntegrityError: a constraint forbids it.
    """
    fields = _fields(type(row), has_key=row.pk is not None)
    values = [field.pre_save(row, add=True) for field in fields]
    if any(hasattr(value, "resolve_expression") for value in values):
        # The database computes some of it.
        row.save(force_insert=True)
        return
    given = [
        field.get_db_prep_save(value, connection)
        for field, value in zip(fields, values, strict=True)
    ]
    sql = _statement(type(row), fields, connection.vendor)
    returned = row._meta.db_returning_fields
    if returned:
        for field, value in zip(returned, fetch_all(sql, given)[0], strict=True):
            setattr(row, field.attname, value)
    else:
        change_all(sql, given)
    row._state.adding, row._state.db = False, connection.alias


def insert_all(rows: Iterable[Model]) -> None:
    """Write new rows of one model in their order; several are worth a statement of their own."""
    rows = list(rows)
    if len(rows) == 1:
        insert(rows[0])
    elif rows:
        type(rows[0])._base_manager.bulk_create(rows)


@lru_cache
def _fields(model: type[Model], *, has_key: bool) -> tuple[Field[Any, Any], ...]:
    meta = model._meta
    return tuple(
        field
        for field in meta.local_concrete_fields
        if not field.generated and (has_key or field is not meta.auto_field)
    )


@lru_cache
def _statement(model: type[Model], fields: Sequence[Field[Any, Any]], vendor: str) -> str:
    """Return the statement that writes these fields.

    Args:
        vendor: of the connection, as databases write it differently.
    """
    query = InsertQuery(model)
    query.insert_values(fields, [model()])
    compiler = cast(SQLInsertCompiler, query.get_compiler(connection=connection))
    compiler.returning_fields = model._meta.db_returning_fields
    ((sql, _),) = compiler.as_sql()
    return sql
