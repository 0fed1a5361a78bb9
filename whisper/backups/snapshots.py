"""Snapshots that stores with copies of the database take of themselves along with a backup.

Even if one fails, the database is backed up, and the copy can be rebuilt from it. Other apps add
their store with `takes_snapshots`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)

Take = Callable[[], str | None]
_takers: dict[str, Take] = {}


def takes_snapshots(store: str) -> Callable[[Take], Take]:
    """Register a function that takes a snapshot and returns its name, or None if the store takes
    none.
    """

    def register(take: Take) -> Take:
        _takers[store] = take
        return take

    return register


def take() -> dict[str, str]:
    """Let every registered store take one; return their names, empty if it failed."""
    names: dict[str, str] = {}
    for store, taker in _takers.items():
        try:
            name = taker()
        except Exception as error:
            # Any error: the database must be backed up all the same.
            logger.error("backup: no snapshot of %s: %s", store, error)
            name = ""
        if name is not None:
            names[store] = name
    return names
