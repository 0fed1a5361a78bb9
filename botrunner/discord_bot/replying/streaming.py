"""Show a reply in Discord while it is written, by edits of its messages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import ClassVar

import discord

from botrunner.discord_bot.connection.network import NETWORK
from botrunner.discord_bot.replying.splitting import CLOSING_LENGTH, LIMIT, closed, split

logger = logging.getLogger(__name__)

# Ends a reply that is still being written. It also tells a later process that one isn't complete.
CURSOR = " ▌"
# In seconds, from the first word that the model writes; a reply that is written sooner is sent
# whole.
FIRST_AFTER = 0.6
# Between two edits of a message, in seconds; Discord takes five in five seconds.
EDIT_EVERY = 1.2
# Of all replies together, of Discord's 50 requests per second for all that a bot does.
EDITS_A_SECOND = 20


class Stream:
    """Shows what is written of one reply.

    Args:
        put: makes the reply's messages say these pieces.
        first: waits until the replies before it have left the channel.
    """

    _showing: ClassVar[set[Stream]] = set()

    def __init__(
        self,
        put: Callable[[Sequence[str]], Awaitable[None]],
        first: Callable[[], Awaitable[None]],
    ) -> None:
        self._put = put
        self._first = first
        self._text = ""
        self._task: asyncio.Task[None] | None = None
        # Held while a request is under way: that must not be cut.
        self._asking = asyncio.Lock()

    def add(self, piece: str) -> None:
        """Take a piece of the reply; the first one begins to show it."""
        self._text += piece
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Show nothing more; what is being sent to Discord is waited for."""
        if self._task is None:
            return
        async with self._asking:
            self._task.cancel()
        await asyncio.wait({self._task})

    async def _run(self) -> None:
        shown = ""
        try:
            await asyncio.gather(self._first(), asyncio.sleep(FIRST_AFTER))
            self._showing.add(self)
            while True:
                if self._text.strip() != shown:
                    shown = self._text.strip()
                    async with self._asking:
                        await self._put(unfinished(shown))
                await asyncio.sleep(max(EDIT_EVERY, len(self._showing) / EDITS_A_SECOND))
        except (discord.DiscordException, *NETWORK) as error:
            # The whole reply is sent with more patience.
            logger.info("discord: a reply isn't shown any further (%s)", type(error).__name__)
        finally:
            self._showing.discard(self)


def unfinished(text: str) -> list[str]:
    """Return the pieces of what is written of a reply; the last one ends with the cursor."""
    *whole, last = split(text, LIMIT - CLOSING_LENGTH - len(CURSOR)) or [""]
    return [*whole, f"{closed(last)}{CURSOR}"]


def is_unfinished(message: discord.Message) -> bool:
    """Return whether a message is the end of a reply that was still being written."""
    return message.content.endswith(CURSOR.strip())


def without_cursor(text: str) -> str:
    """Return what was written of a reply."""
    return text.removesuffix(CURSOR.strip()).rstrip() or "…"


async def remove(messages: Sequence[discord.Message]) -> None:
    """Delete messages of the companion; those that are gone already are passed over."""
    for one in messages:
        with suppress(discord.DiscordException, *NETWORK):
            await one.delete()
