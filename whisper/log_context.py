"""Whom and what the lines of the log are about: ids, never what was said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Literal

Name = Literal["request", "person", "guild", "channel", "message_id"]

_NOTHING: Mapping[str, str] = MappingProxyType({})
_ids: ContextVar[Mapping[str, str]] = ContextVar("ids", default=_NOTHING)


@contextmanager
def about(ids: Mapping[Name, int | str | None]) -> Iterator[None]:
    """Give lines that are logged meanwhile these ids, in this task and those that it starts.

    Args:
        ids: as text in the log, because programs round numbers of this length; None for none.
    """
    known = dict(_ids.get())
    known |= {name: str(value) for name, value in ids.items() if value is not None}
    token = _ids.set(known)
    try:
        yield
    finally:
        _ids.reset(token)


def ids_in_hand() -> Mapping[str, str]:
    """Return the ids that a line logged now is about."""
    return _ids.get()
