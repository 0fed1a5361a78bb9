"""The door from asyncio to the database, on either engine."""

from __future__ import annotations

import asyncio
import contextvars
import sqlite3
import threading

import psycopg
import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction

from profiles.models import Profile
from whisper.database import access
from whisper.database.access import in_database
from whisper.database.errors import DatabaseAwayError, DatabaseBusyError
from whisper.environment import environment
from whisper.models import OutboxEntry
from whisper.tests.moving import moving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gate():
    """Return an event that work waits for; it is set at the end in any case."""
    event = threading.Event()
    yield event
    event.set()


async def test_many_units_at_once_all_happen():
    await asyncio.gather(
        *(in_database(OutboxEntry.objects.create, topic=f"{number}") for number in range(50))
    )
    assert await in_database(OutboxEntry.objects.count) == 50


@pytest.mark.parametrize(
    "fault", [psycopg.OperationalError("gone"), sqlite3.OperationalError("disk I/O error")]
)
async def test_what_a_driver_raises_by_itself_is_an_outage_too(fault):
    if isinstance(fault, sqlite3.Error):
        fault.sqlite_errorname = "SQLITE_IOERR"

    def fail():
        # As a cursor does that is closed on a lost connection.
        raise fault

    with moving("whisper_database_errors_total"), pytest.raises(DatabaseAwayError):
        await in_database(fail)


async def test_on_postgresql_units_run_side_by_side_and_on_sqlite_one_after_the_other():
    together = threading.Barrier(2)

    def meet() -> bool:
        try:
            together.wait(timeout=1)
        except threading.BrokenBarrierError:
            return False
        return True

    met = await asyncio.gather(in_database(meet), in_database(meet))
    assert list(met) == [connection.vendor == "postgresql"] * 2


async def test_what_waits_too_long_for_its_turn_ends_with_a_named_error(monkeypatch, gate):
    # One thread, whichever the engine is.
    monkeypatch.setattr(environment, "postgres_max_connections", 1)
    monkeypatch.setattr(environment, "postgres_pool_timeout", 0.1)
    monkeypatch.setattr(access, "SQLITE_SECONDS", 0.1)
    access.close_database_threads()
    done: list[int] = []
    first = asyncio.create_task(in_database(gate.wait))
    await asyncio.sleep(0)
    with pytest.raises(DatabaseBusyError):
        await in_database(done.append, 1)
    gate.set()
    assert await first
    await in_database(done.append, 2)
    assert done == [2]


async def test_who_is_cancelled_waits_no_longer_and_the_door_goes_on(gate):
    waiting = asyncio.create_task(in_database(gate.wait))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await waiting
    gate.set()
    assert await in_database(Profile.objects.count) == 0


def test_synchronous_code_that_waits_keeps_its_own_connection_and_transaction():
    with transaction.atomic():
        OutboxEntry.objects.create(topic="not committed")
        assert async_to_sync(in_database)(OutboxEntry.objects.count) == 1


async def test_work_sees_the_context_of_its_caller():
    variable = contextvars.ContextVar("variable", default="")
    variable.set("Ann")
    assert await in_database(variable.get) == "Ann"


async def test_an_error_of_the_work_itself_comes_out_as_it_is():
    with pytest.raises(Profile.DoesNotExist):
        await in_database(Profile.objects.get, person_id=1)
