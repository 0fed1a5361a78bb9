"""Configuration of the app."""

from __future__ import annotations

from django.apps import AppConfig


class ProfilesConfig(AppConfig):
    """Name the app."""

    name = "profiles"

    def ready(self) -> None:
        """Register the worker's handlers, the checks, and what is held of people."""
        from profiles import checks, diagnoses, handlers, lookups, metrics  # noqa: F401
        from profiles.personal_data import HOLDER
        from whisper.personal_data import registry

        registry.register(HOLDER)
