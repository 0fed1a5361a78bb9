"""Analysers of what people say: one that needs no model, and a model instead of it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Analyser(Generic[T]):
    """One task of analysing, such as finding facts.

    Args:
        default: does it unless something else was chosen.
    """

    def __init__(self, default: T) -> None:
        self.current = self._default = default
        _all.append(self)

    @property
    def is_chosen(self) -> bool:
        """Return whether something else than the default does it."""
        return self.current is not self._default

    def use(self, other: T | None) -> None:
        """Let something else do the task; None goes back to the default."""
        self.current = self._default if other is None else other


_all: list[Analyser[Any]] = []


def use_defaults() -> None:
    """Go back to the defaults in every task."""
    for analyser in _all:
        analyser.use(None)
