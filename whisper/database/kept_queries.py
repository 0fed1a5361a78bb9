"""Queries that are asked later: a job walks through what a page had filtered."""

from __future__ import annotations

import pickle  # nosec B403 - only what is signed is loaded
from typing import Any, TypeVar

from django.core.signing import Signer, b64_decode, b64_encode
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)

_SALT = "whisper.kept_queries"


def kept_query(rows: QuerySet[Any]) -> str:
    """Return a query as a text, signed: nobody else can make one that is taken."""
    return Signer(salt=_SALT).sign(b64_encode(pickle.dumps(rows.query)).decode())


def query_kept(model: type[Row], held: str) -> QuerySet[Row]:
    """Return the query that a text holds.

    Raises:
        BadSignature: this installation didn't write it.
    """
    query = pickle.loads(b64_decode(Signer(salt=_SALT).unsign(held).encode()))  # noqa: S301 - signed
    rows = model._default_manager.all()
    rows.query = query
    return rows
