"""Rewrite the files of all stores, so that nothing about erased people is left in them."""

from __future__ import annotations

from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import CommandError

from whisper.database.checks import require_usable_database
from whisper.environment import environment
from whisper.management.base import BaseCommand
from whisper.personal_data.purging import purge


class Command(BaseCommand):
    """Rewrite the files of all stores now."""

    help = (
        "Rewrites the files of all stores, so that no byte of what was deleted is left in them: "
        "SQLite's log, PostgreSQL's tables and log, Redis' append-only file and snapshot, segments "
        "of the search engine. The worker does this automatically ten minutes after an erasure. "
        "On PostgreSQL each table is locked while it is rewritten, however long that takes; the "
        "worker gives up after PURGE_LOCK_SECONDS. "
        "The exit code is 0 if every store was purged."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        require_usable_database()
        environment.purge_lock_seconds = 0
        done, failed = async_to_sync(purge)()
        for store, what in done.items():
            self.stdout.write(f"{store}: {what}")
        if failed:
            raise CommandError("; ".join(f"{store}: {why}" for store, why in failed.items()))
