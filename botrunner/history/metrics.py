"""Numbers of the conversation cache for Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

READS = Counter(
    "whisper_history_reads", "Reads of a channel's recent messages.", ["backend", "result"]
)
SECONDS = Histogram(
    "whisper_history_seconds",
    "Time of one call of the conversation cache, including waiting for an unavailable Redis.",
    ["operation", "backend"],
    buckets=(0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1),
)
UNREADABLE = Counter(
    "whisper_history_unreadable", "Channels dropped because what Redis held was unreadable."
)
