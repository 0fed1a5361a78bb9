"""Serve the memory of a person to another assistant on this machine."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from botrunner.api.callers import ApiError, Caller, caller_of
from whisper.database.checks import require_usable_database
from whisper.management.base import BaseCommand

VARIABLE = "WHISPER_TOKEN"


class Command(BaseCommand):
    """Serve the memory of a person to another assistant on this machine, by MCP.

    The assistant starts this command and speaks the Model Context Protocol over its standard input
    and output. The token comes from the variable WHISPER_TOKEN, or from the file that --token-file
    names; it has to act for a person (`manage.py tokens create --person ID`). It is looked at again
    for each call.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--token-file", type=Path, help="The file that holds the token.")

    def handle(self, *args: Any, **options: Any) -> None:
        require_usable_database()
        text = self._token(options["token_file"])
        try:
            asyncio.run(_serve(text))
        except ApiError as error:
            raise CommandError(error.message) from None

    def _token(self, file: Path | None) -> str:
        if file is None:
            text = os.environ.get(VARIABLE, "")
        else:
            try:
                text = file.read_text()
            except OSError as error:
                raise CommandError(f"{file} can't be read: {error.strerror}.") from error
        if not text.strip():
            raise CommandError(f"Set {VARIABLE}, or name a file with --token-file.")
        return text.strip()


async def _serve(text: str) -> None:
    from mcp.server.stdio import stdio_server

    from botrunner.mcp.server import server_for

    async def who() -> Caller:
        return await caller_of(f"Bearer {text}")

    # A token that does not hold ends it at once.
    await who()
    server = server_for(who)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())
