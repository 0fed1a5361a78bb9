"""How much is held, for Prometheus."""

from __future__ import annotations

from prometheus_client import Gauge

from memories.models import Memory, Message
from whisper.database.counts import about_how_many
from whisper.metrics import counts

HELD = Gauge("whisper_held", "Rows that are held; of very many, about how many.", ["what"])


@counts
def _count_held() -> None:
    HELD.labels("memories").set(about_how_many(Memory))
    HELD.labels("messages").set(about_how_many(Message))
