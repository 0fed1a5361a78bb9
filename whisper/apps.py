"""Configuration of the app."""

from __future__ import annotations

from django.apps import AppConfig


class WhisperConfig(AppConfig):
    """Name the app."""

    name = "whisper"

    def ready(self) -> None:
        """Register the system checks."""
        from whisper import checks  # noqa: F401
