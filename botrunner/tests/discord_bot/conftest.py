"""What the tests of the real process share."""

from __future__ import annotations

import pytest_asyncio

from botrunner.tests.discord_bot.discord_process import loopback_discord, without_introductions


@pytest_asyncio.fixture
async def discord():
    """Return a running loopback Discord."""
    async with loopback_discord().DiscordServer(limited=False) as server:
        yield without_introductions(server)
