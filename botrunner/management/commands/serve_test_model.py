"""Serve the small test model."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import CommandError, CommandParser

from botrunner.llm.local import serve
from whisper.environment import environment
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """Serve a small real language model on this machine, to try the connection to one."""

    help = (
        "Serves a small real language model on this machine until it is stopped, to try the "
        "connection to one. Needs what `bin/setup dev` installs. Its answers make little sense."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8081)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            # The answer needs room after the longest prompt.
            server = serve(
                port=options["port"], context_tokens=environment.llm_context_tokens + 1024
            )
        except ImportError as error:
            raise CommandError(f"{error}. Run `bin/setup dev`, which installs it.") from error
        except RuntimeError as error:
            raise CommandError(f"it can't start: is port {options['port']} taken?") from error
        self.stdout.write(f"LLM_CHAT_API_URL={server.listening_address}/v1")
        self.stdout.flush()
        stop = threading.Event()
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: stop.set())
        stop.wait()
