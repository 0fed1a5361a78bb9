"""Configuration of the app."""

from __future__ import annotations

from django.apps import AppConfig


class WhisperConfig(AppConfig):
    """Name the app."""

    name = "whisper"

    def ready(self) -> None:
        """Register the system checks, how files of stores are rewritten, and a part of health."""
        from whisper.backups import automatic, health  # noqa: F401
        from whisper.database import checks  # noqa: F401
        from whisper.outbox import metrics  # noqa: F401
        from whisper.personal_data import handlers, rewriting  # noqa: F401
