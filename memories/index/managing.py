"""What `manage.py memory_index` does alike for every engine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from memories.models import Memory

EXIT_DIFFERENT = 1
EXIT_AWAY = 4
EXIT_INTERRUPTED = 130


def manage_in_process(command: BaseCommand, options: Mapping[str, Any]) -> None:
    """Report on an engine in process: it is loaded from the database and has no versions.

    Raises:
        CommandError: anything else is asked for.
    """
    if options["action"] != "status":
        raise CommandError(
            "MEMORY_INDEX is local: memories are searched in process, and there is no index to "
            "manage."
        )
    memories = Memory.objects.count()
    if options["json"]:
        command.stdout.write(json.dumps({"index": "local", "memories": memories}))
        return
    command.stdout.write(
        "MEMORY_INDEX is local: memories are searched in process, straight from the database, "
        f"which has {memories}. There is no index to create or fill."
    )


def tell(command: BaseCommand, name: str, totals: Mapping[str, int]) -> None:
    """Print what was done to a copy, as counts of each kind."""
    found = ", ".join(f"{count} {kind}" for kind, count in totals.items() if count)
    command.stdout.write(f"{name}: {found or 'no difference'}.")
