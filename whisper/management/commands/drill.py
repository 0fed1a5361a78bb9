"""Try whether the newest backup can be restored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from whisper.backups.drill import drill
from whisper.backups.errors import BackupError
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """Try whether the newest backup can be restored, far from the installation."""

    help = (
        "Copies the newest backup into a folder of its own, verifies and restores it into a new "
        "database there, talks with it, and removes the folder. Neither .env nor the shell's "
        "variables count there, so your database, Redis and index are out of reach; the bot can "
        "keep running. Prints how long each step took. Exit codes: 0 it can be restored, 1 not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--folder", type=Path, help="where there is room, about four times the backup's size"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for step in drill(options["folder"]):
                last = step.lines[-1] if step.lines else ""
                self.stdout.write(f"{step.name:<8} {step.seconds:>7.1f} s  {last}")
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("The newest backup can be restored.")
