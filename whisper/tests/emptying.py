"""How tests leave the database: empty after each, and gone after the last."""

from __future__ import annotations

from functools import cache

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.creation import DatabaseCreation

# Migrations fill them, and the tests only read them.
KEPT = {"django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}


def empty(alias: str) -> None:
    """Delete the rows of the tables that have some.

    Django's own flush truncates all tables, which takes PostgreSQL a second, and then makes all
    permissions and content types again.
    """
    connection = connections[alias]
    tables = filled_tables(connection)
    if tables:
        quote = connection.ops.quote_name
        connection.ops.execute_sql_flush([f"DELETE FROM {quote(table)}" for table in tables])


def drop(creation: DatabaseCreation, name: str, verbosity: int) -> None:
    """Drop a test database of PostgreSQL; sessions that it still has end.

    Django would fail: a process that was killed, or a pool that connects again by itself, may hold
    it a moment longer than the last test.
    """
    with creation._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        quoted = creation.connection.ops.quote_name(name)
        cursor.execute(f"DROP DATABASE {quoted} WITH (FORCE)")


def filled_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the tables that have rows which migrations didn't write."""
    with connection.cursor() as cursor:
        cursor.execute(_filled(connection.alias, str(connection.settings_dict["NAME"])))
        return [name for (name,) in cursor.fetchall()]


# To list the tables takes longer than to ask them.
@cache
def _filled(alias: str, database: str) -> str:
    connection = connections[alias]
    quote = connection.ops.quote_name
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {quote(name)})"
        for name in names
        if name not in KEPT
    )
