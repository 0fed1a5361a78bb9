"""Snapshots that stores which copy the record take of themselves beside a backup.

Whatever becomes of them, the record is backed up: a copy can be made anew from it. Other rooms add
their store with `takes_snapshots`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)

Take = Callable[[], str | None]
_takers: dict[str, Take] = {}


def takes_snapshots(store: str) -> Callable[[Take], Take]:
    """Register what takes a snapshot and returns its name; None where the store takes none."""

    def register(take: Take) -> Take:
        _takers[store] = take
        return take

    return register


def take() -> dict[str, str]:
    """Let every store that does so take one; return their names, empty where it failed."""
    names: dict[str, str] = {}
    for store, taker in _takers.items():
        try:
            name = taker()
        except Exception as error:
            # Of any kind: the record must be backed up all the same.
            logger.error("backup: no snapshot of %s: %s", store, error)
            name = ""
        if name is not None:
            names[store] = name
    return names
