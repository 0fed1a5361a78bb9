"""Perform the whole move from the older bot, and back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from bench.migration.installation import DrillError, Step
from bench.migration.page import guide
from bench.migration.phases import Phase, Services, perform
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """Perform the whole move from the older bot, and back."""

    for_developers = True
    help = (
        "Perform the whole move from the older bot phase by phase, and each phase back, in a "
        "folder, databases and indices of its own, while somebody talks to the bot. A phase whose "
        "server is not set (REDIS_URL, DATABASE_URL, ELASTICSEARCH_URL) is left out. Prints what "
        "was done, how long it took, and what was checked; exit code 1 if anything was lost."
    )
    # The stores of the installation are not looked at.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from",
            type=Path,
            dest="older",
            help="the older bot's folder, with user_profiles.db and chromadb_data; without it, "
            "stores in its formats are made of invented people",
        )
        parser.add_argument("--messages", type=int, default=1000, help="that these talked about")
        parser.add_argument("--write", type=Path, metavar="FILE", help="write the guide there")

    def handle(self, *args: Any, **options: Any) -> None:
        services = Services(
            os.environ.get("DATABASE_URL"),
            os.environ.get("REDIS_URL"),
            os.environ.get("ELASTICSEARCH_URL"),
        )
        done: list[Phase] = []
        try:
            for phase in perform(services, options["older"], options["messages"]):
                self._show(phase)
                done.append(phase)
        except DrillError as error:
            raise CommandError(str(error)) from error
        if options["write"]:
            options["write"].write_text(guide(done, options["messages"]))

    def _show(self, phase: Phase) -> None:
        self.stdout.write(phase.name)
        for kind, steps in (("", phase.steps), ("check", phase.checks), ("back", phase.back)):
            for step in steps:
                self._show_step(kind, step)
        for line in phase.found:
            self.stdout.write(f"  {line}")

    def _show_step(self, kind: str, step: Step) -> None:
        last = step.lines[-1] if step.lines else ""
        self.stdout.write(f"  {kind:<5} {step.seconds:>6.1f} s  {step.typed}\n{'':<17}{last}")
