"""Periodic jobs: done when due, by one process, made up for, and told of when they fail."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Literal

import pytest
from django.core.management import CommandError, call_command

from whisper import periodic
from whisper.database.errors import DatabaseBusyError
from whisper.models import PeriodicJob
from whisper.tests.moving import moving

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    """The time that jobs see; a test sets it."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(periodic, "now", clock)
    # An earlier test may have left the value that this one is to see.
    periodic.FAILURES.clear()
    periodic.SUCCEEDED.clear()
    return clock


class Work:
    """A job that counts its runs, and fails as often as it is told."""

    def __init__(self, fails: int = 0) -> None:
        self.runs, self.fails, self.ran = 0, fails, asyncio.Event()

    async def __call__(self, stop: asyncio.Event) -> str:
        self.runs += 1
        self.ran.set()
        if self.runs <= self.fails:
            raise periodic.JobError("the disk is full")
        return f"run {self.runs}"


def job(work, every=HOUR, **options):
    return periodic.Job("sweep", "Sweeps.", work, every, **options)


class StopAfterOneLook(asyncio.Event):
    """Set as soon as somebody waits for it: a process looks once, and finishes what it began."""

    async def wait(self) -> Literal[True]:
        self.set()
        return True


async def look():
    """Let a process look once for what is due, and do it."""
    await periodic.run(StopAfterOneLook())


async def row() -> PeriodicJob:
    return await PeriodicJob.objects.aget(name="sweep")


async def test_a_job_is_done_when_it_is_due_and_not_before(clock):
    work = Work()
    with periodic.registered(job(work)):
        await look()
        assert (work.runs, (await row()).result) == (1, "run 1")
        clock.at += HOUR / 2
        await look()
        assert work.runs == 1
        clock.at += HOUR
        await look()
        assert work.runs == 2


async def test_missed_runs_are_made_up_for_once(clock):
    work = Work()
    with periodic.registered(job(work)):
        await look()
        clock.at += 30 * HOUR
        with moving("whisper_periodic_last_success_seconds"):
            await look()
        await look()
    assert work.runs == 2


async def test_a_job_that_another_process_does_is_left_alone_until_its_claim_runs_out(clock):
    work = Work()
    with periodic.registered(job(work)):
        await PeriodicJob.objects.acreate(
            name="sweep", due_at=NOON, claimed_until=NOON + periodic.LEASE
        )
        await look()
        assert work.runs == 0
        clock.at += 2 * periodic.LEASE
        await look()
        assert work.runs == 1


@pytest.mark.parametrize("fails", [False, True])
async def test_results_name_no_folder_of_the_server(clock, fails):
    text = "/srv/whisper/backups/20260301-120000: 40 rows (sqlite)"

    async def backing_up(stop):
        if fails:
            raise periodic.JobError(text)
        return text

    with periodic.registered(job(backing_up)):
        await look()
    assert (await row()).result == "20260301-120000: 40 rows (sqlite)"


async def test_two_processes_do_a_job_once(clock):
    work = Work()
    with periodic.registered(job(work)):
        await asyncio.gather(look(), look())
    assert work.runs == 1


async def test_a_job_that_fails_is_tried_again_after_ever_longer_pauses(clock, caplog):
    work = Work(fails=2)
    with periodic.registered(job(work)):
        with moving("whisper_periodic_failures"):
            await look()
        failed = await row()
        assert (failed.failures, failed.result) == (1, "the disk is full")
        assert failed.due_at == NOON + periodic.FIRST_RETRY
        clock.at += periodic.FIRST_RETRY
        await look()
        assert (await row()).due_at == clock.at + 2 * periodic.FIRST_RETRY
        clock.at += HOUR
        await look()
        assert ((await row()).failures, (await row()).result) == (0, "run 3")
    assert "sweep failed: the disk is full" in caplog.text


async def test_a_job_that_needs_somebody_is_not_tried_again_sooner_than_it_says(clock):
    async def work(stop):
        raise periodic.JobError("run the command", retry=HOUR)

    with periodic.registered(job(work)):
        await look()
        assert (await row()).due_at == NOON + HOUR


async def test_a_busy_database_is_no_traceback(clock, caplog, monkeypatch):
    async def busy(stop):
        raise DatabaseBusyError("All database threads are busy.")

    def fail(*_):
        raise DatabaseBusyError("All database threads are busy.")

    monkeypatch.setattr(periodic, "_note_failure", fail)
    with periodic.registered(job(busy)):
        assert not await periodic.run_now("sweep")
    assert "sweep failed: All database threads are busy." in caplog.text
    assert "can't store the result of sweep" in caplog.text
    assert "Traceback" not in caplog.text


async def test_the_longest_pause_after_failures_is_bounded(clock):
    with periodic.registered(job(Work(fails=10**6))):
        await PeriodicJob.objects.acreate(name="sweep", due_at=NOON, failures=10_000)
        await look()
        assert (await row()).due_at == NOON + periodic.LONGEST_RETRY


async def test_a_clock_that_was_ahead_does_not_put_a_job_off(clock):
    work = Work()
    with periodic.registered(job(work)):
        clock.at += timedelta(days=300)
        await look()
        clock.at = NOON
        await look()
    assert work.runs == 2


async def look_for(clock, time):
    """Look once an hour for some time, as a process does that keeps running."""
    for _ in range(round(time / HOUR)):
        clock.at += HOUR
        await look()


async def test_what_destroys_by_age_waits_for_a_steady_clock(clock):
    work = Work()
    with periodic.registered(job(work, by_age=True)):
        await look()
        await look_for(clock, periodic.STEADY - HOUR)
        assert work.runs == 0
        await look_for(clock, HOUR)
        assert work.runs == 1


async def test_the_clocks_of_two_hosts_may_differ_by_seconds(clock):
    work, second = Work(), timedelta(seconds=1)
    with periodic.registered(job(work, by_age=True)):
        await look()
        for _ in range(6):
            await look_for(clock, HOUR)
            clock.at -= 2 * second
            await look()
            clock.at += 2 * second
        assert work.runs == 1


async def test_after_a_long_pause_what_destroys_by_age_is_late_by_the_time_it_waits(clock):
    work = Work()
    with periodic.registered(job(work, by_age=True)):
        await look()
        await look_for(clock, periodic.STEADY)
        clock.at += timedelta(days=3)
        await look()
        assert work.runs == 1
        assert (await periodic._health()).detail == "sweep is late"
        await look_for(clock, periodic.STEADY)
        assert work.runs == 2
        assert (await periodic._health()).detail == "ok"


@pytest.mark.parametrize("jump", [timedelta(days=300), -timedelta(days=300)])
async def test_while_the_clock_is_wrong_and_for_a_while_after_nothing_is_destroyed(clock, jump):
    work = Work()
    with periodic.registered(job(work, by_age=True)):
        await look()
        await look_for(clock, periodic.STEADY)
        clock.at += jump
        await look()
        await look_for(clock, 4 * HOUR)
        clock.at -= jump
        await look()
        await look_for(clock, periodic.STEADY - HOUR)
        assert work.runs == 1
        await look_for(clock, HOUR)
        assert work.runs == 2


class SecondLook(asyncio.Event):
    """Moves the clocks after the first look, and is set after the second."""

    def __init__(self, move) -> None:
        super().__init__()
        self.move = move

    async def wait(self) -> Literal[True]:
        if self.move is None:
            self.set()
            return True
        self.move()
        self.move = None
        raise TimeoutError


@pytest.mark.parametrize("is_set", [True, False])
async def test_a_clock_that_is_set_within_a_day_is_not_steady(clock, monkeypatch, is_set):
    work, seconds = Work(), [0.0]
    monkeypatch.setattr(periodic, "elapsed", lambda: seconds[0])

    def move():
        clock.at += 20 * HOUR
        seconds[0] += 10 if is_set else 20 * HOUR.total_seconds()

    with periodic.registered(job(work, by_age=True)):
        await look()
        await look_for(clock, periodic.STEADY)
        await periodic.run(SecondLook(move))
        assert work.runs == (1 if is_set else 2)


async def test_two_hosts_whose_clocks_are_apart_destroy_nothing(clock):
    work = Work()
    with periodic.registered(job(work, by_age=True)):
        await look()
        for _ in range(24):
            await look_for(clock, HOUR)
            clock.at += timedelta(days=300)
            await look()
            clock.at -= timedelta(days=300)
        assert work.runs == 0


async def test_what_waits_for_a_steady_clock_is_not_late_yet(clock):
    with periodic.registered(job(Work(), by_age=True)):
        await look()
        clock.at += periodic.STEADY + periodic.LATE
        assert not (await periodic._health()).degraded


def test_somebody_can_vouch_for_the_clock(clock):
    work = Work()
    with periodic.registered(job(work, by_age=True)):
        with pytest.raises(CommandError, match=r"for 6 hours.*--clock-is-right"):
            call_command("periodic", "run", "sweep")
        assert work.runs == 0
        call_command("periodic", "run", "sweep", "--clock-is-right")
        assert work.runs == 1


def test_every_job_that_deletes_or_erases_waits_for_a_steady_clock():
    # They rewrite files, whatever the time is.
    rewriting = {"purge", "deleted messages"}
    deleting = {
        name for name, one in periodic.jobs().items() if re.match("Deletes|Erases|Rolls", one.what)
    }
    assert len(deleting) >= 7
    assert [name for name in sorted(deleting - rewriting) if not periodic.jobs()[name].by_age] == []


async def test_a_request_is_done_after_its_delay_and_no_more(clock):
    work = Work()
    with periodic.registered(job(work, None, delay=HOUR)):
        await look()
        assert work.runs == 0
        await asyncio.to_thread(periodic.request, "sweep")
        await look()
        assert work.runs == 0
        clock.at += HOUR
        await look()
        clock.at += 9 * HOUR
        await look()
    assert work.runs == 1


async def test_a_job_that_is_switched_off_is_not_done(clock):
    work = Work()
    with periodic.registered(job(work, lambda: None)):
        await look()
    assert work.runs == 0


async def test_a_process_that_was_just_started_leaves_heavy_jobs_to_others(clock):
    work = Work()
    with periodic.registered(job(work, after_start=HOUR)):
        await look()
    assert work.runs == 0


async def test_a_job_is_told_to_stop_and_waited_for(clock):
    ended = []

    async def work(stop):
        await stop.wait()
        ended.append(True)
        return "stopped early"

    with periodic.registered(job(work)):
        await look()
    assert ended == [True]


async def test_health_tells_of_jobs_that_fail_and_that_nobody_does(clock):
    with periodic.registered(job(Work(fails=1))):
        await look()
        assert (await periodic._health()).detail == "sweep fails (the disk is full)"
        clock.at += HOUR
        await look()
        assert not (await periodic._health()).degraded
        clock.at += 5 * HOUR
        assert (await periodic._health()).detail == "sweep is late"


def test_the_command_lists_jobs_and_does_one(clock):
    with periodic.registered(job(Work(fails=1))):
        with pytest.raises(CommandError, match="sweep failed: the disk is full"):
            call_command("periodic", "run", "sweep")
        out = StringIO()
        call_command("periodic", "run", "sweep", stdout=out)
        call_command("periodic", "list", stdout=out)
    assert "sweep: run 2" in out.getvalue()
    assert "sweep (every 1:00:00): Sweeps." in out.getvalue()
    assert "due 2026-03-01 13:00; last 2026-03-01 12:00: run 2" in out.getvalue()


def test_a_job_that_is_unknown_or_in_hand_is_refused(clock):
    with periodic.registered(job(Work())):
        with pytest.raises(CommandError, match="There is no job 'mop'; there are sweep"):
            call_command("periodic", "run", "mop")
        PeriodicJob.objects.create(name="sweep", claimed_until=NOON + periodic.LEASE)
        with pytest.raises(CommandError, match="Another process"):
            call_command("periodic", "run", "sweep")
