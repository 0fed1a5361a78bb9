"""The channel layer in Redis, which works within this process while Redis is away."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any

from channels_redis.pubsub import (
    RedisPubSubChannelLayer,
    RedisPubSubLoopLayer,
    RedisSingleShardConnection,
)
from channels_redis.utils import _wrap_close, decode_hosts

from whisper.circuit_breaker import AwayError
from whisper.redis.breaker import FAULTS, process_breaker
from whisper.redis.keys import TIMEOUT_SECONDS

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.1


class _Connection(RedisSingleShardConnection):  # type: ignore[misc]
    """Publish and subscribe; what Redis does not take is delivered in this process alone."""

    def __init__(self, host: dict[str, Any], channel_layer: RedisPubSubLoopLayer) -> None:
        super().__init__(host, channel_layer)
        self._breaker = process_breaker(host["address"])
        # Changes to make in Redis once it is back.
        self._wanted: set[str] = set()

    async def publish(self, channel: str, message: bytes) -> None:
        if not await self._try(super().publish, channel, message):
            self._receive_message({"channel": channel, "data": message})

    async def subscribe(self, channel: str) -> None:
        self._wanted.add(channel)
        await self._try(super().subscribe, channel)
        self._ensure_redis()
        self._ensure_receiver()

    async def unsubscribe(self, channel: str) -> None:
        self._wanted.discard(channel)
        await self._try(super().unsubscribe, channel)

    async def _try(self, work: Any, *args: Any) -> bool:
        """Return whether Redis did it."""
        try:
            await self._breaker.acall(partial(work, *args), seconds=TIMEOUT_SECONDS)
        except AwayError:
            return False
        return True

    async def _do_receiving(self) -> None:
        """Receive what others publish, and subscribe to what Redis does not know of yet."""
        while True:
            try:
                for channel in self._wanted - self._subscribed_to:
                    await self.subscribe(channel)
                if not self._pubsub.subscribed or self._breaker.is_open:
                    await asyncio.sleep(POLL_SECONDS)
                    continue
                message = await self._pubsub.get_message(
                    ignore_subscribe_messages=True, timeout=POLL_SECONDS
                )
            except FAULTS as error:
                self._breaker.failed(error)
            else:
                self._receive_message(message)


class _LoopLayer(RedisPubSubLoopLayer):  # type: ignore[misc]
    def __init__(self, hosts: list[Any], **kwargs: Any) -> None:
        super().__init__(hosts, **kwargs)
        self._shards = [_Connection(host, self) for host in decode_hosts(hosts)]

    async def receive(self, channel: str) -> dict[str, Any]:
        """Return the next message of a channel; anything else is dropped."""
        while True:
            try:
                message = await super().receive(channel)
            except (ValueError, RecursionError):
                message = None
            if isinstance(message, dict) and isinstance(message.get("type"), str):
                return message
            logger.warning("channel layer: dropped an unreadable message")


class RedisOrLocalChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    """A channel layer whose sockets keep open and whose groups work in process without Redis."""

    def _get_layer(self) -> RedisPubSubLoopLayer:
        loop = asyncio.get_running_loop()
        if loop not in self._layers:
            self._layers[loop] = _LoopLayer(*self._args, **self._kwargs, channel_layer=self)
            _wrap_close(self, loop)
        return self._layers[loop]
