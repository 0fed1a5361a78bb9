"""Replace the database with a backup."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from whisper.amounts import amount
from whisper.backups import BackupError
from whisper.backups.restoring import Restored, restore, verify
from whisper.copying import CopyError
from whisper.copying.locations import configured_database, named
from whisper.management.base import BaseCommand
from whisper.progress import Advance, progress

EXIT_STOPPED = 130


class Command(BaseCommand):
    """Replace the database with a backup; stop the bot first.

    The backup is verified in a scratch file before anything is replaced, people who were erased
    since are erased from it, and the current database is backed up. The engine may differ from the
    backup's. If anything fails, the database is left unchanged.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "name",
            help="As `backups` lists it, or `latest`: the newest that was not made before a move.",
        )
        parser.add_argument(
            "--to", type=Path, metavar="DIR", help="Backup folder, instead of BACKUP_PATH."
        )
        parser.add_argument(
            "--into", metavar="URL", help="A database other than the configured one."
        )
        parser.add_argument("--verify", action="store_true", help="Only verify the backup.")
        parser.add_argument(
            "--in-use",
            action="store_true",
            help="Allow other connections to the database (PostgreSQL); what they write is lost.",
        )

    def handle(self, *, name: str, to: Path | None, into: str | None, **options: Any) -> None:
        try:
            if options["verify"]:
                whole = verify(name, folder=to, show=self._show)
                self.stdout.write(f"{whole.name} is complete: {amount(whole.rows, 'row')}.")
                return
            target = named(into) if into else configured_database()
            target.release()
            alone = not options["in_use"]
            self._tell(restore(name, target, folder=to, alone=alone, show=self._show))
        except (BackupError, CopyError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped; the database is unchanged.", returncode=EXIT_STOPPED
            ) from None

    def _tell(self, done: Restored) -> None:
        if done.secured is not None:
            self.stdout.write(f"The previous database was backed up as {done.secured.name}.")
        erased = {kind: count for kind, count in done.erased.items() if count}
        if erased:
            told = ", ".join(f"{count} {kind}" for kind, count in sorted(erased.items()))
            self.stdout.write(f"Erased again, because people were erased since: {told}.")
        self.stdout.write(
            f"{done.manifest.name} was restored: {amount(done.manifest.rows, 'row')}."
        )

    def _show(self, what: str, total: int) -> AbstractContextManager[Advance]:
        return progress(what, self.stdout, total=total)
