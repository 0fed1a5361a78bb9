"""What a process can consist of."""

from __future__ import annotations

import asyncio
import logging
import socket

from django.core.management.base import CommandError

from botrunner.llm import start_notice
from botrunner.process import EXIT_BAD_SETTINGS, FINISH_SECONDS, Component
from botrunner.web import replies
from botrunner.web.server import WebError, listen, serve
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
    """Return the console's server; it has its address already."""
    listening = _listening(address)

    async def run(stop: asyncio.Event) -> None:
        taking_up = asyncio.create_task(replies.keep_taking_up(stop))
        try:
            await serve(listening, stop)
        finally:
            taking_up.cancel()
            await replies.finish(FINISH_SECONDS)

    return run


def probes_part(address: tuple[str, int]) -> Component:
    """Return a server of health and metrics alone; it has its address already."""
    listening = _listening(address)

    async def run(stop: asyncio.Event) -> None:
        await serve(listening, stop, probes.application)

    return run


def _listening(address: tuple[str, int]) -> socket.socket:
    """Take an address before anything else has begun: a chat shouldn't open only to end."""
    try:
        return listen(*address)
    except WebError as error:
        raise CommandError(str(error), returncode=EXIT_BAD_SETTINGS) from error
