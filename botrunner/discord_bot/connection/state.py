"""Which shards are connected to Discord, as health, metrics and the signs of life report it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from prometheus_client import Gauge

from botrunner.discord_bot.connection.share import Share
from whisper.health import Health

CONNECTED = Gauge("whisper_gateway_connected", "1 while a shard is connected.", ["shard"])
LATENCY = Gauge(
    "whisper_gateway_latency_seconds",
    "From a heartbeat to Discord's answer, by shard; 0 if that isn't known.",
    ["shard"],
)
LAST_EVENT = Gauge(
    "whisper_gateway_last_event_timestamp_seconds", "When the gateway last sent an event."
)

# A connection is lost now and then, and is resumed with nothing missed.
AWAY_AFTER_SECONDS = 60.0


@dataclass(slots=True)
class _State:
    """How a shard is; None since when if it is there."""

    away_since: float | None
    was_there: bool = False
    why: str = ""


class Connection:
    """The state of each shard's connection to Discord.

    Args:
        clock: seconds that never jump back.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.watch(Share(), dict)

    def watch(self, share: Share, milliseconds: Callable[[], Mapping[int, float]]) -> None:
        """Report on these shards from now on.

        Args:
            milliseconds: returns how far away Discord is, by shard.
        """
        self._share, self._milliseconds = share, milliseconds
        self._states = {one: _State(self._clock()) for one in share.ids}
        for one in share.ids:
            CONNECTED.labels(one).set(0)
            LATENCY.labels(one).set_function(partial(self._latency, one))

    def is_there(self, shard_id: int = 0) -> None:
        """Note that Discord has greeted a shard."""
        self._states[shard_id] = _State(None, was_there=True)
        CONNECTED.labels(shard_id).set(1)

    def is_away(self, shard_id: int = 0, why: str = "") -> None:
        """Note that a shard's connection is lost.

        Args:
            why: the kind of error; the last one is shown.
        """
        CONNECTED.labels(shard_id).set(0)
        state = self._states[shard_id]
        state.why = why or state.why
        if state.away_since is None:
            state.away_since = self._clock()

    def is_not_there(self, why: str) -> None:
        """Note why the shards that aren't there can't be connected."""
        for shard_id, state in self._states.items():
            if state.away_since is not None:
                self.is_away(shard_id, why)

    def health(self) -> Health:
        """Return whether people in Discord are answered; short pauses are common there."""
        away = {one: state for one, state in self._states.items() if state.away_since is not None}
        figures = {f"shard_{one}_milliseconds": ms for one, ms in self._measured()}
        if not away:
            return Health(True, detail=self._connected(), figures=figures)
        longest = max(self._seconds(state) for state in away.values())
        if self._share.count == 1:
            detail = self._told(away[0])
        else:
            told = (f"shard {one} is {self._told(state)}" for one, state in away.items())
            detail = "; ".join(told)
        return Health(
            longest < AWAY_AFTER_SECONDS,
            degraded=True,
            detail=detail,
            figures={**figures, "away_seconds": round(longest, 1)},
        )

    def by_shard(self) -> dict[str, Any]:
        """Return what other processes learn: how many shards there are, and how ours are."""
        measured = dict(self._measured())
        there = {one: state.away_since is None for one, state in self._states.items()}
        shards = {
            str(one): {"connected": is_there, "milliseconds": measured.get(one)}
            for one, is_there in there.items()
        }
        return {"count": self._share.count, "shards": shards}

    def _connected(self) -> str:
        if self._share.count == 1:
            away = "".join(f", {ms:.0f} ms away" for _, ms in self._measured())
            return f"connected{away}"
        return f"shards {self._share} of {self._share.count} connected"

    def _told(self, state: _State) -> str:
        why = f" ({state.why})" if state.why else ""
        return (
            f"{'away' if state.was_there else 'connecting'} for {self._seconds(state):.0f} s{why}"
        )

    def _seconds(self, state: _State) -> float:
        return 0.0 if state.away_since is None else self._clock() - state.away_since

    def _measured(self) -> Iterator[tuple[int, float]]:
        for one, milliseconds in self._milliseconds().items():
            yield one, round(milliseconds, 1)

    def _latency(self, shard_id: int) -> float:
        return self._milliseconds().get(shard_id, 0.0) / 1000
