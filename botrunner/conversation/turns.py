"""Who is answered when: quick messages become one turn, and a channel's replies keep its order.

A turn is what one person says in one channel within a window, or while the reply to their turn
before is being made; it gets one reply. Turns of different people are made side by side, a bounded
number at once and in the order of their first messages. Their replies leave a channel in that order
as well, also where an older message comes to light later than a newer one. A reply that fails is
tried again for as long as it takes, so that nothing is answered before what came first.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from prometheus_client import Gauge, Histogram

from whisper.logs import Seldom

logger = logging.getLogger(__name__)
# While something is away or overloaded, hundreds wait.
waiting = logging.getLogger(f"{__name__}.waiting")
waiting.addFilter(Seldom(60.0))

# Of one turn; what comes beyond begins the next one.
MOST_MESSAGES = 50
# After this time a reply leaves before one whose turn it is: a model that hangs must not hold up
# everybody else.
ORDER_SECONDS = 120.0
# Between attempts; people wait, and an attempt costs little while something is away.
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 5.0
# After failing for this long, a reply holds up others of its channel only while it is being tried.
HOLDS_SECONDS = 120.0

WAITING = Gauge("whisper_turns_waiting", "Messages that wait for their reply.")
SECONDS = Histogram(
    "whisper_turn_seconds",
    "Time from a turn's first message to the end of its reply.",
    buckets=(0.5, 1, 2, 3, 5, 10, 20, 40, 80, 160, 300, 600),
)

T = TypeVar("T")


class LaterError(Exception):
    """A reply can't be made or sent now; the same may succeed a moment later."""


@dataclass(eq=False, slots=True)
class Turn(Generic[T]):
    """Messages that get one reply.

    Args:
        messages: by their ids, which rise with time.
        attempts: how often its reply was tried before.
        failing_since: when it first failed, by the event loop's clock.
    """

    person_id: int
    channel_id: int
    began_at: float
    messages: dict[int, T] = field(default_factory=dict)
    attempts: int = 0
    failing_since: float | None = None
    _slot: asyncio.Semaphore | None = None
    _first: asyncio.Event = field(default_factory=asyncio.Event)
    _sooner: asyncio.Event = field(default_factory=asyncio.Event)
    _reply: asyncio.Task[None] | None = None
    _closed: bool = False
    _alone: bool = False
    # The least place that it takes: it can't leave before what its person said before it.
    _floor: int = 0
    _again: bool = False
    _leaving: bool = False

    async def may_leave(self) -> None:
        """Wait until the replies before it have left the channel; call it before sending.

        A message that is deleted up to here takes its reply with it.
        """
        self._free_slot()
        try:
            async with asyncio.timeout(ORDER_SECONDS):
                # Meanwhile a question that was asked before it may have come to light.
                while not self._first.is_set():
                    await self._first.wait()
        except TimeoutError:
            logger.warning("turns: a reply left channel %s out of its order", self.channel_id)
        self._leaving = True

    async def may_be_shown(self) -> None:
        """Wait until the replies before it have left the channel, to show what is written of it.

        A message that is deleted later still takes its reply with it.
        """
        await self._first.wait()

    @property
    def _place(self) -> tuple[bool, int]:
        """Return its place in the order of its channel."""
        return not self._leaving, max(self._floor, min(self.messages, default=0))

    def _may_take(self, platform_id: int) -> bool:
        """Return whether a message belongs to it: one said earlier does until the reply leaves."""
        if self._alone or len(self.messages) >= MOST_MESSAGES:
            return False
        missed = not self._leaving and platform_id < max(self.messages, default=0)
        return missed or not self._closed

    def _free_slot(self) -> None:
        if self._slot is not None:
            self._slot.release()
            self._slot = None

    def _make_again(self) -> None:
        """Have a reply that is being made begin again with the messages as they are now."""
        if self._reply is not None and self._closed and not self._leaving:
            self._again = True
            self._reply.cancel()


# Makes and sends the reply to a turn. It raises `LaterError` to be called again.
Respond = Callable[[Turn[T]], Awaitable[None]]
# Returns how many seconds a turn has to wait because its person wrote too much.
Admit = Callable[[Turn[T]], Awaitable[float]]


@dataclass(eq=False, slots=True)
class _Lane(Generic[T]):
    """The turns of one person in one channel: one that is being answered, and the next."""

    turns: list[Turn[T]] = field(default_factory=list)
    task: asyncio.Task[None] | None = None


class Turns(Generic[T]):
    """Collects messages into turns and has them answered.

    Args:
        answer: makes and sends the reply to a turn.
        admit: says how long a turn has to wait; None lets everybody pass.
        window_seconds: how long a turn stays open after its first message.
        at_once: how many replies are made at the same time.
    """

    def __init__(
        self,
        answer: Respond[T],
        *,
        admit: Admit[T] | None = None,
        window_seconds: float,
        at_once: int,
    ) -> None:
        self._answer = answer
        self._admit = admit
        self._window_seconds = window_seconds
        self._slots = asyncio.Semaphore(at_once)
        self._lanes: dict[tuple[int, int], _Lane[T]] = {}
        self._channels: dict[int, list[Turn[T]]] = {}
        # Those whose reply failed, between two attempts.
        self._resting: set[Turn[T]] = set()
        self._turn_of: dict[int, Turn[T]] = {}
        self._stopping = False

    def add(
        self, person_id: int, channel_id: int, platform_id: int, message: T, *, alone: bool = False
    ) -> None:
        """Take a message into its person's open turn, or begin one; a known message is left out.

        Args:
            alone: begin a turn that takes no other message and doesn't wait for any.
        """
        if self._stopping or platform_id in self._turn_of:
            return
        lane = self._lanes.setdefault((person_id, channel_id), _Lane())
        turn = lane.turns[-1] if lane.turns else None
        if turn is None or alone or not turn._may_take(platform_id):
            waited = self._window_seconds if alone else 0.0
            began_at = asyncio.get_running_loop().time() - waited
            floor = turn._place[1] + 1 if turn else 0
            turn = Turn(person_id, channel_id, began_at, _closed=alone, _alone=alone, _floor=floor)
            lane.turns.append(turn)
            self._enter(turn)
        turn.messages[platform_id] = message
        turn._make_again()
        self._order(channel_id)
        self._turn_of[platform_id] = turn
        self._call_back(channel_id)
        WAITING.set(len(self._turn_of))
        if lane.task is None:
            lane.task = asyncio.create_task(self._serve((person_id, channel_id), lane))

    def try_now(self) -> None:
        """Try replies that failed before again at once: what made them fail may be over."""
        for turn in self._resting:
            turn._sooner.set()

    def has(self, platform_id: int) -> bool:
        """Return whether a message waits for its reply here."""
        return platform_id in self._turn_of

    def held(self, platform_id: int) -> T | None:
        """Return a message that waits for its reply, None if it doesn't."""
        turn = self._turn_of.get(platform_id)
        return turn.messages.get(platform_id) if turn else None

    def replace(self, platform_id: int, message: T) -> None:
        """Take a message's new form; a reply that is being made to the old one begins again."""
        turn = self._turn_of.get(platform_id)
        if turn is not None:
            turn.messages[platform_id] = message
            turn._make_again()

    def drop(self, platform_id: int) -> None:
        """Take a message out: it gets no reply unless that is being sent already."""
        turn = self._turn_of.pop(platform_id, None)
        if turn is not None and not turn._leaving:
            turn.messages.pop(platform_id, None)
            turn._make_again()

    def is_crowded(self) -> bool:
        """Return whether as many replies are being made as may be at once."""
        return self._slots.locked()

    def longest_wait(self) -> float:
        """Return for how many seconds the first turn has waited of those that may be answered."""
        turns = (turn for turns in self._channels.values() for turn in turns)
        began_at = min((turn.began_at for turn in turns), default=None)
        return 0.0 if began_at is None else asyncio.get_running_loop().time() - began_at

    def __len__(self) -> int:
        """Return how many messages wait."""
        return len(self._turn_of)

    def stop(self) -> None:
        """Begin no further reply; what waits is taken up after the next start."""
        self._stopping = True
        for lane in list(self._lanes.values()):
            if lane.task is not None and all(turn._reply is None for turn in lane.turns):
                lane.task.cancel()
                # A task that has not begun ends without its last steps.
                self._end_all(lane)

    async def _serve(self, key: tuple[int, int], lane: _Lane[T]) -> None:
        try:
            while lane.turns and not self._stopping:
                turn = lane.turns[0]
                try:
                    await self._do(turn)
                finally:
                    if turn in lane.turns:
                        lane.turns.remove(turn)
                        self._end(turn)
        finally:
            self._end_all(lane)
            self._lanes.pop(key, None)

    def _end_all(self, lane: _Lane[T]) -> None:
        while lane.turns:
            self._end(lane.turns.pop())

    async def _do(self, turn: Turn[T]) -> None:
        """Answer a turn once it is closed and its person may be answered."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, turn.began_at + self._window_seconds - loop.time()))
        # All of it may have been deleted by now.
        if turn.messages and self._admit is not None and (seconds := await self._admit(turn)):
            # Others need not wait for it.
            self._leave(turn)
            await asyncio.sleep(seconds)
            self._enter(turn)
        pause = FIRST_PAUSE
        while turn.messages and not self._stopping:
            turn._again = False
            turn._reply = asyncio.create_task(self._make(turn))
            try:
                await asyncio.wait({turn._reply})
            except asyncio.CancelledError:
                turn._reply.cancel()
                await asyncio.wait({turn._reply})
                raise
            if turn._again and turn._reply.cancelled():
                continue
            if not self._is_for_later(turn):
                return
            await self._rest(turn, pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _rest(self, turn: Turn[T], seconds: float) -> None:
        """Wait until a reply that failed is tried again."""
        now = asyncio.get_running_loop().time()
        if turn.failing_since is None:
            turn.failing_since = now
        if now - turn.failing_since >= HOLDS_SECONDS:
            self._leave(turn)
        turn._sooner.clear()
        self._resting.add(turn)
        try:
            async with asyncio.timeout(seconds):
                await turn._sooner.wait()
        except TimeoutError:
            pass
        finally:
            self._resting.discard(turn)
        self._enter(turn)

    async def _make(self, turn: Turn[T]) -> None:
        await self._slots.acquire()
        turn._slot = self._slots
        try:
            turn._closed = True
            if turn.messages and not self._stopping:
                await self._answer(turn)
        finally:
            turn._free_slot()

    def _is_for_later(self, turn: Turn[T]) -> bool:
        """Return whether the reply has to be tried again."""
        turn.attempts += 1
        turn._leaving = False
        reply = turn._reply
        error = None if reply is None or reply.cancelled() else reply.exception()
        if isinstance(error, LaterError):
            if turn.attempts == 1:
                waiting.warning("turns: a reply waits (%s)", error)
            return True
        if error is not None:
            logger.error("turns: a reply failed", exc_info=error)
        return False

    def _call_back(self, channel_id: int) -> None:
        """Let what was said before in a channel be tried again before what is said there now."""
        for turn in self._resting:
            if turn.channel_id == channel_id and turn not in self._channels[channel_id]:
                turn._sooner.set()

    def _enter(self, turn: Turn[T]) -> None:
        turns = self._channels.setdefault(turn.channel_id, [])
        if turn not in turns:
            turns.append(turn)
        self._order(turn.channel_id)

    def _leave(self, turn: Turn[T]) -> None:
        turns = self._channels.get(turn.channel_id, [])
        if turn in turns:
            turns.remove(turn)
        turn._first.clear()
        self._order(turn.channel_id)

    def _order(self, channel_id: int) -> None:
        """Let the turn of a channel leave whose first question is the oldest."""
        turns = self._channels.get(channel_id)
        if not turns:
            self._channels.pop(channel_id, None)
            return
        turns.sort(key=lambda turn: turn._place)
        turns[0]._first.set()
        for later in turns[1:]:
            later._first.clear()

    def _end(self, turn: Turn[T]) -> None:
        self._leave(turn)
        for platform_id in turn.messages:
            self._turn_of.pop(platform_id, None)
        WAITING.set(len(self._turn_of))
        SECONDS.observe(asyncio.get_running_loop().time() - turn.began_at)
