"""List the backups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from whisper.amounts import amount
from whisper.backups import BackupError
from whisper.backups.folder import backup_folder, backups, unreadable
from whisper.backups.restoring import check_file
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """List the backups, newest first; exit code 1 if one is damaged."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to", type=Path, metavar="DIR", help="Backup folder, instead of BACKUP_PATH."
        )
        parser.add_argument("--verify", action="store_true", help="Verify all checksums too.")

    def handle(self, *, to: Path | None, verify: bool, **options: Any) -> None:
        try:
            folder = backup_folder(to)
        except BackupError as error:
            raise CommandError(str(error)) from error
        damaged = unreadable(folder)
        known = backups(folder)
        for each in known:
            self.stdout.write(
                f"{each.name}: {amount(each.rows, 'row')}, {each.size:,} bytes, {each.form} of "
                f"{each.versions.get('engine', '?')}, made {each.made_at}"
            )
            if verify:
                try:
                    check_file(each, folder)
                except BackupError as error:
                    damaged.append(str(error))
        if not known and not damaged:
            self.stdout.write(f"There is no backup in {folder}.")
        if damaged:
            raise CommandError("\n".join(damaged))
