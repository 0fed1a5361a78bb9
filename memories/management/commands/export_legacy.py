"""Write what is held in the older bot's form."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from memories.legacy import commands as memories
from profiles.legacy import commands as profiles
from whisper.database.checks import require_usable_database
from whisper.imports.importers import add_parts, run_part
from whisper.management.base import BaseCommand

PARTS = (profiles.EXPORT, memories.EXPORT)


class Command(BaseCommand):
    """Write what is held in the form that the older bot opens, so that going back is possible."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        add_parts(parser, PARTS)

    def handle(self, *args: Any, **options: Any) -> None:
        require_usable_database()
        run_part(PARTS, self.stdout, options)
