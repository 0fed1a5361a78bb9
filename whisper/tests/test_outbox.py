"""Tests of work that follows from a change: done at least once, in order, and never lost."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from prometheus_client import generate_latest

from whisper import outbox
from whisper.action_log import command
from whisper.database.access import in_database
from whisper.database.errors import DatabaseAwayError, DatabaseBusyError
from whisper.health import report
from whisper.models import ActionEntry, OutboxEntry
from whisper.outbox import AwayError, PermanentError, claims, precedence, topics
from whisper.outbox import worker as worker_module
from whisper.processes import lives
from whisper.tests.moving import moving
from whisper.tests.waiting import until

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
    monkeypatch.setitem(topics.HANDLERS, "test", worker)
    monkeypatch.setattr(worker_module, "_paused_until", {})
    monkeypatch.setattr(worker_module, "_most", {})
    monkeypatch.setattr(worker_module, "_unclosed", set())
    return worker


async def enqueue(*names, topic="test"):
    for name in names:
        await in_database(outbox.enqueue, topic, {"what": name})


async def entries():
    return await in_database(lambda: list(OutboxEntry.objects.order_by("pk")))


TOPICS = ("test", "second", "third")
LEASE = outbox.LEASE.total_seconds()
ENDED = "0123456789ab"


async def taken():
    """Let another worker take a batch, and return it."""
    batch = await in_database(claims.claim, "test")
    assert batch is not None
    return batch


async def pass_without_a_beat(watch, *, seconds):
    """Let a worker watch the claims for some time."""
    for now in (0.0, seconds):
        await in_database(claims.free_abandoned, watch, now)


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


@pytest.mark.heavy
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


@pytest.mark.parametrize("attempts", [46, 47, 2_000, 10_000])
async def test_an_entry_that_failed_for_weeks_is_set_aside_and_holds_up_no_topic(worker, attempts):
    worker.fails["old"] = [OSError("away")]
    await enqueue("old")
    await in_database(lambda: OutboxEntry.objects.update(attempts=attempts))
    await enqueue("a", topic="unheard of")
    await enqueue("b")
    await outbox.drain()
    old, _ = await entries()
    assert (old.attempts, worker.done) == (attempts + 1, ["b"])
    assert old.failed_at is not None


@pytest.mark.heavy
async def test_what_always_fails_is_set_aside_with_the_kind_of_error_and_where_it_arose(worker):
    worker.fails["a"] = [ValueError("Ann said: my secret")]
    await enqueue("a")
    while not (await entries())[0].failed_at:
        await make_due()
        await outbox.drain()
    (entry,) = await entries()
    assert entry.attempts == outbox.MOST_ATTEMPTS
    assert re.fullmatch(
        rf"ValueError in [\w.]+:\d+, {outbox.MOST_ATTEMPTS} times", entry.last_error
    )
    await make_due()
    assert await outbox.drain() == 0


@pytest.mark.parametrize("bookkeeping", ["finish", "put_back", "let_wait"])
async def test_bookkeeping_of_one_topic_that_fails_holds_up_no_other(
    worker, monkeypatch, bookkeeping
):
    faults = {"finish": None, "put_back": OSError("away"), "let_wait": AwayError("away")}
    noted = getattr(claims, bookkeeping)

    async def other(payloads):
        if fault := faults[bookkeeping]:
            raise fault

    def fails(batch, *rest):
        if batch.topic == "other":
            raise OverflowError("date value out of range")
        return noted(batch, *rest)

    monkeypatch.setitem(topics.HANDLERS, "other", other)
    monkeypatch.setattr(claims, bookkeeping, fails)
    await enqueue("x", topic="other")
    await enqueue("a", "b")
    await outbox.drain()
    assert worker.done == ["a", "b"]
    (left,) = await entries()
    assert (left.topic, left.failed_at) == ("other", None)


async def test_bookkeeping_of_one_row_that_fails_holds_up_none_of_its_topic(worker, monkeypatch):
    noted = claims.put_back

    def fails(batch, entry, error):
        if entry.payload["what"] == "bad":
            raise OverflowError("date value out of range")
        noted(batch, entry, error)

    monkeypatch.setattr(claims, "put_back", fails)
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
    assert "secret" not in (await entries())[0].last_error


async def test_a_topic_that_only_a_newer_version_handles_waits_for_it(monkeypatch):
    await enqueue("a", topic="newer")
    await outbox.drain()
    (entry,) = await entries()
    assert (entry.failed_at, entry.last_error) == (None, "nothing handles newer")
    newer = Worker()
    monkeypatch.setitem(topics.HANDLERS, "newer", newer)
    await make_due()
    await outbox.drain()
    assert newer.done == ["a"]


async def test_the_batch_of_a_killed_worker_is_free_after_its_lease(worker):
    await enqueue("a")
    await in_database(claims.claim, "test")  # The worker dies here.
    assert await outbox.drain() == 0
    await pass_without_a_beat(claims.Watch(), seconds=LEASE)
    await outbox.drain()
    assert worker.done == ["a"]


async def test_the_batch_of_a_process_that_has_ended_is_free_at_once(worker, monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    (tmp_path / lives.FOLDER).mkdir()
    (tmp_path / lives.FOLDER / f"{ENDED}{lives.SUFFIX}").touch()
    await enqueue("a")
    await in_database(claims.claim, "test", token=f"{ENDED}{'0' * lives.REST}")
    stop = asyncio.Event()
    running = asyncio.create_task(outbox.run(stop))
    await until(lambda: worker.done == ["a"])
    stop.set()
    await running


@pytest.mark.parametrize("fails", ["claim", "finish"])
async def test_what_could_not_be_noted_is_taken_up_as_soon_as_the_database_is_back(
    worker, monkeypatch, fails
):
    working = {name: getattr(claims, name) for name in ("claim", "finish", "close")}

    def away(*_, **__):
        raise DatabaseAwayError("away")

    def claimed_unheard(*args, **options):
        working["claim"](*args, **options)
        away()

    await enqueue("a")
    monkeypatch.setattr(claims, "claim", claimed_unheard if fails == "claim" else working["claim"])
    monkeypatch.setattr(claims, "finish", away)
    monkeypatch.setattr(claims, "close", away)
    with pytest.raises(DatabaseAwayError):
        await outbox.drain()
    for name, function in working.items():
        monkeypatch.setattr(claims, name, function)
    monkeypatch.setattr(worker_module, "_paused_until", {})
    await outbox.drain()
    assert await entries() == []


async def test_a_batch_that_outlasts_its_lease_is_done_once(worker):
    await enqueue("a")
    batch = await taken()
    watch = claims.Watch()
    for _ in range(10):
        await pass_without_a_beat(watch, seconds=LEASE - 1)
        assert await in_database(claims.renew, batch.token)
    assert await outbox.drain() == 0
    await in_database(claims.finish, batch, batch.entries)
    assert await entries() == []


@pytest.mark.parametrize("jump", [timedelta(days=300), -timedelta(days=300)])
async def test_a_clock_that_jumps_takes_no_batch_from_whoever_works_on_it(
    worker, monkeypatch, jump
):
    await enqueue("a")
    await in_database(claims.claim, "test")
    now = timezone.now() + jump
    monkeypatch.setattr(timezone, "now", lambda: now)
    await pass_without_a_beat(claims.Watch(), seconds=LEASE - 1)
    assert await outbox.drain() == 0


async def test_what_a_worker_notes_after_it_lost_its_batch_changes_nothing(worker):
    await enqueue("a")
    lost = await taken()
    await pass_without_a_beat(claims.Watch(), seconds=LEASE)
    other = await taken()
    assert not await in_database(claims.renew, lost.token)
    await in_database(claims.finish, lost, lost.entries)
    await in_database(claims.put_back, lost, lost.entries[0], OSError())
    await in_database(claims.close, lost)
    (entry,) = await entries()
    assert (entry.claim, entry.attempts) == (other.token, 0)


async def test_work_that_was_put_off_by_a_clock_that_was_ahead_is_done_in_time(worker, monkeypatch):
    true = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: true + timedelta(days=300))
    worker.fails["again"] = [OSError("away")]
    await enqueue("again")
    await outbox.drain()
    await in_database(
        lambda: outbox.enqueue(
            "test", {"what": "later"}, due_at=timezone.now() + timedelta(minutes=1)
        )
    )
    monkeypatch.setattr(timezone, "now", lambda: true)
    assert await in_database(claims.mend_times) == 2
    again, later = await entries()
    assert again.due_at <= true + outbox.LONGEST_RETRY
    assert later.due_at == true + timedelta(minutes=1)


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


async def test_a_worker_that_stops_does_not_wait_for_a_long_batch(worker, monkeypatch):
    begun, stop = asyncio.Event(), asyncio.Event()

    async def take_long(payloads):
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setitem(topics.HANDLERS, "test", take_long)
    await enqueue("one")
    running = asyncio.create_task(outbox.run(stop, idle_seconds=0.01, finish_seconds=0.01))
    await begun.wait()
    stop.set()
    await running
    # The next worker does it.
    monkeypatch.setitem(topics.HANDLERS, "test", worker)
    await make_due()
    await outbox.drain()
    assert worker.done == ["one"]


async def test_a_topic_whose_service_is_away_waits_as_one_and_holds_up_no_other(
    worker, monkeypatch
):
    away, calls = True, []

    async def handler(payloads):
        calls.append(len(payloads))
        if away:
            raise AwayError("the service is away")

    monkeypatch.setitem(topics.HANDLERS, "away", handler)
    await enqueue("x", "y", topic="away")
    await enqueue("a")
    await outbox.drain()
    assert await outbox.drain() == 0
    assert (calls, worker.done) == ([2], ["a"])
    assert [(entry.attempts, entry.failed_at) for entry in await entries()] == [(0, None)] * 2
    away = False
    monkeypatch.setattr(worker_module, "_paused_until", {})
    while await outbox.drain():
        pass
    # It begins with less: the service may only be slow.
    assert (calls, await entries()) == ([2, 1, 1], [])


@pytest.mark.parametrize(("again", "done"), [(True, ["a"]), (False, [])])
async def test_a_worker_that_starts_takes_up_what_a_killed_one_had_in_hand(
    worker, monkeypatch, again, done
):
    monkeypatch.setattr(worker_module, "AGAIN_AT_START", {"test"} if again else set())
    await enqueue("a")
    await in_database(claims.claim, "test")  # The worker dies here.
    await enqueue("b")
    stop = asyncio.Event()
    running = asyncio.create_task(outbox.run(stop, idle_seconds=0.01))
    await asyncio.wait_for(worker.worked.wait(), 20)
    stop.set()
    await running
    assert worker.done == [*done, "b"]


@pytest.mark.heavy
@pytest.mark.parametrize("total", [1_200, pytest.param(10_000, marks=pytest.mark.long)])
async def test_thousands_of_entries_of_three_topics_are_done_though_a_fourth_is_away(
    worker, monkeypatch, total
):
    others = {"second": Worker(), "third": Worker()}
    for topic, other in others.items():
        monkeypatch.setitem(topics.HANDLERS, topic, other)
    released = asyncio.Event()

    async def black_hole(payloads):
        await released.wait()
        raise AwayError("no answer")

    monkeypatch.setitem(topics.HANDLERS, "embedder", black_hole)
    rows = [
        OutboxEntry(topic=TOPICS[number % len(TOPICS)], payload={"what": str(number)})
        for number in range(total)
    ]
    rows += [OutboxEntry(topic="embedder", payload={"what": str(number)}) for number in range(100)]
    await in_database(OutboxEntry.objects.bulk_create, rows)
    stop = asyncio.Event()
    running = asyncio.create_task(outbox.run(stop, idle_seconds=0.01))
    every = (worker, *others.values())
    await until(lambda: sum(len(one.done) for one in every) == total)
    released.set()
    stop.set()
    await running
    for first, one in enumerate(every):
        assert one.done == [str(number) for number in range(first, total, len(TOPICS))]
    left = await entries()
    assert {(entry.topic, entry.attempts, entry.claim) for entry in left} == {("embedder", 0, "")}
    assert len(left) == 100


async def test_a_topic_waits_for_the_earlier_entries_of_another_unless_they_fail(
    worker, monkeypatch
):
    monkeypatch.setitem(topics.AFTER, "second", ("test",))
    second = Worker()
    monkeypatch.setitem(topics.HANDLERS, "second", second)
    await enqueue("a")
    await enqueue("after a", topic="second")
    batch = await taken()
    assert await outbox.drain() == 0
    await in_database(claims.finish, batch, batch.entries)
    await in_database(claims.close, batch)
    await outbox.drain()
    assert second.done == ["after a"]
    worker.fails["bad"] = [OSError("odd")]
    await enqueue("bad")
    await enqueue("after bad", topic="second")
    while await outbox.drain():
        pass
    assert second.done == ["after a", "after bad"]


async def test_a_service_that_is_only_slow_gets_less_at_a_time(worker, monkeypatch):
    monkeypatch.setattr(worker_module, "PAUSE_SECONDS", 0)
    asked = []

    async def slow(payloads):
        asked.append(len(payloads))
        if len(payloads) > 5:
            raise AwayError("no answer in time")

    monkeypatch.setitem(topics.HANDLERS, "slow", slow)
    await enqueue(*map(str, range(20)), topic="slow")
    while await outbox.drain():
        pass
    assert asked[:3] == [20, 10, 5]
    assert await entries() == []


async def test_when_the_service_goes_away_between_entries_the_rest_is_not_tried(worker):
    worker.fails["bad"] = [OSError("odd"), AwayError("away")]
    await enqueue("bad", *"abcdef")
    await outbox.drain()
    assert worker.done == []
    assert {entry.attempts for entry in await entries()} == {0}


async def test_a_busy_database_is_no_failure_of_the_work_and_no_traceback(worker, caplog):
    worker.fails["a"] = [DatabaseBusyError("All database threads are busy.")]
    await enqueue("a")
    await outbox.drain()
    (entry,) = await entries()
    assert (entry.attempts, entry.claim) == (0, "")
    assert "overload" in caplog.text
    assert not any(record.exc_info for record in caplog.records)


async def test_a_worker_tells_once_that_the_database_is_overloaded(monkeypatch, caplog):
    asked = asyncio.Event()
    times = []

    def busy(topics, **options):
        times.append(topics)
        if len(times) == 5:
            loop.call_soon_threadsafe(asked.set)
        raise DatabaseBusyError("All database threads are busy.")

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(worker_module, "_due", busy)
    stop = asyncio.Event()
    running = asyncio.create_task(outbox.run(stop, idle_seconds=0.01))
    await asyncio.wait_for(asked.wait(), 20)
    stop.set()
    await running
    assert caplog.text.count("overloaded") == 1
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(("do", "left"), [(outbox.retry, 2), (outbox.drop, 1)])
async def test_an_admin_retries_or_drops_what_was_set_aside(worker, do, left):
    worker.fails["bad"] = [PermanentError("no such model")]
    await enqueue("bad")
    await outbox.drain()
    worker.fails.clear()
    await enqueue("waits")
    assert await in_database(partial(do, actor=command(), reason="mended")) == 1
    found = await entries()
    assert len(found) == left
    assert not any(entry.failed_at for entry in found)
    assert await in_database(ActionEntry.objects.filter(reason="mended").count) == 1


async def test_health_tells_what_was_set_aside_and_what_is_late(worker):
    worker.fails["bad"] = [PermanentError("no such model")]
    await enqueue("bad")
    await outbox.drain()
    health = (await report())["outbox"]
    assert health.degraded
    assert "1 set aside (test: 1)" in health.detail
    await in_database(partial(outbox.drop, actor=command()))
    assert not (await report())["outbox"].degraded
    late = timezone.now() - timedelta(hours=1)
    await in_database(lambda: outbox.enqueue("test", {"what": "late"}, due_at=late))
    assert "test: 1 wait, the first for 60 min" in (await report())["outbox"].detail


async def test_health_says_in_words_what_is_late(worker):
    late = timezone.now() - timedelta(hours=1)
    for topic in ("whisper.erase", "newer"):
        await in_database(partial(outbox.enqueue, topic, {}, due_at=late))
    assert (await report())["outbox"].detail == (
        "newer: 1 wait, the first for 60 min; second passes of erasures: 1 wait, the first for "
        "60 min"
    )


async def test_metrics_tell_what_waits_and_what_was_set_aside(worker):
    await report()
    worker.fails["bad"] = [PermanentError("no such model")]
    with moving(
        "whisper_outbox_entries_total",
        "whisper_outbox_waiting",
        "whisper_outbox_set_aside",
        "whisper_outbox_late_seconds",
    ):
        await enqueue("bad")
        await outbox.drain()
        await enqueue("a", "b")
        await report()
    shown = generate_latest().decode()
    assert 'whisper_outbox_waiting{topic="test"} 2.0' in shown
    assert 'whisper_outbox_set_aside{topic="test"} 1.0' in shown


async def test_work_that_can_wait_gives_way_to_people_who_wait(worker, monkeypatch):
    monkeypatch.setattr(precedence, "CAN_WAIT", {"test"})
    now = Worker()
    monkeypatch.setitem(topics.HANDLERS, "second", now)
    stop, crowded = asyncio.Event(), True
    await enqueue("later")
    await enqueue("now", topic="second")
    with outbox.goes_first(lambda: crowded):
        running = asyncio.create_task(outbox.run(stop, idle_seconds=0.01))
        await asyncio.wait_for(now.worked.wait(), 20)
        assert worker.done == []
        crowded = False
        await asyncio.wait_for(worker.worked.wait(), 20)
    stop.set()
    await running
    assert worker.done == ["later"]


def test_work_that_can_wait_is_done_although_people_never_stop_waiting(monkeypatch):
    monkeypatch.setattr(precedence, "CAN_WAIT", {"test"})
    longest = precedence.LONGEST_WAIT_SECONDS
    with outbox.goes_first(lambda: True):
        assert precedence.gives_way("test", clock=lambda: 5.0)
        assert not precedence.gives_way("second", clock=lambda: 5.0)
        assert not precedence.gives_way("test", clock=lambda: 5.0 + longest)
    assert not precedence.gives_way("test")
