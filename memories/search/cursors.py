"""Cursors: where a page ended, signed for the person and the query."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing

from memories.search.base import CursorError, SearchQuery
from memories.search.scopes import Asker

VALID = timedelta(minutes=10)
LONGEST = 8_000
_SALT = "memories.search"
NOT_YOURS = "This page belongs to another search. Please search again."
TOO_OLD = "This page has expired. Please search again."


@dataclass(frozen=True, slots=True)
class Position:
    """Where a search stands.

    Args:
        engine: who searched.
        now: when the first page was asked for.
        after: the engine's mark of where the last page ended.
    """

    engine: str
    now: datetime
    after: Mapping[str, Any]


def sealed(position: Position, query: SearchQuery, asker: Asker) -> str:
    """Return the cursor of a position; it fits this query of this asker alone."""
    held = [position.engine, position.now.isoformat(), position.after, _bond(query, asker)]
    return signing.dumps(held, salt=_SALT, compress=True)


def opened(cursor: str, query: SearchQuery, asker: Asker) -> Position:
    """Return the position that a cursor holds.

    Raises:
        CursorError: it is altered, too old, or of another query or asker.
    """
    try:
        held = signing.loads(cursor[:LONGEST], salt=_SALT, max_age=VALID)
    except signing.SignatureExpired:
        raise CursorError(TOO_OLD) from None
    # What isn't a cursor at all fails in many ways.
    except (signing.BadSignature, ValueError):
        raise CursorError(NOT_YOURS) from None
    engine, now, after, bond = held
    if bond != _bond(query, asker):
        raise CursorError(NOT_YOURS)
    return Position(engine, datetime.fromisoformat(now), after)


def _bond(query: SearchQuery, asker: Asker) -> str:
    """Return what a cursor is tied to."""
    held = [asdict(query), type(asker).__name__, asdict(asker)]
    content = json.dumps(held, sort_keys=True, default=_plain)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    # Ways are a set: another process has them in another order.
    return sorted(value) if isinstance(value, frozenset) else value.isoformat()
