"""Chat at the terminal, or line by line through a pipe."""

from __future__ import annotations

import asyncio
import io
import sys
from typing import TextIO

from botrunner.terminal.pipe import chat_in_pipe
from botrunner.terminal.user import TerminalUser


async def chat(
    user: TerminalUser, stop: asyncio.Event, *, as_json: bool = False, console_url: str = ""
) -> None:
    """Talk until the end of input or until `stop` is set; a reply begun is finished.

    Args:
        user: who talks.
        stop: ends it.
        as_json: whether a pipe gets one JSON object for each reply.
        console_url: where the console is served, if it is.
    """
    _replace_what_it_lacks(sys.stdout)
    if sys.stdin.isatty() and sys.stdout.isatty() and not as_json:
        # Its libraries take a while to import: a pipe needs none of them.
        from botrunner.terminal.screen import chat_on_screen

        await chat_on_screen(user, stop, console_url)
    else:
        await chat_in_pipe(user, stop, as_json=as_json)


def _replace_what_it_lacks(output: TextIO) -> None:
    """Show a question mark for a character that the output's encoding lacks."""
    if isinstance(output, io.TextIOWrapper):
        output.reconfigure(errors="replace")


__all__ = ["TerminalUser", "chat"]
