"""What JSON columns can be asked on both engines."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import JSONField, Lookup
from django.db.models.sql.compiler import SQLCompiler


@JSONField.register_lookup
class Holds(Lookup):  # type: ignore[type-arg]
    """Return whether a list holds a string, or an object a key: `trust_indicators__holds="…"`.

    PostgreSQL finds it through an inverted index; Django's own `contains` is not for SQLite, and
    its `has_key` there not for lists.
    """

    lookup_name = "holds"
    prepare_rhs = False

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        """Ask with the operator that the index knows."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} ? %s", [*params, self.rhs]

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        """Look at each entry."""
        column, params = self.process_lhs(compiler, connection)
        entry = f"CASE json_type({column}) WHEN 'array' THEN value ELSE key END"
        # The column is Django's own quoting; what is asked for is a parameter.
        sql = f"EXISTS (SELECT 1 FROM json_each({column}) WHERE {entry} = %s)"  # noqa: S608
        return sql, [*params, *params, self.rhs]
