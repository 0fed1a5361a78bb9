"""How long files that people asked for are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from whisper import retention
from whisper.environment import environment
from whisper.retention import Limit

EXPORTS_KEPT = timedelta(days=1)


def delete_old_exports(before: datetime) -> int:
    """Delete exports that were written to the data folder a day ago; whoever wanted one has it."""
    oldest = (timezone.now() - EXPORTS_KEPT).timestamp()
    files = environment.whisper_data_dir.glob("export-*.zip")
    old = [file for file in files if file.stat().st_mtime < oldest]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


retention.register(Limit("exports that were written to files", "", delete_old_exports))
