"""The page of all tables, made from the models."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite
from django.db.models.sql import Query

from whisper.database.postgresql.base import DatabaseWrapper as PostgreSQL

INTRODUCTION = """\
# Schema

The tables of the record, as the models define them; Django's own (accounts, sessions, the console's
log, migrations) are not listed. Ids of Discord are whole numbers of 64 bits; times are kept in UTC.
On SQLite a JSON document is text, and a UUID is 32 letters. Indexes that stand without a name
are those of foreign keys.

This page is made by `manage.py document`.
"""


def schema_page() -> str:
    """Return the page of all tables."""
    parts = [INTRODUCTION]
    for app in apps.get_app_configs():
        tables = list(app.get_models(include_auto_created=True))
        # Packages may lie in the project's folder too, in an environment of its own.
        if Path(app.path).parent == settings.BASE_DIR and tables:
            parts.append(f"## {app.label}\n")
            parts += ["\n".join([*_table(model), ""]) for model in tables]
    return "\n".join(parts)


def _table(model: type[models.Model]) -> Iterator[str]:
    yield f"### {model._meta.db_table}\n"
    if not model._meta.auto_created:
        yield f"{inspect.getdoc(model) or ''}\n"
    yield "| column | PostgreSQL | SQLite | meaning |"
    yield "|---|---|---|---|"
    for field in model._meta.local_concrete_fields:
        yield _column(field)
    rules = [*_keys(model), *_constraints(model), *_indexes(model)]
    if rules:
        yield ""
        yield from rules


def _column(field: models.Field[Any, Any]) -> str:
    postgresql, sqlite = (field.db_type(engine) for engine in _engines())
    null = ", may be empty" if field.null else ""
    cells = (f"`{field.column}`", f"{postgresql}{null}", f"{sqlite}", _meaning(field))
    return f"| {' | '.join(cells)} |"


def _meaning(field: models.Field[Any, Any]) -> str:
    parts = [str(field.help_text)] if field.help_text else []
    if field.primary_key:
        parts.append("Primary key.")
    if field.remote_field and field.related_model:
        target = field.related_model
        assert not isinstance(target, str)  # noqa: S101 - all models are loaded
        parts.append(f"Row of `{target._meta.db_table}`{_on_delete(field)}.")
    if field.choices:
        parts.append(f"One of {', '.join(f'`{value}`' for value, _ in field.flatchoices)}.")
    return " ".join(parts).replace("|", "\\|")


def _on_delete(field: models.Field[Any, Any]) -> str:
    name = getattr(getattr(field.remote_field, "on_delete", None), "__name__", "")
    return {"CASCADE": "; goes with it", "SET_NULL": "; emptied when that goes"}.get(name, "")


def _keys(model: type[models.Model]) -> Iterator[str]:
    """Yield the indexes that a field asks for by itself."""
    for field in model._meta.local_concrete_fields:
        if field.primary_key:
            continue
        if field.unique:
            yield f"- unique: `{field.column}`"
        elif getattr(field, "db_index", False):
            yield f"- index: `{field.column}`"
    for names in model._meta.unique_together:
        yield f"- unique: {_columns(model, names)}"


def _constraints(model: type[models.Model]) -> Iterator[str]:
    for one in model._meta.constraints:
        if isinstance(one, models.UniqueConstraint):
            where = _where(model, one.condition)
            yield f"- unique `{one.name}`: {_columns(model, one.fields)}{where}"
        elif isinstance(one, models.CheckConstraint):
            yield f"- check `{one.name}`: `{_sql(model, one.condition)}`"
        else:
            yield f"- {type(one).__name__} `{one.name}`"


def _indexes(model: type[models.Model]) -> Iterator[str]:
    for one in model._meta.indexes:
        kind = type(one).__name__.removesuffix("Index")
        named = f"index `{one.name}`" if not kind else f"{kind} index `{one.name}` (PostgreSQL)"
        fields = one.fields or [str(each) for each in one.expressions]
        yield f"- {named}: {_columns(model, fields)}{_where(model, one.condition)}"


def _columns(model: type[models.Model], names: Any) -> str:
    return ", ".join(f"`{_column_name(model, name)}`" for name in names)


def _column_name(model: type[models.Model], name: str) -> str:
    known = {field.name: field.column for field in model._meta.local_concrete_fields}
    column = known.get(name.removeprefix("-"), name.removeprefix("-"))
    return f"{column} DESC" if name.startswith("-") else column


def _where(model: type[models.Model], condition: Any) -> str:
    return f", where `{_sql(model, condition)}`" if condition else ""


def _sql(model: type[models.Model], condition: Any) -> str:
    """Return a condition as PostgreSQL gets it."""
    engine = _engines()[0]
    query = Query(model, alias_cols=False)
    compiler = query.get_compiler(connection=engine)
    sql, values = query.build_where(condition).as_sql(compiler, engine)
    shown = tuple(f"'{value}'" if isinstance(value, str) else value for value in values)
    return str(sql % shown).replace('"', "")


def _engines() -> tuple[BaseDatabaseWrapper, BaseDatabaseWrapper]:
    """Return both engines, neither of which is connected to."""
    nowhere: dict[str, Any] = {"NAME": "record", "OPTIONS": {}, "TIME_ZONE": None}
    return PostgreSQL(nowhere), SQLite(nowhere)
