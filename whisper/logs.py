"""What the log is spared."""

from __future__ import annotations

import logging
import time


class Seldom(logging.Filter):
    """Lets one line of a logger through in so many seconds, and errors always."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._next = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the line is to be written."""
        if record.levelno >= logging.ERROR:
            return True
        if record.levelno < logging.WARNING or time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + self._seconds
        return True
