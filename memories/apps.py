"""Configuration of the app."""

from __future__ import annotations

from django.apps import AppConfig


class MemoriesConfig(AppConfig):
    """Name the app."""

    name = "memories"

    def ready(self) -> None:
        """Register the worker's handlers, the checks, and what is held of people."""
        from memories import checks, handlers, summaries  # noqa: F401
        from memories.facts import handler  # noqa: F401
        from memories.index import chroma_files, health  # noqa: F401
        from memories.index.elasticsearch import backup, purge  # noqa: F401
        from memories.personal_data import HOLDER
        from whisper.personal_data import registry

        registry.register(HOLDER)
