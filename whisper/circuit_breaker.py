"""Who does not answer is not asked for a while."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

FAILURES_TO_OPEN = 3
PROBE_SECONDS = 5.0


class Breaker:
    """A circuit breaker: open after failures in a row, then one caller at a time is let through.

    Args:
        name: what it stands before, for the log.
        clock: seconds that only rise.
    """

    def __init__(self, name: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self.last_error = ""
        self._clock = clock
        self._failures = 0
        self._probe_at = 0.0

    @property
    def is_open(self) -> bool:
        """Tell whether calls are kept back."""
        return self._failures >= FAILURES_TO_OPEN

    def allows(self) -> bool:
        """Tell whether to call now; while it is open, one caller each `PROBE_SECONDS` may."""
        if not self.is_open:
            return True
        now = self._clock()
        if now < self._probe_at:
            return False
        self._probe_at = now + PROBE_SECONDS
        return True

    def succeeded(self) -> None:
        """Note that a call was answered."""
        if self.is_open:
            logger.info("%s: in use again", self.name)
        self._failures, self.last_error = 0, ""

    def failed(self, reason: str) -> None:
        """Note that a call was not answered.

        Args:
            reason: a short phrase without secrets; the log and the health page show it.
        """
        self._failures += 1
        self.last_error = reason
        if self._failures <= FAILURES_TO_OPEN:
            logger.warning("%s: a call failed (%s)", self.name, reason)
        if self._failures == FAILURES_TO_OPEN:
            logger.error("%s: not used for now (%s)", self.name, reason)
        if self.is_open:
            self._probe_at = self._clock() + PROBE_SECONDS
