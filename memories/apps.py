"""Configuration of the app."""

from __future__ import annotations

from django.apps import AppConfig


class MemoriesConfig(AppConfig):
    """Name the app."""

    name = "memories"

    def ready(self) -> None:
        """Register the worker's handlers, the checks, and what is held of people."""
        from memories import checks, diagnoses, handlers, jobs, metrics  # noqa: F401
        from memories.facts import handlers as of_facts  # noqa: F401
        from memories.index import health  # noqa: F401
        from memories.index.engines import engine_named, engine_names
        from memories.personal_data import HOLDER
        from memories.summaries import handlers as of_summaries  # noqa: F401
        from whisper.personal_data import registry

        registry.register(HOLDER)
        for name in engine_names():
            engine_named(name).ready()
