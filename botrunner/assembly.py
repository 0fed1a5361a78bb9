"""What a process can consist of."""

from __future__ import annotations

import asyncio
import logging

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from botrunner.llm import start_notice
from botrunner.running import (
    EXIT_BAD_SETTINGS,
    EXIT_RECORD_UNUSABLE,
    FatalError,
    Part,
)
from botrunner.web.server import WebError, serve

logger = logging.getLogger(__name__)


def require_record() -> None:
    """Look whether the database can be used.

    Raises:
        FatalError: it can't be reached, or is of an earlier or later version.
    """
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        raise FatalError(f"The database can't be used: {reason}", EXIT_RECORD_UNUSABLE) from error
    finally:
        # The event loop's thread works on a connection of its own.
        connection.close()
    known = {app for app, _ in executor.loader.disk_migrations}
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    newer = sorted(".".join(name) for name in unknown if name[0] in known)
    if newer:
        text = f"The database is of a newer version of Whisper ({newer[0]}): install that version."
        raise FatalError(text, EXIT_RECORD_UNUSABLE)
    if missing:
        text = "The database is not up to date: run `python manage.py migrate`."
        raise FatalError(text, EXIT_RECORD_UNUSABLE)


def discord_part(token: str) -> Part:
    """Return the Discord bot."""
    # The library takes a third of a second to import; a chat at the terminal goes without.
    from botrunner.supervisor import Supervisor, prepare_library

    prepare_library()
    if notice := start_notice():
        logger.warning(notice)
    return Supervisor(token).run


def web_part(address: tuple[str, int]) -> Part:
    """Return the console's server."""

    async def run(stop: asyncio.Event) -> None:
        try:
            await serve(address, stop)
        except WebError as error:
            raise FatalError(str(error), EXIT_BAD_SETTINGS) from error

    return run
