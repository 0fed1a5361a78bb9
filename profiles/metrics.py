"""The moods of a day in numbers, for Prometheus: how many, and of nobody in particular."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count
from django.utils import timezone
from prometheus_client import Gauge

from profiles.models import EmotionRecord
from profiles.states import Emotion
from whisper.metrics import counts

PERIOD = timedelta(days=1)
# Of fewer messages somebody could tell whose they are.
FEWEST = 10

MOODS = Gauge(
    "whisper_moods",
    "Messages of the last day by mood; 0 while there are too few to hide anybody among.",
    ["emotion"],
)


@counts
def _count_moods() -> None:
    lately = EmotionRecord.objects.filter(felt_at__gte=timezone.now() - PERIOD)
    found = dict(lately.values_list("emotion").annotate(Count("pk")).order_by())
    hides = sum(found.values()) >= FEWEST
    for emotion in Emotion:
        MOODS.labels(emotion.value).set(found.get(emotion.value, 0) if hides else 0)
