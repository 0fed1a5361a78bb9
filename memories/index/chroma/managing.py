"""`manage.py memory_index` for ChromaDB: it has one version, and `sync` makes it whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from memories.index.chroma.engine import held, sync
from memories.index.managing import tell
from memories.models import Memory
from whisper.amounts import amount
from whisper.progress import progress


def manage(command: BaseCommand, options: Mapping[str, Any]) -> None:
    """Do an action of the command.

    Raises:
        CommandError: ChromaDB does not know it.
    """
    action = options["action"]
    if action not in ("status", "sync"):
        raise CommandError("MEMORY_INDEX is chroma, which only supports status and sync.")
    if action == "sync":
        with progress("memories", command.stdout, total=Memory.objects.count()) as advance:
            tell(command, "chroma", sync(advance))
    counts, memories = held(), Memory.objects.count()
    if options.get("json"):
        found = {"index": "chroma", "memories": memories, "held": counts.total()}
        command.stdout.write(json.dumps(found))
        return
    command.stdout.write(
        f"ChromaDB holds {amount(counts.total(), 'memory', 'memories')} in "
        f"{amount(len(counts), 'collection')}; the database "
        f"has {memories}."
    )
