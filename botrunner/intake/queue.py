"""The queue between a platform and the handlers of what happens there."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from prometheus_client import Gauge, Histogram

from botrunner.intake.events import WORDED, Event, EventKind
from botrunner.intake.spool import Spool
from whisper.database.errors import DatabaseAwayError, DatabaseUnavailableError
from whisper.health import Fault, Health

logger = logging.getLogger(__name__)

BATCH = 32
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0
# Of messages that were deleted lately, so that a replayed event does not bring them back.
DELETIONS_KNOWN = 10_000
READ_AT_ONCE = 4
# What fails to be read, though the platform can be reached, is tried again for four minutes.
MOST_READS = 10
FIRST_READ_PAUSE = 1.0
LONGEST_READ_PAUSE = 60.0
# Of more events only ids and times are held; their words are read again when it is their turn.
MOST_HELD = 2_000
# Health says that it is behind beyond this.
LATE_SECONDS = 60.0
TRIED_AGAIN = "The log says why. Restart the bot to have them tried again."

WAITING = Gauge("whisper_intake_waiting", "Events that wait for their handler.")
SECONDS = Histogram(
    "whisper_intake_seconds",
    "Time from an event's arrival to the end of its handler.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300),
)

Handler = Callable[[Sequence[Event]], Awaitable[None]]
# Returns the event with its content; None if the platform has it no more.
Read = Callable[[Event], Awaitable[Event | None]]
# Hears of the events that wait while the database is away.
TellAway = Callable[[Sequence[Event]], Awaitable[None]]


class NotNowError(Exception):
    """An event can't be handled now; the same may succeed a moment later."""


class _ReadFailedError(Exception):
    """Reading an event failed, and nobody knows why."""


@dataclass(eq=False, slots=True)
class _Entry:
    number: int
    event: Event
    durable: asyncio.Future[None]
    arrived: float
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    withdrawn: bool = False
    act: Callable[[], Awaitable[None]] | None = None

    @classmethod
    def between(cls, act: Callable[[], Awaitable[None]]) -> _Entry:
        """Return an entry for something to do in its place among the events."""
        loop = asyncio.get_running_loop()
        durable = loop.create_future()
        durable.set_result(None)
        nothing = Event(EventKind.DELETION, 0, None, ())
        return cls(0, nothing, durable, loop.time(), withdrawn=True, act=act)


class _ByMessage:
    """What waits of each message: itself, and edits of it."""

    def __init__(self) -> None:
        self._entries: dict[int, list[_Entry]] = {}

    def of(self, platform_id: int) -> Sequence[_Entry]:
        return self._entries.get(platform_id, ())

    def add(self, entry: _Entry) -> None:
        if entry.event.kind in WORDED:
            for platform_id in entry.event.platform_ids:
                self._entries.setdefault(platform_id, []).append(entry)

    def drop(self, entry: _Entry) -> None:
        if entry.event.kind in WORDED:
            for platform_id in entry.event.platform_ids:
                self._entries[platform_id].remove(entry)
                if not self._entries[platform_id]:
                    del self._entries[platform_id]


Handlers = dict[EventKind, Handler]
_shared: Handlers = {}


def handles(kind: EventKind) -> Callable[[Handler], Handler]:
    """Register the coroutine that handles a kind of event on every platform."""

    def register(handler: Handler) -> Handler:
        _shared[kind] = handler
        return handler

    return register


class Intake:
    """Takes events, keeps them on disk, and hands them to their handlers in order.

    Args:
        folder: where the spool is.
        read: reads from the platform what an event of an ended process said, or one of which the
            words weren't held.
        tell_away: is called while the database is away, with the events that wait for it.
        mine: which events of ended processes it takes; others are left to other processes.
    """

    def __init__(
        self,
        folder: Path,
        *,
        read: Read,
        tell_away: TellAway | None = None,
        mine: Callable[[Event], bool] | None = None,
    ) -> None:
        self._spool = Spool(folder, mine=mine)
        self._read = read
        self._tell_away = tell_away
        self._handlers: Handlers = {}
        self._queue: deque[_Entry] = deque()
        self._waiting = _ByMessage()
        # How many events in the queue hold words.
        self._held = 0
        self._slots = asyncio.Semaphore(READ_AT_ONCE)
        self._unread: dict[int, Event] = {}
        self._failed_reads = Counter[int]()
        # Their lines stay in the spool, so the next process tries them again.
        self._set_aside: dict[int, Event] = {}
        self._deleted: OrderedDict[int, None] = OrderedDict()
        self._working: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._taking_over = asyncio.Lock()

    def handle(self, kind: EventKind, handler: Handler) -> None:
        """Let a handler of this intake alone, such as a bot's cog, handle a kind of event."""
        self._handlers[kind] = handler

    async def take(self, event: Event) -> None:
        """Take an event; when this returns it is on disk.

        Its place in the order is that of the call. It is handled after it is on disk.
        """
        possible = event.possible
        if possible is None:
            logger.warning("intake: left out a %s with an impossible id", event.kind)
            return
        event = possible
        if event.kind == EventKind.MESSAGE and any(map(self.was_deleted, event.platform_ids)):
            return
        if event.kind == EventKind.DELETION:
            self._withdraw(event.platform_ids)
        number, durable = self._spool.append(event)
        self._put(_Entry(number, event, durable, asyncio.get_running_loop().time()))
        await durable

    def was_deleted(self, platform_id: int) -> bool:
        """Return whether a deletion of a message was taken lately."""
        return platform_id in self._deleted

    async def take_over(self) -> None:
        """Take what ended processes left; it may be called again at any time.

        What they left without words is read from the platform in the background, and handled then.
        """
        async with self._taking_over:
            taken = await self._spool.take_over()
        for number, event in taken:
            if event.kind == EventKind.DELETION:
                self._withdraw(event.platform_ids)
            if event.lacks_words:
                self._unread[number] = event
            else:
                self._put_again(number, event)
        self._read_soon()

    @asynccontextmanager
    async def between_events(self, *, patience: float) -> AsyncIterator[None]:
        """Wait until what was taken so far is handled; within the block nothing more is.

        So an erasure takes what was said before it, and nothing of what is said while it lasts.

        Args:
            patience: how many seconds to wait at most. The block then runs before its turn.
        """
        reached, done = asyncio.Event(), asyncio.Event()

        async def stand_still() -> None:
            reached.set()
            await done.wait()

        self._put(_Entry.between(stand_still))
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(reached.wait(), patience)
            yield
        finally:
            done.set()

    async def settle(self) -> None:
        """Wait until what was taken so far is handled."""
        if self._queue:
            await self._queue[-1].ended.wait()

    async def finish(self, *, seconds: float) -> None:
        """Wait until what was taken is handled, for at most this long; the rest stays on disk."""
        if self._working is not None and not self._working.done():
            await asyncio.wait({self._working}, timeout=seconds)

    async def close(self) -> None:
        """End; what is not handled is taken over by the next process."""
        tasks = [task for task in (self._working, self._reading) if task and not task.done()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self._spool.close()

    def health(self) -> Health:
        """Return whether events are kept on disk and handled in time."""
        count = len(self._queue) + len(self._unread)
        if self._spool.fault:
            return Health(True, degraded=True, detail=f"spool: {self._spool.fault}")
        late = bool(self._queue) and self._age(self._queue[0]) > LATE_SECONDS
        aside = len(self._set_aside)
        return Health(
            True,
            degraded=late or aside > 0,
            detail=f"{count} waiting" + (f", {aside} set aside" if aside else ""),
            figures={"waiting": count, "set_aside": aside},
            faults=[Fault(f"Events couldn't be handled ({aside})", TRIED_AGAIN)] if aside else [],
        )

    def _age(self, entry: _Entry) -> float:
        return asyncio.get_running_loop().time() - entry.arrived

    def _withdraw(self, platform_ids: Iterable[int]) -> None:
        gone = set(platform_ids)
        for platform_id in gone:
            self._deleted[platform_id] = None
            self._deleted.move_to_end(platform_id)
        while len(self._deleted) > DELETIONS_KNOWN:
            self._deleted.popitem(last=False)
        for platform_id in gone:
            for entry in self._waiting.of(platform_id):
                entry.withdrawn = True
                self._hold(entry, replace(entry.event, content=None))
        for number, event in list(self._set_aside.items()):
            if not gone.isdisjoint(event.platform_ids):
                del self._set_aside[number]
                self._spool.done([number])

    def _hold(self, entry: _Entry, event: Event) -> None:
        """Let a waiting entry hold an event in another form."""
        self._held += (event.content is not None) - (entry.event.content is not None)
        entry.event = event

    def _put(self, entry: _Entry) -> None:
        if self._held >= MOST_HELD:
            entry.event = replace(entry.event, content=None)
        self._held += entry.event.content is not None
        self._queue.append(entry)
        self._waiting.add(entry)
        WAITING.set(len(self._queue))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())

    def _put_again(self, number: int, event: Event) -> None:
        loop = asyncio.get_running_loop()
        durable = loop.create_future()
        durable.set_result(None)
        self._put(_Entry(number, event, durable, loop.time()))

    def _read_soon(self) -> None:
        if self._unread and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self._read_all())

    async def _read_all(self) -> None:
        """Read what has no words, and handle it; what fails is tried again, then set aside.

        Events of one channel keep their order: what one means may depend on those before it.
        """
        pause = FIRST_READ_PAUSE
        while any(await asyncio.gather(*map(self._read_channel, self._unread_by_channel()))):
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_READ_PAUSE)

    def _unread_by_channel(self) -> Iterable[Sequence[int]]:
        channels = dict[int | None, list[int]]()
        for number, event in self._unread.items():
            channels.setdefault(event.channel_id, []).append(number)
        return channels.values()

    async def _read_channel(self, numbers: Iterable[int]) -> bool:
        """Read events, up to where the platform is away; return whether to try again soon."""
        failed = False
        for number in numbers:
            soon = await self._read_unread(number)
            if number in self._unread and not soon:
                break
            # One that can't be read doesn't hold up others.
            failed |= soon
        return failed

    async def _read_unread(self, number: int) -> bool:
        """Read an event and put it into the queue; return whether to try again soon."""
        event = self._unread[number]
        try:
            found = await self._found(event)
        except NotNowError:
            # It stays until `take_over` is called again.
            return False
        except _ReadFailedError:
            self._failed_reads[number] += 1
            if self._failed_reads[number] < MOST_READS:
                return True
            logger.error("intake: set aside a %s that can't be read", event.kind)
            del self._failed_reads[number]
            self._set_aside[number] = self._unread.pop(number)
            return False
        del self._unread[number]
        self._failed_reads.pop(number, None)
        if found is None or any(map(self.was_deleted, event.platform_ids)):
            self._spool.done([number])
        else:
            self._put_again(number, found)
        return False

    async def _read_in_turn(self, run: Sequence[_Entry]) -> None:
        """Read what wasn't held of entries whose turn it is; what the platform lacks is withdrawn.

        What fails leaves the queue, to be tried again without holding up the rest.

        Raises:
            NotNowError: the platform can't be reached.
        """

        async def read(entry: _Entry) -> None:
            try:
                found = await self._found(entry.event)
            except _ReadFailedError:
                entry.withdrawn = True
                self._failed_reads[entry.number] += 1
                self._unread[entry.number] = entry.event
                return
            if found is None:
                entry.withdrawn = True
            elif not entry.withdrawn:
                self._hold(entry, found)

        lacking = [one for one in run if one.event.lacks_words and not one.withdrawn]
        for failure in await asyncio.gather(*map(read, lacking), return_exceptions=True):
            if failure is not None:
                raise failure

    async def _found(self, event: Event) -> Event | None:
        """Return an event with its words; None if the platform has them no more.

        Raises:
            NotNowError: the platform can't be reached.
            _ReadFailedError: anything else failed.
        """
        if any(map(self.was_deleted, event.platform_ids)):
            return None
        async with self._slots:
            try:
                return await self._read(event)
            except NotNowError:
                raise
            except Exception as error:
                logger.exception("intake: can't read an event again")
                raise _ReadFailedError from error

    async def _work(self) -> None:
        pause = FIRST_PAUSE
        while self._queue:
            run = self._next_run()
            await run[-1].durable
            try:
                await self._read_in_turn(run)
                await self._handle(run)
            except (DatabaseUnavailableError, NotNowError) as error:
                if pause == FIRST_PAUSE:
                    logger.warning("intake: %d events wait (%s)", len(self._queue), error)
                if self._tell_away is not None and isinstance(error, DatabaseAwayError):
                    await self._tell_away([one.event for one in self._queue if not one.withdrawn])
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            pause = FIRST_PAUSE
            self._end(run)

    def _next_run(self) -> list[_Entry]:
        """Return the first entries that one call of a handler can take."""
        first = self._queue[0]
        run = [first]
        if first.act is not None:
            return run
        for entry in islice(self._queue, 1, BATCH):
            if entry.act is not None or entry.event.kind != first.event.kind:
                break
            run.append(entry)
        return run

    async def _handle(self, run: list[_Entry]) -> None:
        if run[0].act is not None:
            await run[0].act()
            return
        # A run that has to wait comes again; what was set aside by then stays aside.
        entries = [one for one in run if not one.withdrawn and one.number not in self._set_aside]
        handler = self._handlers.get(run[0].event.kind) or _shared.get(run[0].event.kind)
        if not entries or handler is None:
            return
        try:
            await handler([one.event for one in entries])
        except (DatabaseUnavailableError, NotNowError):
            raise
        except Exception:
            logger.exception("intake: can't handle %s", run[0].event.kind)
            for entry in entries:
                await self._handle_alone(handler, entry)

    async def _handle_alone(self, handler: Handler, entry: _Entry) -> None:
        """Handle an event that others may have kept from it; what fails again is set aside."""
        try:
            await handler([entry.event])
        except (DatabaseUnavailableError, NotNowError):
            raise
        except Exception:
            logger.exception("intake: set aside a %s that can't be handled", entry.event.kind)
            self._set_aside[entry.number] = replace(entry.event, content=None)

    def _end(self, run: list[_Entry]) -> None:
        for entry in run:
            self._queue.popleft()
            self._waiting.drop(entry)
            self._held -= entry.event.content is not None
            entry.ended.set()
            SECONDS.observe(self._age(entry))
        WAITING.set(len(self._queue))
        kept = self._unread.keys() | self._set_aside.keys()
        self._spool.done(
            entry.number for entry in run if entry.act is None and entry.number not in kept
        )
        self._read_soon()
