"""What a process can consist of."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from botrunner.llm import start_notice
from botrunner.process import EXIT_BAD_SETTINGS, FINISH_SECONDS, Component, FatalError
from botrunner.web import replies
from botrunner.web.server import WebError, serve
from whisper.http import probes

logger = logging.getLogger(__name__)


def discord_part(token: str) -> Component:
    """Return the Discord bot."""
    # The library takes a third of a second to import; a chat at the terminal goes without.
    from botrunner.discord_bot.supervisor import Supervisor, prepare_library

    prepare_library()
    if notice := start_notice():
        logger.warning(notice)
    return Supervisor(token).run


def web_part(address: tuple[str, int]) -> Component:
    """Return the console's server."""

    async def run(stop: asyncio.Event) -> None:
        taking_up = asyncio.create_task(replies.keep_taking_up(stop))
        try:
            with _fatal_if_taken():
                await serve(address, stop)
        finally:
            taking_up.cancel()
            await replies.finish(FINISH_SECONDS)

    return run


def probes_part(address: tuple[str, int]) -> Component:
    """Return a server of health and metrics alone."""

    async def run(stop: asyncio.Event) -> None:
        with _fatal_if_taken():
            await serve(address, stop, probes.application)

    return run


@contextmanager
def _fatal_if_taken() -> Iterator[None]:
    try:
        yield
    except WebError as error:
        raise FatalError(str(error), EXIT_BAD_SETTINGS) from error
