"""The worker: claims due entries topic by topic and has them done, all topics side by side."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from weakref import WeakKeyDictionary

from whisper import tracing
from whisper.circuit_breaker import AwayError
from whisper.database.access import in_database
from whisper.database.errors import DatabaseBusyError, DatabaseUnavailableError
from whisper.models import OutboxEntry
from whisper.outbox import claims, metrics
from whisper.outbox.claims import BATCH, LEASE, Batch, Watch
from whisper.outbox.precedence import gives_way
from whisper.outbox.queries import backlogs, due_topics, unknown_topics
from whisper.outbox.topics import AGAIN_AT_START, HANDLERS, UnknownTopicError
from whisper.processes import lives

logger = logging.getLogger(__name__)

RENEW_SECONDS = LEASE.total_seconds() / 4
# How long a topic waits if its service is unavailable.
PAUSE_SECONDS = 1.0
TELL_SECONDS = 60.0
# A batch of what a language model is asked may take minutes; what it did not finish is done again.
FINISH_SECONDS = 10.0

_paused_until: dict[str, float] = {}
# How many entries a topic takes at a time: fewer where its service is slow.
_most: dict[str, int] = {}
# Claims that could not be closed as the database was away. Others would wait for their lease.
_unclosed: set[str] = set()
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Lock]] = WeakKeyDictionary()


async def drain() -> int:
    """Do what is due now and return how many entries were taken, failed ones included.

    Within an event loop, what was due before a call is done after it, also if another call took it.
    """
    await _give_back()
    turns = _turns.setdefault(asyncio.get_running_loop(), {})
    in_hand = {topic for topic, turn in turns.items() if turn.locked()}
    due = await in_database(_due, _awake(HANDLERS), look_for_unknown=True)
    topics = sorted(in_hand.union(due))
    found = await asyncio.gather(*map(_do_some, topics), return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return sum(one for one in found if isinstance(one, int))


async def run(
    stop: asyncio.Event, *, idle_seconds: float = 0.5, finish_seconds: float = FINISH_SECONDS
) -> None:
    """Work until `stop` is set; the batches in hand are finished first, if that is soon.

    Args:
        idle_seconds: between two looks for work. What falls due in between is done together, which
            takes little more than one entry by itself.
        finish_seconds: how long the batches in hand may take once `stop` is set.
    """
    running: dict[str, asyncio.Task[None]] = {}
    stopped = asyncio.create_task(stop.wait())
    upkeep, database = _Upkeep(), _Database()
    try:
        while not stop.is_set():
            async with database.reported():
                await _give_back()
                await upkeep.do()
                topics = _in_turn(topic for topic in HANDLERS if topic not in running)
                for topic in await in_database(_due, topics, look_for_unknown=upkeep.is_fresh):
                    running[topic] = asyncio.create_task(_work_off(topic, stop, database))
            await asyncio.wait({stopped}, timeout=idle_seconds)
            running = {topic: task for topic, task in running.items() if not task.done()}
        if running:
            await asyncio.wait(running.values(), timeout=finish_seconds)
    finally:
        for task in (stopped, *running.values()):
            task.cancel()
        # They note that what they did not finish is free for others.
        await asyncio.wait({stopped, *running.values()})


class _Database:
    """Tells that the database fails, once a minute."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}

    @asynccontextmanager
    async def reported(self) -> AsyncIterator[None]:
        """Log what fails; nothing is raised."""
        try:
            yield
        except DatabaseBusyError:
            self._tell("outbox: the database is overloaded; work waits for its turn")
        except DatabaseUnavailableError as error:
            self._tell(f"outbox: the database can't be reached ({error}); work waits")
        except Exception:
            logger.exception("outbox: the worker failed and continues")

    def _tell(self, fault: str) -> None:
        now = time.monotonic()
        if now - self._told.get(fault, -TELL_SECONDS) >= TELL_SECONDS:
            self._told[fault] = now
            logger.warning(fault)


class _Upkeep:
    """What a running worker does now and then: it frees what killed workers had in hand."""

    def __init__(self) -> None:
        self._watch = Watch()
        self._started = False
        self._next = 0.0
        self.is_fresh = False

    async def do(self) -> None:
        """Do it if it is time."""
        now = time.monotonic()
        self.is_fresh = now >= self._next
        if not self.is_fresh:
            return
        await in_database(self._do, now)
        self._started, self._next = True, now + RENEW_SECONDS

    def _do(self, now: float) -> None:
        if not self._started:
            claims.take_over(AGAIN_AT_START)
        with lives.ended() as marks:
            freed = claims.free_of_ended(marks)
        if freed := freed + claims.free_abandoned(self._watch, now):
            logger.warning("outbox: took over %d batches that nobody worked on any more", freed)
        if mended := claims.mend_times():
            logger.warning("outbox: %d entries were dated ahead; they are done in time", mended)
        metrics.show(backlogs())


def _awake(topics: Iterable[str]) -> list[str]:
    """Return the topics whose service is not known to be away just now."""
    now = time.monotonic()
    return [topic for topic in topics if _paused_until.get(topic, 0) <= now]


def _in_turn(topics: Iterable[str]) -> list[str]:
    """Return those of the same whose work has to wait for nobody."""
    return [topic for topic in _awake(topics) if not gives_way(topic)]


def _due(topics: Sequence[str], *, look_for_unknown: bool) -> list[str]:
    unknown = due_topics(unknown_topics(HANDLERS)) if look_for_unknown else []
    return due_topics(topics) + unknown


async def _work_off(topic: str, stop: asyncio.Event, database: _Database) -> None:
    """Do a topic's entries until they no longer fill a batch, others go first, or `stop` is set."""
    async with database.reported():
        while not stop.is_set() and _in_turn([topic]):
            most = _most.get(topic, BATCH)
            if await _do_some(topic) < most:
                return


async def _do_some(topic: str) -> int:
    """Do one batch of a topic and return how many entries it had."""
    turns = _turns.setdefault(asyncio.get_running_loop(), {})
    async with turns.setdefault(topic, asyncio.Lock()):
        batch = await _claimed(topic)
        if batch is None:
            return 0
        try:
            with (
                tracing.span("outbox", topic=topic, entries=len(batch.entries)),
                metrics.SECONDS.labels(topic).time(),
            ):
                async with _renewed(batch):
                    await _do(batch, batch.entries)
        finally:
            # Also of a worker that is told to stop at once: others need not wait for the lease.
            await asyncio.shield(_close(batch))
        return len(batch.entries)


async def _claimed(topic: str) -> Batch | None:
    token = lives.new_token()
    try:
        most = _most.get(topic, BATCH)
        return await in_database(claims.claim, topic, most=most, token=token)
    except DatabaseUnavailableError:
        # It may be claimed all the same.
        _unclosed.add(token)
        raise


async def _close(batch: Batch) -> None:
    try:
        await _note(claims.close, batch)
    except DatabaseUnavailableError:
        _unclosed.add(batch.token)
        raise


async def _give_back() -> None:
    """Free what could not be closed."""
    if tokens := list(_unclosed):
        await in_database(claims.give_back, tokens)
        _unclosed.difference_update(tokens)


@asynccontextmanager
async def _renewed(batch: Batch) -> AsyncIterator[None]:
    """Keep a claim while its batch is in hand."""
    renewing = asyncio.create_task(_renew(batch))
    try:
        yield
    finally:
        renewing.cancel()


async def _renew(batch: Batch) -> None:
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        with suppress(DatabaseUnavailableError):
            if not await in_database(claims.renew, batch.token):
                logger.warning("outbox: another worker took over a batch of %s", batch.topic)
                return


async def _do(batch: Batch, entries: Sequence[OutboxEntry]) -> None:
    """Have entries done together; if that fails, one by one, so that a bad one delays no other.

    If their service is away, all that are left wait.
    """
    error = await _error_of(batch.topic, entries)
    if error is None:
        _paused_until.pop(batch.topic, None)
        _most[batch.topic] = min(BATCH, 2 * _most.get(batch.topic, BATCH))
        metrics.OUTCOMES.labels(batch.topic, "done").inc(len(entries))
        await _note(claims.finish, batch, entries)
    elif isinstance(error, AwayError | DatabaseUnavailableError):
        await _pause(batch, entries, error)
    elif len(entries) == 1:
        metrics.OUTCOMES.labels(batch.topic, "failed").inc()
        await _note(claims.put_back, batch, entries[0], error)
    else:
        for number, entry in enumerate(entries):
            if not _awake([batch.topic]):
                await _note(claims.let_wait, batch, entries[number:], "its service is away")
                return
            await _do(batch, [entry])


async def _error_of(topic: str, entries: Sequence[OutboxEntry]) -> Exception | None:
    """Have entries done and return what failed."""
    handler = HANDLERS.get(topic)
    try:
        if handler is None:
            raise UnknownTopicError(f"nothing handles {topic}")
        await handler([entry.payload for entry in entries])
    except Exception as error:
        return error
    return None


async def _pause(batch: Batch, entries: Sequence[OutboxEntry], error: Exception) -> None:
    """Let a topic wait for its service, and then try with fewer entries: it may only be slow."""
    busy = isinstance(error, DatabaseBusyError)
    reason = str(error) or "its service is away"
    if batch.topic not in _paused_until:
        logger.warning("outbox: %s waits (%s)", batch.topic, "overload" if busy else reason)
    _paused_until[batch.topic] = time.monotonic() + PAUSE_SECONDS
    _most[batch.topic] = max(1, len(entries) // 2)
    metrics.OUTCOMES.labels(batch.topic, "waits").inc(len(entries))
    await _note(claims.let_wait, batch, entries, reason)


async def _note(how: Callable[..., None], *args: Any) -> None:
    """Note in the database what became of entries.

    If that fails they are free again after their lease, and the other entries are done meanwhile.

    Raises:
        DatabaseUnavailableError: the database is away or overloaded, and would be for the others.
    """
    try:
        await in_database(how, *args)
    except DatabaseUnavailableError:
        raise
    except Exception as error:
        # Without its text, which could quote an entry.
        logger.error(
            "outbox: can't store the result of an entry (%s); it will be repeated",
            type(error).__name__,
        )
