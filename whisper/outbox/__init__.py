"""Work that follows from a change: done at least once, in order of writing within a topic.

An entry is written in the transaction of the change. A worker claims up to `BATCH` due entries of a
topic at a time and renews the claim while their handler runs, so that other workers leave them
alone however long it takes; of a killed worker they are free again after `LEASE`. Topics are worked
off side by side: a service that is away holds up only its own. Work that can wait gives way while
more people wait for replies than are answered at once. Handlers must be idempotent.
"""

from __future__ import annotations

from whisper.outbox.actions import drop, enqueue, enqueue_all, entry, retry
from whisper.outbox.claims import BATCH, LEASE, LONGEST_RETRY, MOST_ATTEMPTS
from whisper.outbox.precedence import goes_first
from whisper.outbox.queries import pending
from whisper.outbox.topics import (
    AwayError,
    Handler,
    Payload,
    PermanentError,
    handlers,
    handles,
)
from whisper.outbox.worker import drain, run

__all__ = [
    "BATCH",
    "LEASE",
    "LONGEST_RETRY",
    "MOST_ATTEMPTS",
    "AwayError",
    "Handler",
    "Payload",
    "PermanentError",
    "drain",
    "drop",
    "enqueue",
    "enqueue_all",
    "entry",
    "goes_first",
    "handlers",
    "handles",
    "pending",
    "retry",
    "run",
]
