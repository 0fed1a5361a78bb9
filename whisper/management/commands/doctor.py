"""Look at the installation, and say what to do."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from whisper.doctor import Verdict, findings
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """Look at settings, stores, model and Discord, and say what to do, one line each."""

    help = (
        "Looks at the settings, the data folder, every store, the embedding model, the language "
        "model and Discord, and says what to do about each, in one line. Nothing is changed, and "
        "no other process is needed. Exit codes: 0 nothing has to be mended, 1 something has, or "
        "with --strict could be better."
    )
    # They would end the command before it says what to do.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--strict", action="store_true", help="exit 1 also for advice")

    def handle(self, *args: Any, **options: Any) -> None:
        serious = {Verdict.BAD, Verdict.POOR} if options["strict"] else {Verdict.BAD}
        fails = False
        for name, found in findings():
            advice = f": {found.advice}" if found.advice else ""
            self.stdout.write(f"{found.verdict:<7} {name:<14} {found.text}{advice}")
            fails |= found.verdict in serious
        if fails:
            raise SystemExit(1)
