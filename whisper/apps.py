"""Configuration of the app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WhisperConfig(AppConfig):
    """Name the app."""

    name = "whisper"

    def ready(self) -> None:
        """Register checks, how files of stores are rewritten, and every app's jobs."""
        from whisper import doctor, files, tracing  # noqa: F401
        from whisper.accounts import signals  # noqa: F401
        from whisper.backups import automatic, health  # noqa: F401
        from whisper.database import checks  # noqa: F401
        from whisper.outbox import metrics  # noqa: F401
        from whisper.personal_data import handlers, registry, rewriting  # noqa: F401
        from whisper.processes import heartbeats  # noqa: F401
        from whisper.tasks import own  # noqa: F401
        from whisper.tasks.personal_data import HOLDER

        registry.register(HOLDER)
        autodiscover_modules("jobs", "tasks")
