"""Tests of the queue that everything that happens on a platform passes through."""

from __future__ import annotations

import asyncio
import gc
from contextlib import asynccontextmanager
from dataclasses import replace
from weakref import WeakSet

import pytest

from botrunner.intake import Event, EventKind, Intake, NotNowError, queue
from botrunner.intake.queue import BATCH, MOST_READS
from botrunner.intake.spool import SUFFIX, Spool
from whisper.database.errors import DatabaseAwayError, DatabaseBusyError
from whisper.tests.moving import moving
from whisper.tests.waiting import until

# Seconds; what is waited for comes at once.
PATIENCE = 60


def message(number, words="hello"):
    """Return that a message was written."""
    return Event(EventKind.MESSAGE, 5001, None, (number,), 1001, content=words)


def deletion(*numbers):
    """Return that messages were deleted."""
    return Event(EventKind.DELETION, 5001, None, numbers)


class Platform:
    """Has the words of messages."""

    def __init__(self, **words: str) -> None:
        self.words = {int(name[1:]): text for name, text in words.items()}
        self.is_away = False
        # Messages that can't be read for an unknown reason, and how often that was tried.
        self.odd = set[int]()
        self.attempts = 0

    async def read(self, event):
        if self.is_away:
            raise NotNowError("away")
        if self.odd.intersection(event.platform_ids):
            self.attempts += 1
            raise ValueError("odd")
        words = self.words.get(event.platform_ids[0])
        return None if words is None else replace(event, content=words)


class Handled:
    """A handler that keeps what it got; while `faults` has errors it fails with them."""

    def __init__(self, *faults: Exception) -> None:
        self.events: list[Event] = []
        self.faults = list(faults)
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, events):
        await self.open.wait()
        if self.faults:
            raise self.faults.pop(0)
        self.events += events

    @property
    def said(self):
        return [(one.platform_ids, one.content) for one in self.events]


@asynccontextmanager
async def running(folder, handled, platform=None, **options):
    """Run an intake whose messages and deletions go to one handler."""
    intake = Intake(folder, read=(platform or Platform()).read, **options)
    for kind in EventKind:
        intake.handle(kind, handled)
    try:
        yield intake
    finally:
        await intake.close()


async def test_what_is_done_between_events_comes_before_those_that_are_taken_meanwhile(tmp_path):
    handled = Handled()
    async with running(tmp_path, handled) as intake:
        await intake.take(message(1))
        await intake.settle()
        async with intake.between_events(patience=PATIENCE):
            await intake.take(message(2))
            # It is on disk, and its turn would have come.
            for _ in range(10):
                await asyncio.sleep(0)
            assert [one.platform_ids for one in handled.events] == [(1,)]
        await intake.settle()
    assert [one.platform_ids for one in handled.events] == [(1,), (2,)]


async def test_what_is_done_between_events_waits_for_those_in_hand(tmp_path):
    handled = Handled()
    async with running(tmp_path, handled) as intake:
        handled.open.clear()
        await intake.take(message(1))
        asyncio.get_running_loop().call_later(0.05, handled.open.set)
        async with intake.between_events(patience=PATIENCE):
            assert [one.platform_ids for one in handled.events] == [(1,)]


async def test_what_is_done_between_events_waits_no_longer_than_it_may(tmp_path):
    handled = Handled()
    async with running(tmp_path, handled) as intake:
        handled.open.clear()
        await intake.take(message(1))
        async with intake.between_events(patience=0):
            assert handled.events == []
        handled.open.set()
        await intake.take(message(2))
        await intake.settle()
    assert [one.platform_ids for one in handled.events] == [(1,), (2,)]


@pytest.mark.parametrize("impossible", [-7, 2**63, 10**40])
async def test_a_message_that_no_store_could_hold_costs_none_that_is_deleted_with_it(
    tmp_path, impossible
):
    handled = Handled()
    async with running(tmp_path, handled) as intake:
        await intake.take(deletion(impossible))
        await intake.take(replace(message(2), person_id=impossible))
        await intake.take(deletion(1, impossible, 3))
        await intake.settle()
    assert handled.said == [((1, 3), None)]


def on_disk(folder):
    """Return all bytes of the spool."""
    return b"".join(path.read_bytes() for path in folder.glob(f"*{SUFFIX}"))


async def test_events_are_handled_in_the_order_of_their_arrival(tmp_path):
    handled = Handled()
    async with running(tmp_path, handled) as intake:
        await asyncio.gather(*(intake.take(message(n)) for n in range(100)))
        await intake.finish(seconds=30)
        assert [one.platform_ids for one in handled.events] == [(n,) for n in range(100)]


async def test_it_is_settled_once_what_was_taken_is_handled(tmp_path):
    handled = Handled()
    async with running(tmp_path, handled) as intake:
        await asyncio.gather(*(intake.take(message(n)) for n in range(100)))
        await intake.settle()
        assert len(handled.events) == 100
        await intake.settle()


async def test_an_event_is_on_disk_before_it_is_handled(tmp_path):
    seen = []

    async def handler(events):
        seen.append(on_disk(tmp_path))

    async with running(tmp_path, handler) as intake:
        await intake.take(message(4711))
        await intake.finish(seconds=30)
    assert b'"4711"' in seen[0]


async def test_no_words_are_on_disk(tmp_path):
    handled = Handled()
    handled.open.clear()
    async with running(tmp_path, handled) as intake:
        await intake.take(message(1, "my code is A-4711"))
        assert b'"messages":["1"]' in on_disk(tmp_path)
        assert b"A-4711" not in on_disk(tmp_path)


@pytest.mark.clocked
@pytest.mark.parametrize("error", [DatabaseAwayError, DatabaseBusyError, NotNowError])
async def test_while_the_database_is_away_or_busy_events_wait_in_order(tmp_path, error):
    handled = Handled(*(error("later") for _ in range(20)))
    async with running(tmp_path, handled) as intake:
        for number in range(3):
            await intake.take(message(number))
        await intake.finish(seconds=600)
        assert [one.platform_ids for one in handled.events] == [(0,), (1,), (2,)]


@pytest.mark.clocked
async def test_people_are_told_only_while_the_database_is_away(tmp_path):
    told = []

    async def tell(events):
        told.append([one.content for one in events])

    handled = Handled(DatabaseBusyError("busy"), DatabaseAwayError("away"))
    async with running(tmp_path, handled, tell_away=tell) as intake:
        await intake.take(message(1))
        await intake.finish(seconds=600)
    assert told == [["hello"]]


async def test_an_event_that_cannot_be_handled_does_not_hold_up_the_rest(tmp_path):
    handled = Handled()

    async def handler(events):
        if any(one.platform_ids == (1,) for one in events):
            raise ValueError("odd")
        await handled(events)

    async with running(tmp_path, handler) as intake:
        await asyncio.gather(*(intake.take(message(n)) for n in range(3)))
        await intake.finish(seconds=30)
    assert [one.platform_ids for one in handled.events] == [(0,), (2,)]


async def test_a_message_that_is_deleted_while_it_waits_is_never_handled(tmp_path):
    handled = Handled()
    handled.open.clear()
    async with running(tmp_path, handled) as intake:
        await intake.take(Event(EventKind.CHANNEL_REMOVAL, 7))
        await intake.take(message(1))
        await intake.take(deletion(1))
        handled.open.set()
        await intake.finish(seconds=30)
        assert [one.kind for one in handled.events] == [
            EventKind.CHANNEL_REMOVAL,
            EventKind.DELETION,
        ]
        await intake.take(message(1))
        await intake.finish(seconds=30)
        assert len(handled.events) == 2


class Looked(Event):
    """An event that counts how often somebody looks which messages it concerns."""

    looks = 0

    def __getattribute__(self, name):
        if name == "platform_ids":
            Looked.looks += 1
        return super().__getattribute__(name)


async def test_a_purge_looks_at_what_it_deletes_and_not_at_all_that_waits(tmp_path, monkeypatch):
    monkeypatch.setattr(Looked, "looks", 0)
    handled, count = Handled(), 500
    handled.open.clear()
    async with running(tmp_path, handled) as intake:
        said = (
            Looked(EventKind.MESSAGE, 5001, None, (n,), 1001, content="hi") for n in range(count)
        )
        await asyncio.gather(*map(intake.take, said))
        await asyncio.gather(*(intake.take(deletion(n)) for n in range(count)))
        handled.open.set()
        await intake.settle()
    # The first batch is being handled already.
    assert {one.kind for one in handled.events[BATCH:]} == {EventKind.DELETION}
    assert Looked.looks < 20 * count


async def test_an_edit_that_waits_is_withdrawn_with_the_message_before_it(tmp_path):
    handled = Handled()
    async with running(tmp_path, handled) as intake:
        await intake.take(message(1))
        await intake.settle()
        handled.open.clear()
        await intake.take(Event(EventKind.CHANNEL_REMOVAL, 7))
        for words in ("hello!", "hello!!"):
            await intake.take(replace(message(1, words), kind=EventKind.EDIT))
        await intake.take(deletion(1))
        handled.open.set()
        await intake.settle()
    kinds = [one.kind for one in handled.events]
    assert kinds == [EventKind.MESSAGE, EventKind.CHANNEL_REMOVAL, EventKind.DELETION]


async def left_by_an_ended_process(folder, *events):
    """Take events in a process that ends before it handles them."""
    handled = Handled()
    handled.open.clear()
    async with running(folder, handled) as intake:
        for event in events:
            await intake.take(event)
    assert not handled.events


async def test_what_an_ended_process_left_is_read_again_and_handled(tmp_path):
    await left_by_an_ended_process(tmp_path, message(1), message(2), deletion(3))
    handled = Handled()
    async with running(tmp_path, handled, Platform(m1="hello", m2="edited since")) as intake:
        await intake.take_over()
        await until(lambda: len(handled.events) == 3)
    expected = [((1,), "hello"), ((2,), "edited since"), ((3,), None)]
    assert sorted(handled.said) == expected
    assert not on_disk(tmp_path)


class Words(str):
    """Words that somebody can see are held no more."""


async def test_of_many_that_wait_the_words_of_some_are_held_and_the_rest_read_in_turn(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(queue, "MOST_HELD", 10)
    handled, numbers = Handled(), range(100)
    held: WeakSet[Words] = WeakSet()
    platform = Platform(**{f"m{number}": f"line {number}" for number in numbers})
    handled.open.clear()
    async with running(tmp_path, handled, platform) as intake:
        for number in numbers:
            words = Words(f"line {number}")
            held.add(words)
            await intake.take(message(number, words))
        del words
        gc.collect()
        assert len(held) == 10
        await intake.take(deletion(50))
        handled.open.set()
        await intake.settle()
    expected = [((n,), f"line {n}") for n in numbers if n != 50]
    assert handled.said == [*expected, ((50,), None)]


async def test_what_the_platform_lacks_once_it_is_its_turn_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(queue, "MOST_HELD", 0)
    handled = Handled()
    async with running(tmp_path, handled, Platform(m1="hello", m3="bye")) as intake:
        for number in (1, 2, 3):
            await intake.take(message(number))
        await intake.settle()
    assert handled.said == [((1,), "hello"), ((3,), "bye")]
    assert not on_disk(tmp_path)


@pytest.mark.clocked
async def test_what_has_to_be_read_waits_in_order_while_the_platform_is_away(tmp_path, monkeypatch):
    monkeypatch.setattr(queue, "MOST_HELD", 0)
    handled, platform = Handled(), Platform(m1="one", m2="two", m3="three")
    platform.is_away = True
    async with running(tmp_path, handled, platform) as intake:
        for number in (1, 2, 3):
            await intake.take(message(number))
        await asyncio.sleep(60)
        assert handled.events == []
        platform.is_away = False
        await intake.finish(seconds=600)
    assert handled.said == [((1,), "one"), ((2,), "two"), ((3,), "three")]


async def test_what_belongs_to_other_processes_is_left_to_them(tmp_path):
    await left_by_an_ended_process(tmp_path, deletion(1), deletion(2), deletion(3))
    first, second = Handled(), Handled()
    async with running(tmp_path, first, mine=lambda event: event.platform_ids == (2,)) as intake:
        await intake.take_over()
        await intake.finish(seconds=30)
        await intake.take_over()
    async with running(tmp_path, second) as intake:
        await intake.take_over()
        await intake.finish(seconds=30)
    assert [one.platform_ids for one in first.events] == [(2,)]
    assert [one.platform_ids for one in second.events] == [(1,), (3,)]
    assert not on_disk(tmp_path)


@pytest.mark.parametrize("refused", [False, True])
async def test_what_an_ended_process_left_of_a_channel_keeps_its_order(tmp_path, refused):
    elsewhere = Event(EventKind.MESSAGE, 5002, None, (3,), 1001, content="hello")
    await left_by_an_ended_process(tmp_path, message(1), message(2), elsewhere)
    others_were_read = asyncio.Event()

    class Slow(Platform):
        """Gives the first message after others, or not at first."""

        async def read(self, event):
            if event.platform_ids == (1,) and not others_were_read.is_set():
                if refused:
                    raise NotNowError("busy")
                await others_were_read.wait()
            return await super().read(event)

    handled = Handled()
    async with running(tmp_path, handled, Slow(m1="one", m2="two", m3="three")) as intake:
        await intake.take_over()
        await until(lambda: handled.said == [((3,), "three")])
        others_were_read.set()
        await intake.take_over()
        await until(lambda: len(handled.said) == 3)
    assert handled.said[1:] == [((1,), "one"), ((2,), "two")]


async def test_what_was_deleted_meanwhile_is_gone(tmp_path):
    await left_by_an_ended_process(tmp_path, message(1), message(2))
    handled = Handled()
    async with running(tmp_path, handled, Platform(m2="there")) as intake:
        await intake.take_over()
        await until(lambda: handled.said == [((2,), "there")])
    assert not on_disk(tmp_path)


async def test_while_the_platform_is_away_what_was_left_stays_on_disk(tmp_path):
    await left_by_an_ended_process(tmp_path, message(1))
    handled, platform = Handled(), Platform(m1="hello")
    platform.is_away = True
    async with running(tmp_path, handled, platform) as intake:
        await intake.take_over()
    assert b'"1"' in on_disk(tmp_path)
    platform.is_away = False
    async with running(tmp_path, handled, platform) as intake:
        await intake.take_over()
        await until(lambda: handled.said == [((1,), "hello")])


@pytest.mark.clocked
async def test_what_fails_to_be_read_is_tried_again_and_holds_up_nothing(tmp_path):
    await left_by_an_ended_process(tmp_path, message(1), message(2))
    handled, platform = Handled(), Platform(m1="one", m2="two")
    platform.odd = {1}
    async with running(tmp_path, handled, platform) as intake:
        await intake.take_over()
        await until(lambda: platform.attempts == 3)
        assert handled.said == [((2,), "two")]
        platform.odd.clear()
        await until(lambda: len(handled.events) == 2)
        assert not intake.health().degraded
    assert handled.said == [((2,), "two"), ((1,), "one")]
    assert not on_disk(tmp_path)


@pytest.mark.clocked
async def test_what_fails_to_be_read_in_its_turn_is_tried_again_and_holds_up_nothing(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(queue, "MOST_HELD", 0)
    handled, platform = Handled(), Platform(m1="one", m2="two")
    platform.odd = {1}
    async with running(tmp_path, handled, platform) as intake:
        for number in (1, 2):
            await intake.take(message(number))
        await until(lambda: platform.attempts == 3)
        assert handled.said == [((2,), "two")]
        platform.odd.clear()
        await until(lambda: len(handled.events) == 2)
    assert not on_disk(tmp_path)


@pytest.mark.clocked
async def test_what_can_never_be_read_is_set_aside_until_the_next_start(tmp_path):
    await left_by_an_ended_process(tmp_path, message(1))
    handled, platform = Handled(), Platform(m1="one")
    platform.odd = {1}
    async with running(tmp_path, handled, platform) as intake:
        await intake.take_over()
        await asyncio.sleep(600)
        assert intake.health().degraded
        assert intake.health().detail == "0 waiting, 1 set aside"
        await intake.take_over()
        assert platform.attempts == MOST_READS
    platform.odd.clear()
    async with running(tmp_path, handled, platform) as intake:
        await intake.take_over()
        await until(lambda: handled.said == [((1,), "one")])
    assert not on_disk(tmp_path)


@pytest.mark.clocked
async def test_what_was_set_aside_and_is_then_deleted_is_forgotten(tmp_path):
    await left_by_an_ended_process(tmp_path, message(1))
    platform = Platform(m1="one")
    platform.odd = {1}
    async with running(tmp_path, Handled(), platform) as intake:
        await intake.take_over()
        await asyncio.sleep(600)
        assert intake.health().degraded
        await intake.take(deletion(1))
        assert not intake.health().degraded
        await intake.finish(seconds=30)
    assert not on_disk(tmp_path)


async def test_what_can_not_be_handled_is_set_aside_until_the_next_start(tmp_path):
    # Together with the second message, and then alone.
    handled, platform = Handled(ValueError("odd"), ValueError("odd")), Platform(m1="one", m2="two")
    handled.open.clear()
    async with running(tmp_path, handled, platform) as intake:
        for number, words in ((1, "one"), (2, "two")):
            await intake.take(message(number, words))
        handled.open.set()
        await until(lambda: intake.health().degraded)
        await intake.finish(seconds=30)
        assert intake.health().detail == "0 waiting, 1 set aside"
        assert len(handled.said) == 1
    async with running(tmp_path, handled, platform) as intake:
        await intake.take_over()
        await until(lambda: sorted(handled.said) == [((1,), "one"), ((2,), "two")])
        assert not intake.health().degraded
    assert not on_disk(tmp_path)


async def test_what_a_running_process_holds_is_not_taken_over(tmp_path):
    handled, other = Handled(), Handled()
    handled.open.clear()
    async with running(tmp_path, handled) as first, running(tmp_path, other) as second:
        await first.take(deletion(1))
        await second.take_over()
        await second.finish(seconds=30)
        assert not other.events
        handled.open.set()
        await first.finish(seconds=30)
        assert len(handled.events) == 1


async def test_a_line_that_a_crash_cut_costs_only_itself(tmp_path):
    await left_by_an_ended_process(tmp_path, deletion(1), deletion(2))
    path = next(tmp_path.glob(f"*{SUFFIX}"))
    path.write_bytes(path.read_bytes()[:-20])
    handled = Handled()
    async with running(tmp_path, handled) as intake:
        await intake.take_over()
        await intake.finish(seconds=30)
        assert [one.platform_ids for one in handled.events] == [(1,)]


async def test_a_full_disk_costs_durability_but_no_event(tmp_path):
    folder = tmp_path / "intake"
    folder.write_text("no folder")
    handled = Handled()
    handled.open.clear()
    # The spool is written to until the intake has ended.
    with moving("whisper_spool_seconds_bucket", "whisper_intake_seconds_bucket"):
        async with running(folder, handled) as intake:
            with moving("whisper_spool_errors_total", "whisper_intake_waiting"):
                await intake.take(deletion(1))
            assert intake.health().degraded
            folder.unlink()
            await intake.take(deletion(2))
            assert not intake.health().degraded
            # The first is on disk now as well.
            assert b'"1"' in on_disk(folder)
            handled.open.set()
            await intake.finish(seconds=30)
    assert len(handled.events) == 2


async def test_what_was_handled_leaves_nothing_in_the_spool(tmp_path):
    handled = Handled()
    async with running(tmp_path, handled) as intake:
        await intake.take(message(1))
        await intake.finish(seconds=30)
        # The intake runs on: who wrote when must not wait for its end.
        await until(lambda: on_disk(tmp_path) == b"")
        handled.open.clear()
        await intake.take(message(2))
        assert b'"2"' in on_disk(tmp_path)
        assert b'"1"' not in on_disk(tmp_path)
        handled.open.set()


async def test_a_spool_does_not_grow_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr("botrunner.intake.spool.COMPACT_BYTES", 1000)
    spool = Spool(tmp_path)
    # Something that waits all the time.
    await spool.append(deletion(0))[1]
    for number in range(1, 200):
        event, written = spool.append(deletion(number))
        await written
        spool.done([event])
        assert len(on_disk(tmp_path)) < 5000
    await spool.close()
    assert b'"0"' in on_disk(tmp_path)
