"""Queries as signed texts, for a job that later walks through what a page had filtered."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from django.core.signing import Signer
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

Row = TypeVar("Row", bound=Model)


def text_of_query(rows: QuerySet[Any]) -> str:
    """Return a query as a signed text, of which only this installation can write one.

    Args:
        rows: unsliced; their order isn't kept.
    """
    sql, parameters = rows.order_by().values("pk").query.sql_with_params()
    # Databases read times and ids from texts.
    return _signer().sign(json.dumps([sql, parameters], default=str))


def query_of_text(model: type[Row], text: str) -> QuerySet[Row]:
    """Return the query that `text_of_query` wrote.

    Raises:
        BadSignature: this installation didn't write it, or wrote it for another kind of database.
    """
    sql, parameters = json.loads(_signer().unsign(text))
    # Only what is signed runs.
    return model._default_manager.filter(pk__in=RawSQL(sql, parameters))  # noqa: S611


def _signer() -> Signer:
    return Signer(salt=f"whisper.kept_queries.{connection.vendor}")
