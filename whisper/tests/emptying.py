"""How tests leave the database: as it was after each, and unused after the last."""

from __future__ import annotations

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Migrations fill them, and the tests only read them.
KEPT = {"django_content_type", "auth_permission"}


def empty(alias: str) -> None:
    """Delete the rows of the tables that have some.

    Django's own flush truncates all tables, which takes PostgreSQL a second, and then makes all
    permissions and content types again.
    """
    connection = connections[alias]
    tables = _filled(connection)
    if tables:
        quote = connection.ops.quote_name
        connection.ops.execute_sql_flush([f"DELETE FROM {quote(table)}" for table in tables])


def end_other_sessions(alias: str) -> None:
    """End all sessions of PostgreSQL in this database but this one."""
    connection = connections[alias]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def _filled(connection: BaseDatabaseWrapper) -> list[str]:
    quote = connection.ops.quote_name
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    asked = [
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {quote(name)})"
        for name in names
        if name not in KEPT
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [name for (name,) in cursor.fetchall()]
