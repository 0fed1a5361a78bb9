"""Run the worker alone."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from django.core.management.base import BaseCommand

from botrunner.process import run
from whisper import outbox, periodic
from whisper.database.checks import require_usable_database

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Do what waits in the outbox: embed, find facts, judge moods, sum up."""

    help = (
        "Does what waits in the outbox until it is stopped: embeds and indexes memories, finds "
        "facts, judges moods, sums up sessions. `runbot` does so itself; further workers share "
        "the work. SIGTERM finishes the batch in hand and exits 0."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        require_usable_database()
        raise SystemExit(asyncio.run(run({"worker": _work, "periodic": periodic.run})))


async def _work(stop: asyncio.Event) -> None:
    # Otherwise nothing shows that it runs.
    logger.info("worker: started")
    await outbox.run(stop)
