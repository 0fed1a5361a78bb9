"""Keep the bot connected to Discord, whatever the network does."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import yarl

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.connection.budget import counts, requests_of
from botrunner.discord_bot.connection.network import is_transient, outages
from botrunner.discord_bot.connection.rate_limits import PossibleRatelimit
from botrunner.discord_bot.connection.share import Share, configured
from botrunner.discord_bot.connection.state import LAST_EVENT, Connection
from botrunner.discord_bot.presence import Presence
from botrunner.process import (
    EXIT_DISCORD_UNREACHABLE,
    EXIT_TOKEN_REFUSED,
    FINISH_SECONDS,
    FatalError,
)
from whisper import health, outbox
from whisper.environment import environment
from whisper.processes import heartbeats

logger = logging.getLogger(__name__)

FIRST_PAUSE = 0.5
# People wait, and an attempt costs little while nothing answers; sessions have their own pauses.
LONGEST_PAUSE = 5.0
TOKEN_REFUSED = 4004
# Of one request; an upload may take longer than the rest.
REQUEST_TIMEOUT = aiohttp.ClientTimeout(total=120, sock_connect=10, sock_read=30)

REFUSED = "DISCORD_BOT_TOKEN: Discord rejects this token. Copy it again from the developer portal."
NO_CONTENT_INTENT = (
    "discord: the Message Content intent is off, so in servers I only understand messages that "
    "mention me. Turn it on in the developer portal (Bot, Privileged Gateway Intents)."
)


class Supervisor:
    """Connects a bot, again and again, until it is asked to stop."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._message_content = True
        self._bot: WhisperBot | None = None
        self._was_ready = asyncio.Event()
        self._last_error = "no answer"
        self._connection = Connection()

    async def run(self, stop: asyncio.Event) -> None:
        """Stay connected until `stop` is set, then finish the answers in hand and disconnect.

        Raises:
            FatalError: the token is refused, or Discord was never reached in the time for it.
        """
        if not self._token.isascii() or not self._token.isprintable() or " " in self._token:
            raise FatalError(REFUSED, EXIT_TOKEN_REFUSED)
        health.register("discord")(self._health)
        health.register("intake")(self._intake_health)
        heartbeats.report_shards(self._connection.by_shard)
        with outbox.goes_first(self._is_crowded):
            await self._run(stop)

    async def _run(self, stop: asyncio.Event) -> None:
        connecting = asyncio.ensure_future(self._stay_connected())
        stopped = asyncio.ensure_future(stop.wait())
        ready = asyncio.ensure_future(self._was_ready.wait())
        try:
            done, _ = await asyncio.wait(
                {connecting, stopped, ready},
                timeout=environment.discord_connect_timeout,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if not done:
                raise FatalError(
                    f"Discord can't be reached ({self._last_error}).", EXIT_DISCORD_UNREACHABLE
                )
            await asyncio.wait({connecting, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if connecting.done():
                await connecting
        finally:
            for task in (stopped, ready):
                task.cancel()
            if self._bot is not None and not self._bot.is_closed():
                await self._bot.finish(seconds=FINISH_SECONDS)
            connecting.cancel()
            await asyncio.wait({connecting})

    async def _health(self) -> health.Health:
        return self._connection.health()

    async def _intake_health(self) -> health.Health:
        return self._bot.intake.health() if self._bot else health.Health(True, detail="idle")

    def _is_crowded(self) -> bool:
        return self._bot is not None and self._bot.turns.is_crowded()

    async def _stay_connected(self) -> None:
        pause = FIRST_PAUSE
        while True:
            began = time.monotonic()
            try:
                bot = await self._logged_in()
                await bot.connect()
                return
            except discord.PrivilegedIntentsRequired:
                logger.warning(NO_CONTENT_INTENT)
                self._message_content = False
                await self._discard()
                continue
            except Exception as error:
                self._explain(error)
            if time.monotonic() - began > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            # Many bots that lost Discord together should not come back together.
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _logged_in(self) -> WhisperBot:
        """Return the bot, a new one if there is none or the last one was closed."""
        if self._bot is not None and not self._bot.is_closed():
            return self._bot
        bot = _Watched(
            self._was_ready,
            self._connection,
            message_content=self._message_content,
            share=configured(),
        )
        try:
            await bot.login(self._token)
        except BaseException:
            await bot.close()
            raise
        self._bot = bot
        return bot

    async def _discard(self) -> None:
        if self._bot is not None and not self._bot.is_closed():
            await self._bot.close()
        self._bot = None

    def _explain(self, error: Exception) -> None:
        """Log why the connection ended; raise where another attempt would end as this one."""
        refused = isinstance(error, discord.LoginFailure)
        if isinstance(error, discord.ConnectionClosed):
            refused = error.code == TOKEN_REFUSED
        if refused:
            raise FatalError(REFUSED, EXIT_TOKEN_REFUSED) from error
        self._last_error = type(error).__name__
        expected = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
        self._connection.is_not_there(self._last_error)
        if not isinstance(error, expected):
            logger.error("discord: the connection ended with an error", exc_info=error)
            return
        logger.warning("discord: no connection (%s), will retry", self._last_error)


class _Watched(WhisperBot):
    """Tells when its first shard was ready, and which shards are there since."""

    def __init__(
        self,
        was_ready: asyncio.Event,
        connection: Connection,
        *,
        message_content: bool,
        share: Share | None,
    ) -> None:
        super().__init__(message_content=message_content, share=share)
        self._pace = requests_of(self.share)
        bound_requests(self.http, lambda: self._pace.turn(), returned=self._note_return)
        self._asks_for_share = share is None
        self._was_ready = was_ready
        self._watching = connection
        self._presence = Presence(self)
        self._showing: asyncio.Task[None] | None = None

    async def setup_hook(self) -> None:
        """Ask Discord how many shards it wants where the settings don't say, and load the cogs."""
        if self._asks_for_share:
            count, _, _ = await self.http.get_bot_gateway()
            self.take_share(Share(count, tuple(range(count))))
            self._pace = requests_of(self.share)
        self._watching.watch(self.share, lambda: self.milliseconds)
        await super().setup_hook()
        self._showing = asyncio.create_task(self._presence.keep())

    async def close(self) -> None:
        """Disconnect, and show nothing more."""
        if self._showing is not None:
            self._showing.cancel()
        await super().close()

    def _note_return(self) -> None:
        if outages.are_over():
            self.dispatch("return")

    async def on_shard_ready(self, shard_id: int) -> None:
        if not self._was_ready.is_set():
            logger.info("discord: ready as %s", self.me)
        if self.share.count > 1:
            logger.info("discord: shard %s of %s is ready", shard_id, self.share.count)
        self._was_ready.set()
        self._watching.is_there(shard_id)
        self._presence.begin(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        self._watching.is_there(shard_id)

    async def on_socket_event_type(self, event_type: str) -> None:
        LAST_EVENT.set_to_current_time()

    async def on_shard_disconnect(self, shard_id: int) -> None:
        self._watching.is_away(shard_id)


def bound_requests(
    http: discord.http.HTTPClient,
    in_turn: Callable[[], Awaitable[None]],
    *,
    returned: Callable[[], None],
) -> None:
    """Let each request begin in turn and end in time.

    What the library waits between them is its own affair.

    Args:
        in_turn: waits for the turn.
        returned: is called when Discord answers again what it failed to answer before.
    """
    request, failing = http.request, set[str]()

    async def bounded(route: discord.http.Route, **options: Any) -> Any:
        options.setdefault("timeout", REQUEST_TIMEOUT)
        if counts(route):
            await in_turn()
        try:
            answer = await request(route, **options)
        except (LookupError, ValueError) as error:
            # A rate limit without its time, or a body that isn't JSON: the next may be in order.
            failing.add(route.key)
            raise aiohttp.ClientPayloadError("Discord's answer can't be read") from error
        except Exception as error:
            if is_transient(error):
                failing.add(route.key)
            raise
        if route.key in failing:
            failing.discard(route.key)
            returned()
        return answer

    http.request = bounded  # type: ignore[method-assign]


class _CappedBackoff(discord.backoff.ExponentialBackoff[Any]):
    """The library's pauses between attempts to connect, which grow to 17 minutes, up to ours."""

    def delay(self) -> Any:
        # Many bots that lost Discord together should not come back together.
        return min(super().delay(), LONGEST_PAUSE * random.uniform(0.5, 1.0))


class _Heartbeat(discord.gateway.KeepAliveHandler):
    """Measures how far away Discord is from before a heartbeat is sent.

    The library's takes the time after it, in another thread, and an answer that is quicker counts
    from the heartbeat before: the log then says that the connection is 41 seconds behind.
    """

    def get_payload(self) -> Any:
        self._last_send = time.perf_counter()
        return super().get_payload()


class _Brief(logging.Filter):
    """Shortens the library's log of each reconnect to one line."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and str(record.msg).startswith("Attempting a reconnect"):
            kind = record.exc_info[0]
            record.msg = f"{record.msg} (%s)"
            record.args = (*_arguments(record), kind.__name__ if kind else "error")
            record.exc_info = None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


def _arguments(record: logging.LogRecord) -> tuple[object, ...]:
    return record.args if isinstance(record.args, tuple) else ()


def prepare_library() -> None:
    """Set up discord.py for this process: its addresses, its log, and no word about voice."""
    if environment.discord_api_url:
        discord.http.Route.BASE = environment.discord_api_url
    if environment.discord_gateway_url:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(environment.discord_gateway_url)
    # No public option bounds how long `connect` sleeps between its attempts.
    discord.client.ExponentialBackoff = _CappedBackoff  # type: ignore[attr-defined]
    discord.shard.ExponentialBackoff = _CappedBackoff  # type: ignore[attr-defined]
    discord.gateway.KeepAliveHandler = _Heartbeat  # type: ignore[misc]
    discord.http.Ratelimit = PossibleRatelimit  # type: ignore[misc]
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    if environment.log_level == "INFO":
        logging.getLogger("discord").setLevel(logging.WARNING)
    for name in ("discord.client", "discord.shard"):
        logging.getLogger(name).addFilter(_Brief())
