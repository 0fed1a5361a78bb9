"""Errors of the log as events: the constant words of the line, not what was put into them."""

from __future__ import annotations

import logging

from whisper.live.events import Event, LiveKind
from whisper.live.publishing import publish

LONGEST = 200


class FaultHandler(logging.Handler):
    """Tells those who watch that an error was logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)

    def emit(self, record: logging.LogRecord) -> None:
        """Publish the line without its arguments, which may be ids or words."""
        words = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        # A line with its values put in already is of another package: they may be anybody's.
        own = record.name.split(".")[0] in ("botrunner", "memories", "profiles", "whisper")
        detail = words[:LONGEST].replace("%s", "…").replace("%d", "…") if own else record.name
        publish(Event(LiveKind.FAULT, detail))
