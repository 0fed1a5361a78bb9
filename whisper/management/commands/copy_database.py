"""Copy the database to another one."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.core.management.base import CommandError, CommandParser

from whisper.amounts import amount
from whisper.backups import backup_place
from whisper.backups.errors import BackupError
from whisper.copying import CopyError
from whisper.copying.base import PAGE_ROWS
from whisper.copying.copy import Copy, Outcome, compare, copy, rehearse
from whisper.copying.locations import Location, configured_database, named
from whisper.management.base import BaseCommand
from whisper.progress import Advance, progress

EXIT_STOPPED = 130


class Command(BaseCommand):
    """Copy the whole database to another one, between SQLite and PostgreSQL in both directions.

    The source is only read. The target's tables are created, its rows written, and counts and
    hashes of both sides compared at the end. Stop the bot first. Console sessions aren't copied:
    everyone logs in again. --resume continues a copy that was stopped or killed.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("from_url", metavar="FROM_URL", help="sqlite:///path or postgres://…")
        parser.add_argument(
            "to_url", metavar="TO_URL", help="The same for the target; a different database."
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Read everything, write nothing."
        )
        parser.add_argument(
            "--verify", action="store_true", help="Only compare both sides; write nothing."
        )
        parser.add_argument(
            "--resume", action="store_true", help="Continue an interrupted copy, or start one."
        )
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="Back up the target's contents, then replace them.",
        )
        parser.add_argument(
            "--batch-size", type=int, default=PAGE_ROWS, help="Rows per transaction."
        )
        parser.add_argument(
            "--in-use",
            action="store_true",
            help="Allow other connections to the target (PostgreSQL); what they write is lost.",
        )

    def handle(self, *, from_url: str, to_url: str, **options: Any) -> None:
        if options["batch_size"] < 1:
            raise CommandError("--batch-size must be at least 1.")
        try:
            configured_database().release()
            source, target = named(from_url), named(to_url)
            self._warn(source)

            def secure() -> None:
                made = backup_place(target, "before-copy")
                self.stdout.write(f"The target was backed up as {made.name}.")

            wish = Copy(
                source,
                target,
                self._show,
                secure,
                resume=options["resume"],
                overwrite=options["overwrite"],
                batch=options["batch_size"],
                alone=not options["in_use"],
            )
            if options["verify"]:
                self._tell(compare(wish))
            elif options["dry_run"]:
                self._rehearse(wish)
            else:
                self._tell(copy(wish))
        except (CopyError, BackupError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. The copy is complete up to its last transaction; continue with --resume.",
                returncode=EXIT_STOPPED,
            ) from None

    def _warn(self, source: Location) -> None:
        if source.exists and source.in_use():
            self.stderr.write(
                f"Warning: {source.shown} is in use by the bot, a worker, the console or someone "
                "else. What they write from now on is not copied: stop them first."
            )

    def _show(self, what: str, total: int) -> AbstractContextManager[Advance]:
        return progress(what, self.stdout, total=total)

    def _tell(self, outcome: Outcome) -> None:
        for name, digest in outcome.digests.items():
            self.stdout.write(f"{name}: {amount(digest.rows, 'row')}, sha256 {digest.sha256[:16]}")
        for line in outcome.notes.lines():
            self.stdout.write(line)
        rows = sum(digest.rows for digest in outcome.digests.values())
        if outcome.written:
            rate = outcome.written / max(outcome.seconds, 1e-3)
            self.stdout.write(f"{amount(outcome.written, 'row')} written, {rate:.0f}/s.")
        self.stdout.write(f"Both sides hold the same {amount(rows, 'row')}.")

    def _rehearse(self, wish: Copy) -> None:
        held, counts, notes = rehearse(wish)
        for name, rows in counts.items():
            self.stdout.write(f"{name}: {amount(rows, 'row')}")
        for line in notes.lines():
            self.stdout.write(line)
        self.stdout.write(
            f"{sum(counts.values())} rows would be written; the target holds {held.rows}. "
            "Nothing was changed."
        )
        if notes.refused:
            raise CommandError("The target can't store every value: correct those above.")
