"""Configuration of the app."""

from __future__ import annotations

from django.apps import AppConfig


class BotrunnerConfig(AppConfig):
    """Name the app, and have a language model analyse if one is set."""

    name = "botrunner"

    def ready(self) -> None:
        from botrunner import diagnoses  # noqa: F401
        from botrunner.conversation import handlers  # noqa: F401
        from botrunner.conversation.personal_data import HOLDER as WISHES
        from botrunner.follow_ups import jobs as follow_up_jobs  # noqa: F401
        from botrunner.follow_ups.personal_data import HOLDER as FOLLOW_UPS
        from botrunner.history import handlers as of_history  # noqa: F401
        from botrunner.llm.analysts import use_models
        from botrunner.personal_data import ACCOUNT_HOLDER, HOLDER
        from botrunner.reminders.personal_data import HOLDER as REMINDERS
        from botrunner.servers import jobs  # noqa: F401
        from botrunner.servers.personal_data import HOLDER as BLOCKS
        from botrunner.web import closing
        from whisper.personal_data import registry

        registry.register(HOLDER)
        registry.register(ACCOUNT_HOLDER)
        registry.register(REMINDERS)
        registry.register(FOLLOW_UPS)
        registry.register(BLOCKS)
        registry.register(WISHES)
        closing.connect()
        use_models()
