"""Take in what the older bot left."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from memories.legacy import commands as memories
from memories.legacy.audit.importing import with_audit
from profiles.legacy import commands as profiles
from whisper.database.checks import require_usable_database
from whisper.imports.importers import add_parts, run_part
from whisper.management.base import BaseCommand

PARTS = (with_audit(profiles.IMPORT), memories.IMPORT, memories.ROLLBACK)


class Command(BaseCommand):
    """Take in what the older bot left; its files are only read and stay as they were.

    One bad row never stops the rest: the report says what was repaired or skipped, and why. Run
    twice, it adds nothing.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        add_parts(parser, PARTS)

    def handle(self, *args: Any, **options: Any) -> None:
        require_usable_database()
        run_part(PARTS, self.stdout, options)
