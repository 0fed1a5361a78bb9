"""Configuration of the app."""

from __future__ import annotations

from django.apps import AppConfig


class ProfilesConfig(AppConfig):
    """Name the app."""

    name = "profiles"

    def ready(self) -> None:
        """Register the worker's handlers."""
        from profiles import handlers  # noqa: F401
