"""Tests of work that follows from a change: done at least once, in order, and never lost."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from whisper import outbox
from whisper.database.access import in_database
from whisper.models import OutboxEntry
from whisper.outbox import AwayError, PermanentError

pytestmark = pytest.mark.django_db(transaction=True)


class Worker:
    """A handler that keeps what it did and fails as it is told."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.fails: dict[str, list[Exception]] = {}
        self.worked = asyncio.Event()

    async def __call__(self, payloads) -> None:
        for payload in payloads:
            if faults := self.fails.get(payload["what"]):
                raise faults.pop(0) if len(faults) > 1 else faults[0]
        self.done += [payload["what"] for payload in payloads]
        self.worked.set()


@pytest.fixture
def worker(monkeypatch):
    worker = Worker()
    monkeypatch.setitem(outbox._handlers, "test", worker)
    monkeypatch.setattr(outbox, "_paused_until", {})
    return worker


async def enqueue(*names, topic="test"):
    for name in names:
        await in_database(outbox.enqueue, topic, {"what": name})


async def entries():
    return await in_database(lambda: list(OutboxEntry.objects.order_by("pk")))


async def make_due():
    await in_database(lambda: OutboxEntry.objects.update(due_at=timezone.now()))


async def test_entries_are_done_in_the_order_of_writing_and_removed(worker):
    await enqueue("a", "b", "c")
    assert await outbox.drain() == 3
    assert worker.done == ["a", "b", "c"]
    assert await entries() == []


async def test_work_of_a_rolled_back_change_is_never_done(worker):
    def change_and_fail():
        with transaction.atomic():
            outbox.enqueue("test", {"what": "ghost"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await in_database(change_and_fail)
    assert await outbox.drain() == 0
    assert worker.done == []


async def test_a_failure_is_tried_again_later(worker):
    worker.fails["a"] = [OSError("away")]
    await enqueue("a")
    await outbox.drain()
    (entry,) = await entries()
    assert (entry.attempts, entry.failed_at) == (1, None)
    assert entry.due_at > timezone.now()
    worker.fails.clear()
    await make_due()
    await outbox.drain()
    assert worker.done == ["a"]


async def test_the_wait_grows_and_is_bounded(worker):
    worker.fails["a"] = [OSError("away")]
    await enqueue("a")
    waits = []
    for _ in range(14):
        await make_due()
        await outbox.drain()
        waits.append((await entries())[0].due_at - timezone.now())
    assert waits[0] < waits[3] < waits[6]
    assert waits[-1] <= outbox.LONGEST_RETRY


@pytest.mark.parametrize("attempts", [46, 47, 2000])
async def test_an_entry_that_failed_for_weeks_holds_up_no_topic(worker, attempts):
    worker.fails["old"] = [OSError("away")]
    await enqueue("old")
    await in_database(lambda: OutboxEntry.objects.update(attempts=attempts))
    await enqueue("a", topic="unheard of")
    await enqueue("b")
    await outbox.drain()
    old, _ = await entries()
    assert (old.attempts, worker.done) == (attempts + 1, ["b"])
    assert timezone.now() < old.due_at <= timezone.now() + outbox.LONGEST_RETRY


@pytest.mark.parametrize("bookkeeping", ["_finish", "_put_back", "_let_wait"])
async def test_bookkeeping_of_one_topic_that_fails_holds_up_no_other(
    worker, monkeypatch, bookkeeping
):
    faults = {"_finish": None, "_put_back": OSError("away"), "_let_wait": AwayError("away")}
    noted = getattr(outbox, bookkeeping)

    async def other(payloads):
        if fault := faults[bookkeeping]:
            raise fault

    def fails(entries, *rest):
        first = entries[0] if isinstance(entries, list) else entries
        if first.topic == "other":
            raise OverflowError("date value out of range")
        return noted(entries, *rest)

    monkeypatch.setitem(outbox._handlers, "other", other)
    monkeypatch.setattr(outbox, bookkeeping, fails)
    await enqueue("x", topic="other")
    await enqueue("a", "b")
    await outbox.drain()
    assert worker.done == ["a", "b"]
    (left,) = await entries()
    assert (left.topic, left.failed_at) == ("other", None)


async def test_bookkeeping_of_one_row_that_fails_holds_up_none_of_its_topic(worker, monkeypatch):
    noted = outbox._put_back

    def fails(entry, error):
        if entry.payload["what"] == "bad":
            raise OverflowError("date value out of range")
        noted(entry, error)

    monkeypatch.setattr(outbox, "_put_back", fails)
    worker.fails["bad"] = [OSError("away")]
    await enqueue("a", "bad", "b")
    await outbox.drain()
    assert worker.done == ["a", "b"]
    assert [entry.payload["what"] for entry in await entries()] == ["bad"]


async def test_one_bad_entry_holds_up_none(worker):
    worker.fails["bad"] = [OSError("away")]
    await enqueue("a", "bad", "b")
    await outbox.drain()
    assert worker.done == ["a", "b"]
    assert [entry.payload["what"] for entry in await entries()] == ["bad"]


async def test_what_can_never_succeed_is_set_aside_with_its_reason(worker):
    worker.fails["bad"] = [PermanentError("no such model")]
    await enqueue("bad")
    await outbox.drain()
    (entry,) = await entries()
    assert entry.failed_at is not None
    assert entry.last_error == "no such model"
    await make_due()
    assert await outbox.drain() == 0


async def test_an_error_is_kept_without_the_text_it_quotes(worker):
    worker.fails["a"] = [ValueError("Ann said: my secret")]
    await enqueue("a")
    await outbox.drain()
    assert (await entries())[0].last_error == "ValueError"


async def test_a_topic_that_nothing_handles_is_set_aside():
    await enqueue("a", topic="unheard of")
    await outbox.drain()
    assert (await entries())[0].failed_at is not None


async def test_the_entry_of_a_killed_worker_is_due_again_after_its_lease(worker):
    await enqueue("a")
    await in_database(outbox._claim)  # The worker dies here.
    assert await outbox.drain() == 0
    await in_database(
        lambda: OutboxEntry.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    )
    await outbox.drain()
    assert worker.done == ["a"]


async def test_what_was_due_before_a_call_is_done_after_it_though_another_call_took_it(worker):
    await enqueue(*"abcdef")
    await asyncio.gather(outbox.drain(), outbox.drain(), outbox.drain())
    assert sorted(worker.done) == list("abcdef")


async def test_a_running_worker_takes_what_comes_and_stops_when_told(worker):
    stop = asyncio.Event()
    running = asyncio.create_task(outbox.run(stop, idle_seconds=0.01))
    await enqueue("a")
    await asyncio.wait_for(worker.worked.wait(), 20)
    stop.set()
    await running
    assert worker.done == ["a"]


async def test_a_topic_whose_service_is_away_waits_as_one_and_holds_up_no_other(
    worker, monkeypatch
):
    away, calls = True, []

    async def handler(payloads):
        calls.append(len(payloads))
        if away:
            raise AwayError("the service is away")

    monkeypatch.setitem(outbox._handlers, "away", handler)
    await enqueue("x", "y", topic="away")
    await enqueue("a")
    await outbox.drain()
    assert await outbox.drain() == 0
    assert (calls, worker.done) == ([2], ["a"])
    assert [(entry.attempts, entry.failed_at) for entry in await entries()] == [(0, None)] * 2
    away = False
    monkeypatch.setattr(outbox, "_paused_until", {})
    await outbox.drain()
    assert (calls, await entries()) == ([2, 2], [])


@pytest.mark.parametrize(("again", "done"), [(True, ["a"]), (False, [])])
async def test_a_worker_that_starts_takes_up_what_a_killed_one_had_in_hand(
    worker, monkeypatch, again, done
):
    monkeypatch.setattr(outbox, "_again_at_start", {"test"} if again else set())
    await enqueue("a")
    await in_database(outbox._claim)  # The worker dies here.
    await enqueue("b")
    stop = asyncio.Event()
    running = asyncio.create_task(outbox.run(stop, idle_seconds=0.01))
    await asyncio.wait_for(worker.worked.wait(), 20)
    stop.set()
    await running
    assert worker.done == [*done, "b"]
