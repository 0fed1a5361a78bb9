"""Run the worker alone."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any

from django.core.management.base import CommandParser

from botrunner.components import probes_part
from botrunner.process import Component, run
from botrunner.web.server import address_argument
from whisper import live, outbox, periodic, tasks
from whisper.database.checks import require_usable_database
from whisper.management.base import BaseCommand
from whisper.processes import event_loop, heartbeats

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Do what waits in the outbox: embed, find facts, judge moods, sum up."""

    help = (
        "Does what waits in the outbox until it is stopped: embeds and indexes memories, finds "
        "facts, judges moods, sums up sessions. `runbot` does so itself; further workers share "
        "the work. SIGTERM finishes the batch in hand and exits 0."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--web", metavar="[HOST:]PORT", type=address_argument, help="serve /health and /metrics"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_usable_database()
        parts: dict[str, Component] = {
            "worker": _work,
            "periodic": periodic.run,
            "live": live.run,
            "tasks": tasks.run,
            "heartbeat": partial(heartbeats.run, duties=[heartbeats.WORKER]),
            "event loop": event_loop.watch,
        }
        if options["web"]:
            parts["web"] = probes_part(options["web"])
        raise SystemExit(asyncio.run(run(parts)))


async def _work(stop: asyncio.Event) -> None:
    # Otherwise nothing shows that it runs.
    logger.info("worker: started")
    await outbox.run(stop)
