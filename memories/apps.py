"""Configuration of the app."""

from __future__ import annotations

from django.apps import AppConfig


class MemoriesConfig(AppConfig):
    """Name the app."""

    name = "memories"
