"""Delete what is older than the settings allow."""

from __future__ import annotations

from datetime import datetime

from profiles.models import EmotionRecord
from whisper.retention import AT_ONCE


def delete_old_moods(before: datetime) -> int:
    """Delete some moods of long ago; the summary in the profile is of lately anyway."""
    rows = EmotionRecord.objects.filter(felt_at__lt=before).values_list("pk", flat=True)
    return EmotionRecord.objects.filter(pk__in=list(rows[:AT_ONCE])).delete()[0]
