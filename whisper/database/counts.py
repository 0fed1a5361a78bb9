"""How many rows big tables have, without counting them."""

from __future__ import annotations

from django.db import connection
from django.db.models import Model

# From here on a count is an estimate where the database has one.
COUNTED = 10_000


def about_how_many(model: type[Model]) -> int:
    """Return how many rows a table has; of a big one in PostgreSQL, about."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table = model._meta.db_table
            cursor.execute(
                "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s)", [table]
            )
            (estimate,) = cursor.fetchone() or (0,)
        if estimate >= COUNTED:
            return int(estimate)
    return model._default_manager.count()
