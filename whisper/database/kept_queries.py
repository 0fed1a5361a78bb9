"""Queries as signed texts, for a job that later walks through what a page had filtered."""

from __future__ import annotations

import pickle  # nosec B403 - only what is signed is loaded
from typing import Any, TypeVar

from django.core.signing import Signer, b64_decode, b64_encode
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)

_SALT = "whisper.kept_queries"


def text_of_query(rows: QuerySet[Any]) -> str:
    """Return a query as a signed text; only this installation can write one."""
    return Signer(salt=_SALT).sign(b64_encode(pickle.dumps(rows.query)).decode())


def query_of_text(model: type[Row], text: str) -> QuerySet[Row]:
    """Return the query that `text_of_query` wrote.

    Raises:
        BadSignature: this installation didn't write it.
    """
    query = pickle.loads(b64_decode(Signer(salt=_SALT).unsign(text).encode()))  # noqa: S301 - signed
    rows = model._default_manager.all()
    rows.query = query
    return rows
