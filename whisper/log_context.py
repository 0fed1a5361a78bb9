"""Whom and what the lines of the log are about: ids, never what was said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from structlog.contextvars import bound_contextvars, get_contextvars

Name = Literal["request", "person", "guild", "channel", "message_id"]


@contextmanager
def about(ids: Mapping[Name, int | str | None]) -> Iterator[None]:
    """Give lines that are logged meanwhile these ids, in this task and those that it starts.

    Args:
        ids: as text in the log, because programs round numbers of this length; None for none.
    """
    known: dict[str, str] = {name: str(value) for name, value in ids.items() if value is not None}
    with bound_contextvars(**known):
        yield


def ids_in_hand() -> Mapping[str, str]:
    """Return the ids that a line logged now is about."""
    return get_contextvars()
