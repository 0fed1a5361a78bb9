"""Whether Discord is connected, as health reports it."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import Gauge

from whisper.health import Health

CONNECTED = Gauge("whisper_gateway_connected", "1 while Discord's gateway is connected.")
LAST_EVENT = Gauge(
    "whisper_gateway_last_event_timestamp_seconds", "When the gateway last sent an event."
)

# A connection is lost now and then, and is resumed with nothing missed.
AWAY_AFTER_SECONDS = 60.0


class Connection:
    """The state of the bot's connection to Discord.

    Args:
        clock: seconds that never jump back.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._was_there = False
        self._away_since: float | None = clock()
        self._why = ""

    def is_there(self) -> None:
        """Note that Discord has greeted the bot."""
        self._was_there, self._away_since, self._why = True, None, ""
        CONNECTED.set(1)

    def is_away(self, why: str = "") -> None:
        """Note that the connection is lost.

        Args:
            why: the kind of error; the last one is shown.
        """
        CONNECTED.set(0)
        self._why = why or self._why
        if self._away_since is None:
            self._away_since = self._clock()

    def health(self) -> Health:
        """Return whether people in Discord are answered; short pauses are common there."""
        if self._away_since is None:
            return Health(True, detail="connected")
        seconds = self._clock() - self._away_since
        state = "away" if self._was_there else "connecting"
        why = f" ({self._why})" if self._why else ""
        detail = f"{state} for {seconds:.0f} s{why}"
        return Health(
            seconds < AWAY_AFTER_SECONDS,
            degraded=True,
            detail=detail,
            figures={"away_seconds": round(seconds, 1)},
        )
