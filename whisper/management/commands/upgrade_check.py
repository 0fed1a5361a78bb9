"""Say what an update would do to the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError

from whisper import upgrading
from whisper.backups.errors import BackupError
from whisper.database.checks import require_usable_database
from whisper.management.base import BaseCommand
from whisper.version import VERSION

EXIT_STOP_FIRST = 3


class Command(BaseCommand):
    """Say what an update would do to the database, and whether the bot may run meanwhile."""

    help = (
        "Run it with the new version, before `migrate`. Says which migrations are to come, which "
        "of them change or remove what the last release uses, so that the bot has to be stopped, "
        "and which go through existing rows. Changes nothing. Exit codes: 0 migrate now, 1 make a "
        "backup first, 3 stop the bot and its workers first."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        require_usable_database(up_to_date=False)
        coming = upgrading.changes()
        if not coming:
            self.stdout.write(f"The database is up to date with Whisper {VERSION}.")
            return
        for change in coming:
            self.stdout.write(change.name)
            for breaking in change.breaking:
                self.stdout.write(f"    needs a stop: {breaking}")
            if change.fills:
                self.stdout.write("    goes through existing rows")
        if upgrading.has_tables():
            self._advise(coming)
        else:
            self.stdout.write("The database is new: run manage.py migrate.")

    def _advise(self, coming: list[upgrading.Change]) -> None:
        try:
            has_backup = upgrading.has_recent_backup()
        except BackupError as error:
            raise CommandError(str(error)) from error
        if not has_backup:
            raise CommandError("There is no backup of the last day: run manage.py backup first.")
        if any(change.breaking for change in coming):
            raise CommandError(
                "Stop the bot and its workers first; then run manage.py migrate, and start them.",
                returncode=EXIT_STOP_FIRST,
            )
        self.stdout.write("The bot may keep running: run manage.py migrate, then restart it.")
