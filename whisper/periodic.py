"""Work that is repeated: backups, purges, cooling of relationships.

Each job has a row in the database that says when it is due and how its last run went. A process
claims a due job by a filtered update, so that of several processes one does it; a claim that nobody
renews runs out. A job that fell due while no process was running is done once after the next start.

A wrong clock must not make everything old at once. Jobs that destroy by age therefore wait until
the clock has been steady for `STEADY`. Each look at what is due is also a look at the clock; the
row `CLOCK` says when the last one was and since when the clock has been steady. A process also
compares the clock with one that nobody can set.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Q
from django.utils import timezone
from prometheus_client import Gauge

from whisper.amounts import amount
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError
from whisper.health import Fault, Health
from whisper.health import register as register_health
from whisper.models import PeriodicJob
from whisper.paths import without_folders

logger = logging.getLogger(__name__)

now = timezone.now
# Seconds of a clock that nobody can set.
elapsed = time.monotonic

LOOK_SECONDS = 10.0
LEASE = timedelta(minutes=2)
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
MOST_DOUBLINGS = 10
# If a job is late by this much and by its interval, no process is running it.
LATE = timedelta(hours=1)
RESULT_LENGTH = 500
# The row of the clock: the last look at it is its `finished_at`, steady since is `started_at`.
CLOCK = "clock"
STEADY = timedelta(hours=6)
# Two looks that are further apart than this say nothing about the time between them.
LONGEST_GAP = timedelta(days=1)
# The clocks of several hosts differ by a little.
SKEW = timedelta(minutes=1)
# If the clock moves by this much while a process runs, somebody set it.
JUMP = timedelta(minutes=5)
LOOK_NOTED_EVERY = timedelta(minutes=1)

SUCCEEDED = Gauge(
    "whisper_periodic_last_success_seconds", "When a periodic job last succeeded.", ["job"]
)
FAILURES = Gauge("whisper_periodic_failures", "Failures in a row of a periodic job.", ["job"])

Work = Callable[[asyncio.Event], Awaitable[str]]
Interval = timedelta | Callable[[], timedelta | None] | None


class JobError(Exception):
    """A job failed; the text says why, without quoting anyone.

    Args:
        retry: when to try again, where sooner is of no use; no longer than the job's interval.
    """

    def __init__(self, text: str, *, retry: timedelta | None = None) -> None:
        super().__init__(text)
        self.retry = retry


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work that is repeated.

    Args:
        name: what people call it by.
        what: what it does, in one line.
        work: the coroutine that does it and returns what it did. The event asks it to stop early.
        every: the time from one run's end to the next; None if it is done on request alone.
        after_start: how long a process must have been running; short-lived ones leave it to others.
        delay: from a request to the run, so that requests share one.
        by_age: whether it destroys what is old, so that it waits for a steady clock.
    """

    name: str
    what: str
    work: Work
    every: Interval
    after_start: timedelta = timedelta(0)
    delay: timedelta = timedelta(0)
    by_age: bool = False

    @property
    def interval(self) -> timedelta | None:
        """Return the time between runs as configured now; None if there is none."""
        return self.every() if callable(self.every) else self.every


_jobs: dict[str, Job] = {}


def periodic(
    name: str,
    what: str,
    *,
    every: Interval,
    after_start: timedelta = timedelta(0),
    delay: timedelta = timedelta(0),
    by_age: bool = False,
) -> Callable[[Work], Work]:
    """Register the coroutine that does a job; `Job` describes the arguments."""

    def register(work: Work) -> Work:
        _jobs[name] = Job(name, what, work, every, after_start, delay, by_age)
        return work

    return register


def jobs() -> dict[str, Job]:
    """Return all jobs by name."""
    return dict(sorted(_jobs.items()))


def request(name: str) -> None:
    """Schedule a job after its delay; call this inside the transaction that requires it."""
    at = now()
    PeriodicJob.objects.get_or_create(name=name)
    rows = PeriodicJob.objects.filter(name=name)
    rows.update(requested_at=at)
    # One that is due already goes first; it is done again where it may have been too early.
    rows.filter(due_at=None).update(due_at=at + _jobs[name].delay)


def last_success(name: str) -> datetime | None:
    """Return when a job last succeeded; None if it never did."""
    return PeriodicJob.objects.filter(name=name).values_list("succeeded_at", flat=True).first()


async def run(stop: asyncio.Event, *, look_seconds: float = LOOK_SECONDS) -> None:
    """Run due jobs until `stop` is set; running jobs are then asked to stop."""
    began, running = elapsed(), dict[str, asyncio.Task[bool]]()
    start = _start_of_the_clock()
    while not stop.is_set():
        running = {name: task for name, task in running.items() if not task.done()}
        up = timedelta(seconds=elapsed() - began)
        ready = [job for job in _jobs.values() if job.after_start <= up and job.name not in running]
        with suppress(DatabaseUnavailableError):
            # Health reports an unavailable database; jobs are just as due when it is back.
            start_now = _start_of_the_clock()
            was_set = abs(start_now - start) > JUMP
            for name in await in_database(_claim_due, ready, was_set):
                running[name] = asyncio.create_task(_do(_jobs[name], stop))
            if was_set:
                start = start_now
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), look_seconds)
    if running:
        await asyncio.wait(running.values())


def _start_of_the_clock() -> datetime:
    """Return when `elapsed` was zero by the clock; the same time unless the clock is set."""
    return now() - timedelta(seconds=elapsed())


async def run_now(
    name: str, stop: asyncio.Event | None = None, *, clock_is_right: bool = False
) -> bool:
    """Run a job now and return whether it succeeded.

    Args:
        clock_is_right: whether somebody vouches for the clock, so that what destroys by age need
            not wait until it has been steady.

    Raises:
        JobError: the job does not exist, it waits for a steady clock, or another process is doing
            it.
    """
    if name not in _jobs:
        raise JobError(f"There is no job {name!r}; there are {', '.join(jobs())}.")
    if _jobs[name].by_age and not clock_is_right and not await in_database(_is_steady, now()):
        raise JobError(
            f"{name} deletes by age, so it waits until the clock has been steady for "
            f"{amount(int(STEADY.total_seconds()) // 3600, 'hour')}. If the clock is right, "
            "add --clock-is-right."
        )
    if not await in_database(_claim, _jobs[name]):
        raise JobError(f"Another process is running {name} right now.")
    return await _do(_jobs[name], stop or asyncio.Event())


async def _do(job: Job, stop: asyncio.Event) -> bool:
    renewing = asyncio.create_task(_renew(job.name))
    try:
        result = await job.work(stop)
    except Exception as error:
        if isinstance(error, JobError | DatabaseUnavailableError):
            reason = str(error)
            logger.error("periodic: %s failed: %s", job.name, reason)
        else:
            reason = type(error).__name__
            logger.exception("periodic: %s failed", job.name)
        retry = error.retry if isinstance(error, JobError) else None
        await _note(partial(_note_failure, retry), job, reason)
        return False
    finally:
        renewing.cancel()
    logger.debug("periodic: %s: %s", job.name, result)
    await _note(_note_success, job, result)
    return True


async def _note(how: Callable[[Job, str], None], job: Job, result: str) -> None:
    """Note a job's result; if the database is away or busy, it is done again after its lease."""
    try:
        await in_database(how, job, without_folders(result))
    except DatabaseUnavailableError as error:
        logger.warning("periodic: can't store the result of %s (%s)", job.name, error)


async def _renew(name: str) -> None:
    """Keep a claim while the job is in hand."""
    while True:
        await asyncio.sleep(LEASE.total_seconds() / 4)
        with suppress(DatabaseUnavailableError):
            await in_database(_extend, name)


def _extend(name: str) -> None:
    PeriodicJob.objects.filter(name=name).update(claimed_until=now() + LEASE)


def _claim_due(ready: list[Job], was_set: bool) -> list[str]:
    """Claim the due jobs and return their names.

    Args:
        was_set: whether somebody set the clock since the last look.
    """
    at = now()
    steady = _is_steady(at, was_set=was_set)
    known = set(PeriodicJob.objects.values_list("name", flat=True))
    _plan([job for job in ready if job.name not in known], at)
    rows = {row.name: row for row in PeriodicJob.objects.all()}
    return [
        job.name
        for job in ready
        if (steady or not job.by_age)
        and (row := rows.get(job.name))
        and _is_due(job, row, at)
        and _claim(job, row)
    ]


def _is_steady(at: datetime, *, was_set: bool = False) -> bool:
    """Note a look at the clock and return whether it has been steady for long enough."""
    seen = {"started_at": at, "finished_at": at, "result": f"steady since {at:%Y-%m-%d %H:%M}"}
    row, _ = PeriodicJob.objects.get_or_create(name=CLOCK, defaults=seen)
    last, since = row.finished_at or at, row.started_at or at
    rows = PeriodicJob.objects.filter(name=CLOCK)
    if was_set or not -SKEW <= at - last <= LONGEST_GAP:
        logger.info("periodic: the last look at the clock was at %s; it is %s now", last, at)
        rows.update(**seen)
        return False
    if at - last >= LOOK_NOTED_EVERY:
        rows.update(finished_at=at)
    return at - since >= STEADY


def _plan(new: list[Job], at: datetime) -> None:
    if new:
        planned = [
            PeriodicJob(name=job.name, due_at=None if job.interval is None else at) for job in new
        ]
        PeriodicJob.objects.bulk_create(planned, ignore_conflicts=True)


def _is_due(job: Job, row: PeriodicJob, at: datetime) -> bool:
    interval = job.interval
    if interval is None:
        return row.requested_at is not None and row.due_at is not None and row.due_at <= at
    # A clock that was ahead must not put a job off for months.
    ahead = row.due_at is not None and row.due_at > at + max(interval, LONGEST_RETRY)
    return row.due_at is None or row.due_at <= at or ahead


def _claim(job: Job, seen: PeriodicJob | None = None) -> bool:
    """Claim a job; not if another process has done it since it was seen to be due."""
    at = now()
    PeriodicJob.objects.get_or_create(name=job.name)
    free = Q(claimed_until=None) | Q(claimed_until__lte=at) | Q(claimed_until__gt=at + LEASE)
    rows = PeriodicJob.objects.filter(free, name=job.name)
    if seen is not None:
        rows = rows.filter(due_at=seen.due_at)
    return rows.update(claimed_until=at + LEASE, started_at=at) == 1


def _note_success(job: Job, result: str) -> None:
    at, interval = now(), job.interval
    row = PeriodicJob.objects.get(name=job.name)
    due = None if interval is None else at + interval
    asked = row.requested_at
    if asked is not None and row.started_at is not None and asked + job.delay > row.started_at:
        due = asked + job.delay
    PeriodicJob.objects.filter(name=job.name).update(
        due_at=due,
        claimed_until=None,
        finished_at=at,
        succeeded_at=at,
        result=result[:RESULT_LENGTH],
        failures=0,
        requested_at=asked if due is not None and interval is None else None,
    )
    SUCCEEDED.labels(job.name).set(at.timestamp())
    FAILURES.labels(job.name).set(0)


def _note_failure(retry: timedelta | None, job: Job, reason: str) -> None:
    at = now()
    row = PeriodicJob.objects.get(name=job.name)
    pause = min(FIRST_RETRY * 2 ** min(row.failures, MOST_DOUBLINGS), LONGEST_RETRY)
    PeriodicJob.objects.filter(name=job.name).update(
        due_at=at + (retry or pause),
        claimed_until=None,
        finished_at=at,
        result=reason[:RESULT_LENGTH],
        failures=row.failures + 1,
    )
    FAILURES.labels(job.name).set(row.failures + 1)


@register_health("periodic")
async def _health() -> Health:
    rows = await in_database(lambda: list(PeriodicJob.objects.order_by("name")))
    known = [row for row in rows if row.name in _jobs]
    failing = [f"{row.name} fails ({row.result})" for row in known if row.failures]
    late = [f"{row.name} is late" for row in known if _is_late(row)]
    return Health(
        True,
        degraded=bool(failing or late),
        detail="; ".join(failing + late) or "ok",
        faults=[_fault(row) for row in rows if row.failures],
    )


def _fault(row: PeriodicJob) -> Fault:
    times = "once" if row.failures == 1 else f"{row.failures} times in a row"
    return Fault(f"The job “{row.name}” failed {times}", row.result, row.finished_at)


def _is_late(row: PeriodicJob) -> bool:
    job = _jobs[row.name]
    if row.due_at is None or (job.interval is None and row.requested_at is None):
        return False
    waits = STEADY if job.by_age else timedelta(0)
    return now() - row.due_at > LATE + (job.interval or timedelta(0)) + waits


@contextmanager
def registered(*added: Job) -> Iterator[None]:
    """Have these jobs and no others for a while, for tests."""
    before = dict(_jobs)
    _jobs.clear()
    _jobs.update({job.name: job for job in added})
    try:
        yield
    finally:
        _jobs.clear()
        _jobs.update(before)
