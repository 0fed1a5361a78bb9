"""Configuration of the app."""

from __future__ import annotations

from django.apps import AppConfig


class BotrunnerConfig(AppConfig):
    """Name the app, and have a language model analyse where one is set."""

    name = "botrunner"

    def ready(self) -> None:
        """Register what the app adds to others."""
        from botrunner.conversation import relationship  # noqa: F401  # registers its part of the worker
        from botrunner.llm import moods  # noqa: F401  # the same
        from botrunner.personal_data import ACCOUNT_HOLDER, HOLDER
        from whisper.environment import environment
        from whisper.personal_data import registry

        registry.register(HOLDER)
        registry.register(ACCOUNT_HOLDER)
        if environment.llm_facts_api_url or environment.llm_chat_api_url:
            from botrunner.llm.analysis import use_for_analysis

            use_for_analysis()
