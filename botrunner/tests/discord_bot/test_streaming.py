"""Tests of replies that are shown while they are written."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from botrunner.discord_bot.replying.splitting import LIMIT
from botrunner.discord_bot.replying.streaming import CURSOR, EDIT_EVERY, FIRST_AFTER, Stream

pytestmark = pytest.mark.clocked


class Messages:
    """Keeps what the messages of a reply said, and when."""

    def __init__(self) -> None:
        self.states: list[list[str]] = []
        self.times: list[float] = []
        self.error: Exception | None = None

    async def put(self, pieces):
        self.times.append(asyncio.get_running_loop().time())
        self.states.append(list(pieces))
        if self.error is not None:
            raise self.error


async def at_once() -> None:
    """Let a reply be shown at once."""


async def written(stream, words, *, every):
    """Let a model write words, one each some seconds."""
    for word in words:
        stream.add(f"{word} ")
        await asyncio.sleep(every)


async def test_the_first_words_come_soon_and_edits_follow_at_a_pace():
    messages = Messages()
    stream = Stream(messages.put, at_once)
    begun = asyncio.get_running_loop().time()
    await written(stream, map(str, range(100)), every=0.1)
    await stream.stop()
    assert messages.times[0] - begun == pytest.approx(FIRST_AFTER)
    gaps = [later - before for before, later in pairwise(messages.times)]
    assert len(gaps) == int((10 - FIRST_AFTER) / EDIT_EVERY)
    assert min(gaps) >= EDIT_EVERY - 1e-6
    assert all(state[-1].endswith(CURSOR) for state in messages.states)


async def test_a_reply_that_is_written_at_once_is_not_streamed():
    messages = Messages()
    stream = Stream(messages.put, at_once)
    stream.add("I see.")
    await stream.stop()
    assert messages.states == []


async def test_nothing_is_shown_before_earlier_replies_have_left():
    messages, first = Messages(), asyncio.Event()

    async def wait():
        await first.wait()

    stream = Stream(messages.put, wait)
    await written(stream, "abc", every=10)
    assert messages.states == []
    first.set()
    await asyncio.sleep(0.1)
    assert messages.states == [[f"a b c{CURSOR}"]]
    await stream.stop()


async def test_no_edit_repeats_what_is_shown_already():
    messages = Messages()
    stream = Stream(messages.put, at_once)
    await written(stream, "ab", every=30)
    await stream.stop()
    assert messages.states == [[f"a{CURSOR}"], [f"a b{CURSOR}"]]


async def test_a_long_reply_grows_over_several_messages_that_discord_takes():
    messages = Messages()
    stream = Stream(messages.put, at_once)
    await written(stream, ["This is a sentence."] * 380, every=0.1)
    await stream.stop()
    assert len(messages.states[-1]) == 4
    assert all(len(piece) <= LIMIT for state in messages.states for piece in state)


async def test_an_open_fence_is_closed_in_what_is_shown_of_it():
    messages = Messages()
    stream = Stream(messages.put, at_once)
    await written(stream, ["```python\n" + "x = 1\n" * 500], every=5)
    await stream.stop()
    pieces = messages.states[-1]
    assert len(pieces) == 2
    assert [piece.count("```") for piece in pieces] == [2, 2]


async def test_a_request_under_way_is_finished_before_the_stream_stops():
    begun, ended = asyncio.Event(), asyncio.Event()

    async def put(pieces):
        begun.set()
        await asyncio.sleep(5)
        ended.set()

    stream = Stream(put, at_once)
    stream.add("hello")
    await begun.wait()
    await stream.stop()
    assert ended.is_set()


async def test_a_failure_of_discord_ends_the_stream_and_nothing_else():
    messages = Messages()
    messages.error = TimeoutError()
    stream = Stream(messages.put, at_once)
    await written(stream, "abcdef", every=2)
    await stream.stop()
    assert len(messages.states) == 1


async def test_many_streams_share_what_discord_allows(monkeypatch):
    monkeypatch.setattr("botrunner.discord_bot.replying.streaming.EDITS_A_SECOND", 2)
    messages = Messages()
    streams = [Stream(messages.put, at_once) for _ in range(10)]
    await asyncio.gather(*(written(one, map(str, range(300)), every=0.1) for one in streams))
    for one in streams:
        await one.stop()
    # The first words of each come at once, and then two edits a second of all.
    assert len(messages.states) == pytest.approx(10 + 2 * (30 - FIRST_AFTER), abs=10)
