"""Put a backup in the place of the record."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from whisper.backups import BackupError
from whisper.backups.restoring import Restored, restore, verify
from whisper.copying import CopyError
from whisper.copying.locations import configured_database, named
from whisper.progress import Advance, progress

EXIT_STOPPED = 130


class Command(BaseCommand):
    """Put a backup in the place of the record; stop the bot first.

    The backup is verified in a scratch file before anything is replaced, people who were erased
    since are erased from it, and what is replaced is backed up. The engine may be another one than
    the backup's. Whatever fails, the record is as it was.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which one, and where to."""
        parser.add_argument(
            "name",
            help="As `backups` lists it, or `latest`: the newest that was not made before a move.",
        )
        parser.add_argument(
            "--to", type=Path, metavar="DIR", help="Folder of backups, in place of BACKUP_PATH."
        )
        parser.add_argument(
            "--into", metavar="URL", help="Another database than the configured one."
        )
        parser.add_argument(
            "--verify", action="store_true", help="Only look whether the backup is whole."
        )
        parser.add_argument(
            "--in-use",
            action="store_true",
            help="The record may have other connections (PostgreSQL); what they write is lost.",
        )

    def handle(self, *, name: str, to: Path | None, into: str | None, **options: Any) -> None:
        """Verify or restore."""
        try:
            if options["verify"]:
                whole = verify(name, folder=to, show=self._show)
                self.stdout.write(f"{whole.name} is whole: {whole.rows} rows.")
                return
            target = named(into) if into else configured_database()
            target.release()
            alone = not options["in_use"]
            self._tell(restore(name, target, folder=to, alone=alone, show=self._show))
        except (BackupError, CopyError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped; the record is as it was.", returncode=EXIT_STOPPED
            ) from None

    def _tell(self, done: Restored) -> None:
        if done.secured is not None:
            self.stdout.write(f"What was there was backed up as {done.secured.name}.")
        erased = {kind: count for kind, count in done.erased.items() if count}
        if erased:
            told = ", ".join(f"{count} {kind}" for kind, count in sorted(erased.items()))
            self.stdout.write(f"Erased again of people who were erased since: {told}.")
        self.stdout.write(f"{done.manifest.name} was restored: {done.manifest.rows} rows.")

    def _show(self, what: str, total: int) -> AbstractContextManager[Advance]:
        return progress(what, self.stdout, total=total)
