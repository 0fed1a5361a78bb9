"""Fetch a file that somebody attached, from Discord's own servers and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from whisper.environment import environment

if TYPE_CHECKING:
    import aiohttp

HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
# For one file, from the first byte asked to the last.
SECONDS = 10.0
BLOCK = 1 << 16


class FetchError(Exception):
    """A file can't be read: where it is, how large it is, or what went wrong."""


async def fetched(url: str, *, most_bytes: int) -> bytes:
    """Return a file, as it was attached.

    Redirects are not followed, and no more is read than the limit, whatever was announced.

    Raises:
        FetchError: it isn't Discord's, it is too large, or it could not be fetched.
    """
    # The library takes a fifth of a second to import.
    import aiohttp

    if not _is_discords(url):
        raise FetchError("not one of Discord's addresses")
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            if response.status != 200:
                raise FetchError(f"status {response.status}")
            return await _body(response.content, most_bytes)
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        raise FetchError(type(error).__name__) from error


async def _body(content: aiohttp.StreamReader, most_bytes: int) -> bytes:
    found = bytearray()
    async for block in content.iter_chunked(BLOCK):
        found += block
        if len(found) > most_bytes:
            raise FetchError("too large")
    return bytes(found)


def _is_discords(url: str) -> bool:
    """Return whether an address is one of Discord's, or of the server that stands for it in tests.

    Only HTTPS at the usual port, and no user name that could hide another host.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if environment.discord_api_url:
        return parts.netloc == urlsplit(environment.discord_api_url).netloc
    official = parts.hostname in HOSTS and parts.username is None
    return official and parts.scheme == "https" and port in (None, 443)
