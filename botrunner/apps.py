"""Configuration of the app."""

from __future__ import annotations

from django.apps import AppConfig


class BotrunnerConfig(AppConfig):
    """Name the app."""

    name = "botrunner"
