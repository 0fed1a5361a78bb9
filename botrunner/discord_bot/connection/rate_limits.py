"""The library's rate limits, without what a broken proxy says of them."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp
import discord

# Of any limit of Discord's that a bot meets.
LONGEST_SECONDS = 3600.0


class PossibleRatelimit(discord.http.Ratelimit):
    """Takes no notice of headers that can't be; those of the library wait for ever on some."""

    __slots__ = ()

    def update(self, response: aiohttp.ClientResponse, *, use_clock: bool = False) -> None:
        """Take what a response says of its limit."""
        if _is_possible(response.headers):
            super().update(response, use_clock=use_clock)


def _is_possible(headers: Mapping[str, str]) -> bool:
    try:
        limit = int(headers.get("X-Ratelimit-Limit", "1"))
        remaining = int(headers["X-Ratelimit-Remaining"])
        seconds = float(headers["X-Ratelimit-Reset-After"])
    except (KeyError, ValueError):
        return False
    return limit >= 1 and remaining >= 0 and 0 <= seconds <= LONGEST_SECONDS
