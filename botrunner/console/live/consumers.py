"""The socket of the page Live.

A page sends `hello` with the id of the last event that it shows, and gets `counts` of the last ten
minutes, the events that it missed, and from then on `events` as they come and `counts` once a
second. Who may not read what is private, or gave no reason, gets counts alone.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.sessions.backends.db import SessionStore

from botrunner.accounts import group_of_account
from botrunner.console.live.queries import may_read_events, may_watch, told
from whisper.accounts.queries import lacks_required_factor
from whisper.action_log import Actor, log_each
from whisper.console.reading import reason_in
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError
from whisper.live import Hub, hub
from whisper.queries import account_of_session

NOT_ALLOWED = 4403
TRY_AGAIN_LATER = 1013
# If more events than this come at once, only the latest are drawn, with how many were left out.
MOST_AT_ONCE = 200
PAUSE_SECONDS = 0.03
COUNT_SECONDS = 1.0
CHECK_SECONDS = 5.0
LOG_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who watches, and why they may read; without a reason they get counts."""

    account_pk: int
    reason: str


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """Shows an admin what happens."""

    _watcher: Watcher | None = None
    _group = ""
    _hub: Hub

    async def connect(self) -> None:
        """Let in who may watch."""
        self._tasks: list[asyncio.Task[None]] = []
        self._read: Counter[int | None] = Counter()
        try:
            self._watcher = await self._allowed()
        except DatabaseUnavailableError:
            await self.close(TRY_AGAIN_LATER)
            return
        # Accepted first: a browser does not tell a page why a socket was refused.
        await self.accept()
        if self._watcher is None:
            await self.close(NOT_ALLOWED)
            return
        self._group = group_of_account(self._watcher.account_pk)
        await self.channel_layer.group_add(self._group, self.channel_name)
        self._hub = await hub()

    async def disconnect(self, code: int) -> None:
        """Stop, and log what was read."""
        for task in self._tasks:
            task.cancel()
        if self._group:
            await self.channel_layer.group_discard(self._group, self.channel_name)
        with suppress(DatabaseUnavailableError):
            await self._log()

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        """Take the page's hello; whatever else it sends is ignored."""
        try:
            said = await self.decode_json(text_data or "")
        except (ValueError, RecursionError):
            return
        is_hello = isinstance(said, dict) and said.get("type") == "hello"
        if is_hello and self._watcher is not None and not self._tasks:
            await self._begin(str(said.get("after") or ""))

    async def account_check(self, message: dict[str, Any]) -> None:
        """Close if the session is over or lost its rights, which something said that takes them."""
        with suppress(DatabaseUnavailableError):
            await self._check()

    async def _begin(self, after: str) -> None:
        known = self._hub.position_of(after) if after else self._hub.position
        position = self._hub.position - MOST_AT_ONCE if known is None else known
        await self.send_json(
            {
                "type": "welcome",
                "reads": bool(self._watcher and self._watcher.reason),
                "gap": bool(after) and known is None,
                "seconds": [[second, counts] for second, counts in self._hub.counts()],
            }
        )
        work = [self._send_events(max(position, 0)), self._send_counts(), self._keep_checking()]
        self._tasks = [asyncio.create_task(one) for one in work]

    async def _send_events(self, position: int) -> None:
        while True:
            await self._hub.wait(position)
            read = self._hub.read(position, MOST_AT_ONCE)
            position = read.position
            if self._watcher is not None and self._watcher.reason:
                with suppress(DatabaseUnavailableError):
                    found = await in_database(told, read.events)
                    self._read.update(found.people)
                    message = {"type": "events", "events": found.events, "missed": read.missed}
                    await self.send_json(message)
            # What comes meanwhile is sent together.
            await asyncio.sleep(PAUSE_SECONDS)

    async def _send_counts(self) -> None:
        last = int(time.time())
        while True:
            await asyncio.sleep(COUNT_SECONDS)
            new = [[second, counts] for second, counts in self._hub.counts() if second >= last]
            # The last second may not be over: it is sent once more.
            last = int(time.time())
            await self.send_json({"type": "counts", "seconds": new, "now": time.time()})

    async def _keep_checking(self) -> None:
        passed = 0.0
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            passed += CHECK_SECONDS
            with suppress(DatabaseUnavailableError):
                await self._check()
                if passed >= LOG_SECONDS:
                    passed = 0.0
                    await self._log()

    async def _check(self) -> None:
        """Close the socket once its admin may not watch any more; ask again for a reason."""
        before, now = self._watcher, await self._allowed()
        if now is None:
            await self._log()
            self._watcher = None
            await self.close(NOT_ALLOWED)
        elif before is not None and before.reason and not now.reason:
            await self._log()
            self._watcher = now
            await self.send_json({"type": "reason"})
        else:
            self._watcher = now

    async def _allowed(self) -> Watcher | None:
        return await in_database(_watcher_of, self.scope["session"].session_key)

    async def _log(self) -> None:
        """Log of whom something was shown since the last time."""
        read, self._read = self._read, Counter()
        if read and self._watcher is not None:
            actor = Actor.admin(self._watcher.account_pk)
            reason = self._watcher.reason
            await in_database(partial(log_each, "read.live", read, actor=actor, reason=reason))


def _watcher_of(session_key: str | None) -> Watcher | None:
    """Return who watches with a session now; None if they may not."""
    account = account_of_session(session_key)
    if account is None or lacks_required_factor(account) or not may_watch(account):
        return None
    reason = reason_in(SessionStore(session_key), None) if may_read_events(account) else ""
    return Watcher(account.pk, reason)
