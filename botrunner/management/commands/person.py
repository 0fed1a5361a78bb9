"""Report, export or erase what is held about a person."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import CommandError, CommandParser

from botrunner.personal_data import export_path
from whisper.action_log import command
from whisper.ids import snowflake
from whisper.management.base import BaseCommand
from whisper.personal_data.actions import NoReasonError, erase_for, export_for, report_on

EXIT_LEFT = 3


class Command(BaseCommand):
    """Report, export or erase what is held about a person who can't do it themselves.

    `report` shows how much is held, by table, and nothing of what it says. `export` writes the zip
    that the person would get themselves, for nobody but this account to read. `erase` does what
    /forgetme does and prints a certificate: what was removed, and what is left. Both want --reason,
    which the action log keeps. Exit code 3: something is left.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["report", "export", "erase"], help="What to do.")
        parser.add_argument("id", help="The person's id.")
        parser.add_argument("--reason", default="", help="Why; the action log keeps it.")
        parser.add_argument("--to", type=Path, help="The file that `export` writes.")
        parser.add_argument("--yes", action="store_true", help="Erase without asking.")

    def handle(self, *, what: str, id: str, **options: Any) -> None:
        person_id = snowflake(id)
        if person_id is None:
            raise CommandError(f"{id!r} is not an id: ids are whole numbers without leading zeros.")
        try:
            if what == "report":
                self._report(person_id)
            elif what == "export":
                self._export(person_id, options["to"], options["reason"])
            else:
                self._erase(person_id, options["reason"], sure=options["yes"])
        except NoReasonError as error:
            raise CommandError(f"{error} Use --reason.") from error

    def _report(self, person_id: int) -> None:
        held = async_to_sync(report_on)(person_id)
        for name, count in held.items():
            self.stdout.write(f"{name}: {count:,}")
        if not held:
            self.stdout.write("Nothing is held about this person.")

    def _export(self, person_id: int, file: Path | None, reason: str) -> None:
        file = file or export_path(person_id)
        if file.exists():
            raise CommandError(f"{file} exists already. Remove it or choose another with --to.")
        archive = async_to_sync(export_for)(person_id, actor=command(), reason=reason)
        try:
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
                opened.write(archive)
        except OSError as error:
            raise CommandError(f"{file} can't be written: {error.strerror}.") from error
        self.stdout.write(f"{file} has everything. Delete it once it is handed over.")

    def _erase(self, person_id: int, reason: str, *, sure: bool) -> None:
        if not sure:
            self._report(person_id)
            if input(f"Type {person_id} to erase all of it: ").strip() != str(person_id):
                raise CommandError("Nothing was erased.")
        certificate = async_to_sync(erase_for)(person_id, actor=command(), reason=reason)
        for line in certificate.lines():
            self.stdout.write(line)
        self.stdout.write(
            "The files are rewritten within ten minutes; manage.py purge_erased does it at once."
        )
        if not certificate.is_complete:
            raise CommandError("Something is left; see above.", returncode=EXIT_LEFT)
