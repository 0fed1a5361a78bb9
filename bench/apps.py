"""Configuration of the app."""

from __future__ import annotations

from django.apps import AppConfig


class BenchConfig(AppConfig):
    """Name the app."""

    name = "bench"
