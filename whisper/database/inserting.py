"""New rows, written by statements that the ORM composes once.

For what is written for each message: the ORM takes five times as long over such a row as SQLite. No
signals are sent, and defaults of the database have to be plain values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from functools import lru_cache
from typing import Any, cast

from django.db import connection
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault
from django.db.models.sql import InsertQuery
from django.db.models.sql.compiler import SQLInsertCompiler

from whisper.database.raw_sql import execute, fetch_all


def insert(row: Model) -> None:
    """Write a new row; its key and defaults are set as the database has them.

    Raises:
        IntegrityError: a constraint forbids it.
    """
    has_key = row.pk is not None
    fields = _fields(type(row), has_key=has_key)
    given = [field.get_db_prep_save(_value(row, field), connection) for field in fields]
    sql = _statement(type(row), fields, connection.vendor)
    if has_key:
        execute(sql, given)
    else:
        ((row.pk,),) = fetch_all(sql, given)
    row._state.adding, row._state.db = False, connection.alias


def insert_all(rows: Iterable[Model]) -> None:
    """Write new rows of one model in their order; several are worth a statement of their own."""
    rows = list(rows)
    if len(rows) == 1:
        insert(rows[0])
    elif rows:
        type(rows[0])._base_manager.bulk_create(rows)


def _value(row: Model, field: Field[Any, Any]) -> Any:
    """Return what a new row holds in a field; a default of the database is written as it is."""
    value = field.pre_save(row, add=True)
    if isinstance(value, DatabaseDefault):
        value = copy(field.db_default)
        setattr(row, field.attname, value)
    return value


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
    sample = model()
    for field in fields:
        _value(sample, field)
    query = InsertQuery(model)
    query.insert_values(fields, [sample])
    compiler = cast(SQLInsertCompiler, query.get_compiler(connection=connection))
    has_key = model._meta.auto_field in (None, *fields)
    compiler.returning_fields = None if has_key else [model._meta.auto_field]
    ((sql, _),) = compiler.as_sql()
    return sql
