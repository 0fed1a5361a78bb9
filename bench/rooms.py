"""Many people in the channels of a server: the real process, over a loopback Discord."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from bench.overload import MODEL_SECONDS, running_bot
from bench.registry import Row, benchmark, percentile, processor_seconds, tell

PEOPLE, CHANNELS = 100, 20
SECONDS = 300
# Per channel.
A_SECOND, TOO_MANY_A_SECOND = 0.5, 5.0
# At this rate nobody waits for another's reply: what a reply takes besides the model is our own.
UNHURRIED_A_SECOND, MOST_OVERHEAD_SECONDS = 0.1, 0.06
# The first messages, with which models are loaded, aren't counted.
FIRST = 20
FLOOD_SECONDS = 10
REPLAYED = 500
LONGEST_WAIT = 1.0
# Discord takes five messages of a bot in five seconds per channel.
TAKEN_A_SECOND = 1.0
# After the last reply: what comes twice comes now.
QUIET_SECONDS = 5.0
PATIENCE_SECONDS = 600.0
# Discord's ids count milliseconds from then on.
EPOCH = 1_420_070_400


@dataclass(frozen=True, slots=True)
class _Said:
    """A message to the companion, with the mark that its reply repeats."""

    message: str
    person: str
    mark: str

    @property
    def at(self) -> float:
        """Return when it was said, in seconds since 1970."""
        return (int(self.message) >> 22) / 1000 + EPOCH


class _Replied(NamedTuple):
    """A message that was replied to.

    Args:
        message_at, reply_at: when each was sent, in seconds since 1970.
        model_seconds: how long the model took.
    """

    message_at: float
    reply_at: float
    model_seconds: float


@dataclass(slots=True)
class _Seen:
    """What was said and replied.

    Args:
        replied: the messages that got a reply.
        seconds: from the first message to the last reply.
        processor: seconds of processor time that the bot took for it.
    """

    said: int = 0
    replied: list[_Replied] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    misplaced: int = 0
    seconds: float = 0.0
    processor: float = 0.0

    @property
    def waits(self) -> list[float]:
        """Return the seconds from each message to its reply, in the order of the messages."""
        return [one.reply_at - one.message_at for one in sorted(self.replied)]

    @property
    def overheads(self) -> list[float]:
        """Return the seconds of these waits that weren't the model's."""
        return [one.reply_at - one.message_at - one.model_seconds for one in sorted(self.replied)]

    @property
    def fates(self) -> str:
        return f"{self.lost} / {self.doubled} / {self.misplaced}"

    @property
    def cost(self) -> str:
        return f"{1000 * self.processor / self.said:.0f} ms a message"

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.misplaced)


@benchmark("rooms")
def measure_rooms(scale: float) -> Iterator[Row]:
    """Measure how long people wait in channels, alone and with replayed events.

    It needs the development packages, and the loopback Discord of the tests.
    """
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    yield _overhead(scale)
    seen = asyncio.run(_talk(A_SECOND, max(int(SECONDS * scale), 2)))
    half, most = percentile(seen.waits, 0.5), percentile(seen.waits, 0.95)
    yield Row(
        f"{seen.said:,} messages of {PEOPLE} people in {CHANNELS} channels, {A_SECOND:g} a second "
        f"each, model of {1000 * MODEL_SECONDS:.0f} ms",
        {
            "lost / doubled / out of order": seen.fates,
            "wait": f"p50 {half:.2f} s, p95 {most:.2f} s",
            "processor": seen.cost,
        },
        f"0 / 0 / 0, p95 below {LONGEST_WAIT:g} s",
        seen.holds and most < LONGEST_WAIT,
    )
    seen = asyncio.run(_talk(TOO_MANY_A_SECOND, max(int(FLOOD_SECONDS * scale), 2), limited=True))
    least = seen.said / CHANNELS / TAKEN_A_SECOND
    yield Row(
        f"{seen.said:,} messages, {TOO_MANY_A_SECOND:g} a second in each channel, with Discord's "
        "limits",
        {
            "lost / doubled / out of order": seen.fates,
            "last reply": f"{seen.seconds:.0f} s after the first message",
            "processor": seen.cost,
        },
        f"0 / 0 / 0, within {least:.0f} s and a tenth: Discord takes one a second",
        seen.holds and seen.seconds < 1.1 * least + QUIET_SECONDS,
    )
    seen = asyncio.run(_talk(A_SECOND, max(int(SECONDS * scale / 6), 2), replayed=REPLAYED))
    yield Row(
        f"{seen.said:,} messages, the first {REPLAYED} of them sent twice by the gateway",
        {"lost / doubled / out of order": seen.fates},
        "0 / 0 / 0",
        seen.holds,
    )


def _overhead(scale: float) -> Row:
    """Measure what a reply takes besides the model, including the way to and from Discord."""
    seen = asyncio.run(_talk(UNHURRIED_A_SECOND, max(int(SECONDS * scale / 2), FIRST)))
    half, most = (percentile(seen.overheads[FIRST:], share) for share in (0.5, 0.95))
    return Row(
        f"{seen.said:,} messages, {UNHURRIED_A_SECOND * CHANNELS:g} per second in all channels",
        {
            "lost / doubled / out of order": seen.fates,
            "besides the model": f"p50 {1000 * half:.0f} ms, p95 {1000 * most:.0f} ms",
            "processor": seen.cost,
        },
        f"0 / 0 / 0, p95 below {1000 * MOST_OVERHEAD_SECONDS:.0f} ms",
        seen.holds and most < MOST_OVERHEAD_SECONDS,
    )


async def _talk(
    a_second: float, seconds: int, *, limited: bool = False, replayed: int = 0
) -> _Seen:
    """Let people write in all channels for a while, and wait until all have their replies."""
    log: list[str] = []
    seen = _Seen()
    async with running_bot(log, limited=limited, TURN_WINDOW_SECONDS="0") as running:
        discord, bot, c = running.discord, running.bot, running.discord.control
        people = [c.make_user(f"Person {number}") for number in range(PEOPLE)]
        guild = c.make_guild("Home", people)
        channels = [c.make_channel(guild, f"room-{number}") for number in range(CHANNELS)]
        if replayed:
            c.duplicate_events(replayed, "MESSAGE_CREATE")
        began, spent = time.monotonic(), processor_seconds(bot.process.pid)
        said: dict[str, list[_Said]] = {channel: [] for channel in channels}
        for number in range(math.ceil(seconds * a_second * CHANNELS)):
            channel, person = channels[number % CHANNELS], people[number % PEOPLE]
            sent = c.send(channel, person, f"m{number} is what I say", mention_bot=True)
            said[channel].append(_Said(sent, person, f"m{number}"))
            due = began + (number + 1) / (a_second * CHANNELS)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        seen.said = sum(map(len, said.values()))
        tell(f"{seen.said} messages said in {time.monotonic() - began:.0f} s")
        await _all_answered(discord, said)
        seen.seconds = time.monotonic() - began
        seen.processor = processor_seconds(bot.process.pid) - spent
        await asyncio.sleep(QUIET_SECONDS)
        for channel, messages in said.items():
            _judge(c.messages(channel, "bot"), messages, running.model.took, seen)
    return seen


async def _all_answered(discord: Any, said: Mapping[str, Sequence[_Said]]) -> None:
    """Wait until each message has a reply; what never comes is counted as lost."""
    end = time.monotonic() + PATIENCE_SECONDS
    waiting = set(said)
    while waiting and time.monotonic() < end:
        await asyncio.sleep(0.5)
        waiting = {one for one in waiting if _lost(discord.control.messages(one, "bot"), said[one])}


def _lost(replies: Sequence[dict[str, Any]], said: Sequence[_Said]) -> bool:
    from botrunner.tests.discord_bot.echoing import judge

    texts = [reply["content"] for reply in replies]
    return bool(judge([one.mark for one in said], texts).lost)


def _judge(
    replies: Sequence[dict[str, Any]],
    said: Sequence[_Said],
    took: Mapping[str, float],
    seen: _Seen,
) -> None:
    """Count what became of the messages of one channel.

    What one person said in quick succession may have one reply.

    Args:
        took: how many seconds the model took for each mark.
    """
    from botrunner.tests.discord_bot.echoing import judge

    texts = [reply["content"] for reply in replies]
    for person in {one.person for one in said}:
        verdict = judge([one.mark for one in said if one.person == person], texts)
        seen.lost += len(verdict.lost)
        seen.doubled += len(verdict.doubled)
        seen.misplaced += len(verdict.misplaced)
    sent = {one.message: one for one in said}
    for reply in replies:
        answered = (reply.get("message_reference") or {}).get("message_id")
        if answered in sent:
            message = sent.pop(answered)
            seen.replied.append(_Replied(message.at, _when(reply), took[message.mark]))


def _when(reply: dict[str, Any]) -> float:
    return datetime.fromisoformat(reply["timestamp"]).timestamp()
