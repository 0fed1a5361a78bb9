"""Back up the database."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from whisper.amounts import amount
from whisper.backups import BackupError, backup_place
from whisper.backups.automatic import due
from whisper.backups.folder import backup_folder
from whisper.backups.snapshots import take
from whisper.copying.locations import configured_database
from whisper.management.base import BaseCommand
from whisper.progress import Advance, progress

EXIT_STOPPED = 130


class Command(BaseCommand):
    """Back up the database; the bot can keep running.

    A backup is an SQLite file, pg_dump's custom format if it is installed, or lines of JSON,
    compressed, with checksums and counts. The oldest backups beyond BACKUP_RETENTION_COUNT are
    deleted. If ELASTICSEARCH_SNAPSHOT_PATH is set, the index takes a snapshot too; if that fails,
    it is reported and the backup still succeeds. A backup contains what people said: protect it
    like the database.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to", type=Path, metavar="DIR", help="Backup folder, instead of BACKUP_PATH."
        )
        parser.add_argument(
            "--portable",
            action="store_true",
            help="Write lines of JSON, which can be read without database programs.",
        )

        parser.add_argument(
            "--if-due",
            action="store_true",
            help="Only if the last one is older than AUTO_BACKUP_INTERVAL_HOURS.",
        )

    def handle(self, *, to: Path | None, portable: bool, if_due: bool, **options: Any) -> None:
        try:
            if if_due and not due():
                self.stdout.write("The last backup is recent enough.")
                return
            reason = "automatic" if if_due else "manual"
            snapshots = take()
            made = backup_place(
                configured_database(),
                reason,
                to=to,
                portable=portable,
                snapshots=snapshots,
                show=self._show,
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped; no backup was made.", returncode=EXIT_STOPPED) from None
        self.stdout.write(
            f"{backup_folder(to) / made.name}: {amount(made.rows, 'row')}, {made.size:,} bytes "
            f"({made.form}), sha256 {made.sha256[:16]}"
        )

        for store, name in snapshots.items():
            self.stdout.write(
                f"{store}: {f'snapshot {name}' if name else 'no snapshot, see above'}"
            )

    def _show(self, what: str, total: int) -> AbstractContextManager[Advance]:
        return progress(what, self.stdout, total=total)
