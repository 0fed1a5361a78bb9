"""Kinds of facts that people state in nearly the same words."""

from __future__ import annotations

_CLOSE = (
    {"job", "status"},
    {"birthday", "birth_year"},
    {"origin", "birthplace"},
    {"hobby", "like"},
    {"favourite", "like"},
)


def are_close(one: str, other: str) -> bool:
    """Return whether two predicates are the same, or stated in nearly the same words."""
    return one == other or {one, other} in _CLOSE
