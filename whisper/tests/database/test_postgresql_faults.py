"""What becomes of database work while PostgreSQL is killed, hangs, or has no room."""

from __future__ import annotations

import asyncio
import threading
from contextlib import ExitStack
from itertools import count

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone
from prometheus_client import generate_latest
from psycopg_pool import ConnectionPool

from profiles.actions import meet
from profiles.models import Profile
from profiles.queries import profile_of
from whisper import health, outbox
from whisper.action_log import Actor
from whisper.database.access import in_database
from whisper.database.errors import DatabaseAwayError, DatabaseBusyError, DatabaseUnavailableError
from whisper.database.postgresql.pools import open_pool, pool_state
from whisper.database.switching import close_database
from whisper.environment import environment
from whisper.models import ActionEntry, OutboxEntry, Task
from whisper.tasks import actions, many
from whisper.tasks.own import RETRY
from whisper.tasks.runner import do
from whisper.tests.database.postgres_server import PostgresServer, Replica, record_on
from whisper.tests.moving import moving
from whisper.tests.waiting import until, until_it_succeeds

# They share one server.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("postgresql-faults")]

ANN = 1001
PEOPLE = range(2001, 2021)
WAIT_SECONDS = 2.0
NONE_IN_USE = "0 of 10 connections in use, 0 waiting, 0 errors"


@pytest.fixture(scope="module")
def server():
    """Return a running server."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def record(server, monkeypatch, django_db_blocker):
    """Let the server hold the database."""
    server.resume()
    server.kill()
    server.start()
    with django_db_blocker.unblock(), record_on(server, monkeypatch):
        Profile.objects.all().delete()
        connection.close()
        yield server
        server.resume()


@pytest.fixture
def patient(monkeypatch, request):
    """Let the server hold the database, with time for everybody also on a busy machine."""
    monkeypatch.setattr(environment, "postgres_pool_timeout", 60.0)
    monkeypatch.setattr(environment, "postgres_statement_timeout", 60.0)
    return request.getfixturevalue("record")


async def greet(person=ANN):
    """Count one interaction."""
    return await in_database(meet, person, name="Ann", at=timezone.now())


def state():
    """Return how the pool is."""
    found = pool_state()
    assert found
    return found


async def eventually(work):
    """Do it until it succeeds."""
    return await until_it_succeeds(work, DatabaseUnavailableError)


@pytest.fixture
def waits(monkeypatch):
    """Return the seconds that each caller was ready to wait for a connection."""
    waits: list[float] = []
    getconn = ConnectionPool.getconn

    def noted(pool, timeout=None):
        waits.append(timeout)
        return getconn(pool, timeout)

    monkeypatch.setattr(ConnectionPool, "getconn", noted)
    return waits


async def test_a_job_over_many_rows_continues_when_the_server_is_back(record, monkeypatch):
    rows, at_once, retry, calls = 50, 10, outbox.retry, count()

    def retry_or_be_cut_off(pks, **by):
        changed = retry(pks, **by)
        if next(calls) in (1, 3):
            record.kill()
            record.start()
        return changed

    def ask():
        OutboxEntry.objects.bulk_create(
            OutboxEntry(topic="x", failed_at=timezone.now()) for _ in range(rows)
        )
        account = User.objects.create_superuser(f"owner{timezone.now()}")
        many.ask_for_all(RETRY, {}, actor=Actor.admin(account.pk), reason="Test.")
        return actions.claim()

    monkeypatch.setattr(many, "BATCH", at_once)
    monkeypatch.setattr(many, "RETRY_SECONDS", 0)
    monkeypatch.setattr(outbox, "retry", retry_or_be_cut_off)
    task = await in_database(ask)
    await do(task, asyncio.Event())
    done = await eventually(lambda: in_database(Task.objects.get, pk=task.pk))
    assert (done.state, done.result, done.fault) == (Task.State.DONE, {"changed": rows}, "")
    logged = ActionEntry.objects.filter(action="outbox.retry", at__gte=done.asked_at)
    assert sum(await in_database(lambda: [one.count for one in logged])) == rows
    assert next(calls) == rows // at_once + 2


class Load:
    """People who write all the time; it counts what was acknowledged to each."""

    def __init__(self) -> None:
        self.acknowledged = dict.fromkeys(PEOPLE, 0)
        self.tried = dict.fromkeys(PEOPLE, 0)
        self.failures: set[type[Exception]] = set()
        self.failed = asyncio.Event()
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self):
        self._tasks = [asyncio.create_task(self._write(person)) for person in PEOPLE]
        await self.after(100)
        return self

    async def __aexit__(self, *error):
        self._stop.set()
        await asyncio.gather(*self._tasks)

    async def after(self, more):
        """Wait until a number of further ones were acknowledged."""
        wanted = sum(self.acknowledged.values()) + more
        await until(lambda: sum(self.acknowledged.values()) >= wanted)

    async def _write(self, person):
        while not self._stop.is_set():
            self.tried[person] += 1
            try:
                await greet(person)
            except DatabaseUnavailableError as error:
                self.failures.add(type(error))
                self.failed.set()
            else:
                self.acknowledged[person] += 1


async def assert_nothing_lost(load):
    counts = await in_database(
        lambda: dict(Profile.objects.values_list("person_id", "interaction_count"))
    )
    for person in PEOPLE:
        # Of a change whose answer was lost nobody knows whether it was made.
        assert load.acknowledged[person] <= counts[person] <= load.tried[person]


async def test_no_acknowledged_write_is_lost_when_postgresql_is_killed(record):
    async with Load() as load:
        record.kill()
        await load.failed.wait()
        record.start()
        await eventually(greet)
        await load.after(100)
    await assert_nothing_lost(load)


@pytest.fixture
def followed(monkeypatch, django_db_blocker):
    """Let a server hold the database that a replica follows; return both."""
    with (
        PostgresServer() as primary,
        Replica(primary) as replica,
        django_db_blocker.unblock(),
        record_on(primary, monkeypatch),
    ):
        replica.follow()
        yield primary, replica


@pytest.mark.long
async def test_no_acknowledged_write_is_lost_when_a_replica_takes_over(followed):
    primary, replica = followed
    async with Load() as load:
        await load.after(20)
        primary.kill()
        await load.failed.wait()
        replica.take_over()
        await eventually(greet)
        await load.after(100)
    await assert_nothing_lost(load)


async def test_connections_that_lay_idle_when_postgresql_was_restarted_cost_no_call(record):
    await asyncio.gather(*(greet(person) for person in PEOPLE))
    assert state().size > 1
    record.kill()
    record.start()
    for person in PEOPLE:
        await greet(person)


async def test_connections_ended_by_an_administrator_cost_at_most_the_work_in_hand(patient):
    async with Load() as load:
        patient.drop_connections()
        await load.after(100)
    assert load.failures <= {DatabaseAwayError}
    await assert_nothing_lost(load)


async def test_while_postgresql_is_away_each_call_ends_in_time_with_a_named_error(record, waits):
    await greet()
    record.kill()
    results = await asyncio.gather(
        *(greet(person) for person in [*PEOPLE] * 3), return_exceptions=True
    )
    assert max(waits) <= WAIT_SECONDS
    assert {type(one) for one in results} <= {DatabaseAwayError, DatabaseBusyError}
    record.start()
    await eventually(greet)


async def test_a_pool_that_others_hold_makes_wait_for_two_seconds_and_recovers_by_itself(
    record, waits
):
    await greet()
    pool = open_pool()
    assert pool
    held = [pool.getconn() for _ in range(environment.postgres_max_connections)]
    waits.clear()
    results = await asyncio.gather(
        *(greet(person) for person in [*PEOPLE] * 3), return_exceptions=True
    )
    assert 0 < max(waits) <= WAIT_SECONDS
    assert {type(one) for one in results} == {DatabaseBusyError}
    for one in held:
        pool.putconn(one)
    assert (await greet()).interaction_count == 2


async def test_a_server_that_hangs_makes_nobody_wait_for_ever(record, monkeypatch):
    monkeypatch.setattr(environment, "postgres_statement_timeout", 0.5)
    await greet()
    record.pause()
    with pytest.raises(DatabaseUnavailableError):
        await greet()
    record.resume()
    await eventually(greet)


async def test_work_in_hand_goes_on_where_a_server_hangs_for_a_moment(patient):
    async with Load() as load:
        patient.pause()
        # Somebody has asked what it will answer only later.
        await until(lambda: state().available < state().size)
        patient.resume()
        await load.after(100)
    assert not load.failures
    await assert_nothing_lost(load)


def test_a_statement_that_takes_too_long_is_ended(server, monkeypatch, django_db_blocker):
    limit = {"postgres_statement_timeout": 0.1}
    with django_db_blocker.unblock(), record_on(server, monkeypatch, **limit):
        with pytest.raises(DatabaseBusyError):
            asyncio.run(in_database(lambda: connection.cursor().execute("SELECT pg_sleep(10)")))
        assert asyncio.run(in_database(profile_of, 5)) is None


def test_a_server_with_too_many_clients_is_named_and_comes_back(monkeypatch, django_db_blocker):
    few = {"max_connections": 4, "superuser_reserved_connections": 0, "max_wal_senders": 0}
    with (
        PostgresServer(**few) as server,
        django_db_blocker.unblock(),
        record_on(server, monkeypatch, postgres_min_connections=0),
        ExitStack() as others,
    ):
        close_database()
        for _ in range(4):
            others.enter_context(psycopg.connect(server.url))
        with pytest.raises(DatabaseAwayError):
            asyncio.run(greet())
        others.close()
        asyncio.run(eventually(greet))


async def test_metrics_show_that_a_connection_is_in_use(record):
    begun, done = threading.Event(), threading.Event()

    def hold() -> None:
        User.objects.exists()
        begun.set()
        done.wait()

    try:
        with moving("whisper_database_pool"):
            holding = asyncio.create_task(in_database(hold))
            await asyncio.to_thread(begun.wait)
    finally:
        done.set()
    await holding


async def test_health_and_metrics_show_the_pool(record):
    await greet()

    async def idle():
        # The connection is given back a moment after the work that used it is done.
        part = (await health.report())["database"]
        return part.ok and part.detail == f"PostgreSQL: {NONE_IN_USE}"

    await until(idle)
    shown = generate_latest().decode()
    assert 'whisper_database_pool{state="most"} 10.0' in shown
    assert "whisper_database_pool_errors_total" in shown
    record.kill()
    part = (await health.report())["database"]
    assert not part.ok
    assert "PostgreSQL" in part.detail
    assert state().errors > 0
