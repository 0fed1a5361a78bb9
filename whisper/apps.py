"""Configuration of the app."""

from __future__ import annotations

from django.apps import AppConfig


class WhisperConfig(AppConfig):
    """Name the app."""

    name = "whisper"

    def ready(self) -> None:
        """Register the system checks, and how files of stores are rewritten."""
        from whisper import checks, rewriting  # noqa: F401
