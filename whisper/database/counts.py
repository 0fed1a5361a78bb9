"""How many rows big tables have, without counting them."""

from __future__ import annotations

from django.db import connection
from django.db.models import Model

# From here on a count is an estimate where the database has one.
COUNTED = 10_000


def about_how_many(model: type[Model]) -> int:
    """Return how many rows a table has; of a big one in PostgreSQL, about."""
    if connection.vendor == "postgresql":
        return _estimated_or_counted(model._meta.db_table)
    return model._default_manager.count()


def _estimated_or_counted(table: str) -> int:
    with connection.cursor() as cursor:
        # PostgreSQL counts only where the estimate is too low.
        cursor.execute(
            "SELECT CASE WHEN reltuples >= %s THEN reltuples::bigint"  # noqa: S608 - ours
            f" ELSE (SELECT count(*) FROM {connection.ops.quote_name(table)}) END"
            " FROM pg_class WHERE oid = to_regclass(%s)",
            [COUNTED, table],
        )
        (count,) = cursor.fetchone() or (0,)
    return int(count)
