"""What tests of all apps share."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import pytest
from asgiref.sync import SyncToAsync
from django.conf import settings
from django.core.cache import caches as caches_in_use
from django.db import connections
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.sqlite3.creation import DatabaseCreation as SQLiteCreation
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as property_tests
from servestatic.middleware import ServeStaticMiddleware

from whisper import circuit_breaker
from whisper.database.access import close_database_threads
from whisper.processes import garbage_collection
from whisper.redis import breaker
from whisper.settings.redis import caches, channel_layers
from whisper.tests.clock import ClockedLoop
from whisper.tests.emptying import drop, empty
from whisper.tests.left_out import marks_of_all, refused_marks
from whisper.tests.migrated_database import template
from whisper.tests.migrated_file import create_and_keep, create_from_copy
from whisper.tests.static_files import add_files_once

SERVICES = {
    "redis": "REDIS_URL",
    "postgres": "DATABASE_URL",
    "elasticsearch": "ELASTICSEARCH_URL",
}

SLOW_SECONDS = 600
# Letters of a parameter in the name of a test.
LONGEST_NAME = 60
# How many examples a property is tried with, and how many among the quick tests.
EXAMPLES, QUICK_EXAMPLES = 100, 20
# The share of the other tests among which the slow ones begin.
NONE_LATE = 0.8
# Of scope module; each takes a second or more to make.
MADE_ONCE = {"_crowd", "taken", "site", "released", "built"}
# It takes several seconds, but for the modules after the first one in a process.
DEMO = "demo_world"
# Of simcord: the whole bot in a simulated Discord.
BOT = "simcord_env"
HEAVY = {BOT, DEMO}
# Makes a database of an engine that the test names.
OWN_DATABASES = "new_url"
# Of pytest-django; its others ask for one of them.
DATABASE_FIXTURES = {"db", "transactional_db", "_django_db_helper"}


class Marked(Protocol):
    """Has marks, as a test has."""

    def get_closest_marker(self, name: str, /) -> object:
        """Return the mark of a name, or None."""


Test = TypeVar("Test", bound=Marked)


def require_service(name: str) -> str:
    """Return a service's address; without one skip the test, or fail it with REQUIRE_SERVICES=1."""
    variable = SERVICES[name]
    address = os.environ.get(variable)
    if address:
        return address
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(f"{variable} is not set, and REQUIRE_SERVICES=1 asks for {name}")
    pytest.skip(f"{variable} is not set")


def pytest_configure(config: pytest.Config) -> None:
    """Keep Redis out of tests that are not about it: what it holds outlives a test."""
    # What modules and tests are made of stays anyway.
    gc.disable()
    settings.REDIS_ADDRESS = None
    settings.CACHES = caches(None)
    settings.CHANNEL_LAYERS = channel_layers(None)
    # How fast a machine draws and tries examples says nothing about what is tested.
    property_tests.register_profile(
        "whisper",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        max_examples=QUICK_EXAMPLES if "heavy" in refused_marks(config) else EXAMPLES,
    )
    property_tests.load_profile("whisper")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no module all of whose tests the selection leaves out."""
    refused = refused_marks(config)
    if not refused or not collection_path.match("test_*.py"):
        return None
    return bool(refused & marks_of_all(collection_path.read_text("utf-8"))) or None


def pytest_pycollect_makeitem(
    collector: pytest.Collector, name: str, obj: object
) -> list[pytest.Item] | None:
    """Make no test that the selection leaves out: one with many parameters would be many."""
    if not name.startswith("test") or not inspect.isfunction(obj):
        return None
    marks = {mark.name for mark in getattr(obj, "pytestmark", ())}
    return [] if marks & refused_marks(collector.config) else None


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep what is made once for many tests to one process."""
    used = getattr(item, "fixturenames", ())
    if DEMO in used:
        item.add_marker(pytest.mark.xdist_group(DEMO))
    elif MADE_ONCE.intersection(used):
        item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


def pytest_collection_finish() -> None:
    """Let no test pay for looking at all modules and all other tests for garbage."""
    gc.enable()
    garbage_collection.settle()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Mark tests by what they use, and let slow ones take their time.

    Only what uses the database can differ from one engine to the other, unless it makes databases
    of both by itself. Plugins sort the tests; where several processes share them, the slow ones are
    spread after that.
    """
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        has_database = used & DATABASE_FIXTURES or item.get_closest_marker("django_db")
        if has_database and OWN_DATABASES not in used:
            item.add_marker("database")
        if used & HEAVY:
            item.add_marker("heavy")
        takes_long = item.get_closest_marker("slow") or item.get_closest_marker("long")
        if takes_long and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SLOW_SECONDS))
    yield
    if "PYTEST_XDIST_WORKER" in os.environ:
        items[:] = spread(items)


def spread(items: Sequence[Test]) -> list[Test]:
    """Return tests with the slow ones evenly among the others, those of a group first, none late.

    They wait for servers and processes more than they compute: in a run that has both kinds, the
    other workers compute meanwhile, and no worker is left with a slow one at the end.
    """
    slow = [item for item in items if item.get_closest_marker("slow")]
    slow.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
    others = [item for item in items if not item.get_closest_marker("slow")]
    before = [int(place * NONE_LATE * len(others) / len(slow)) for place in range(len(slow))]
    ordered = [*zip(before, slow, strict=True), *enumerate(others)]
    return [item for _, item in sorted(ordered, key=lambda one: one[0])]


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a long text by its beginning: a test of 100,000 letters would be as long in reports."""
    if isinstance(val, str) and len(val) > LONGEST_NAME:
        return f"{val[:LONGEST_NAME]}-{len(val)}"
    return None


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run a test marked `clocked` on a loop on which nothing waits."""
    if item.get_closest_marker("clocked"):
        return {"clocked": ClockedLoop}
    return {"usual": asyncio.new_event_loop}


@pytest.fixture(autouse=True, scope="session")
def _quick_flush() -> Iterator[None]:
    """Let a test that commits pay for what it wrote, not for all tables."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty("default"))
        yield


@pytest.fixture(autouse=True, scope="session")
def _static_files_once() -> Iterator[None]:
    """Let the first client of a process look for static files, which takes a twentieth second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ServeStaticMiddleware, "add_files_from_finders", add_files_once)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
) -> Iterator[None]:
    """Let test databases be dropped that something still uses, as a connection that was cut.

    Let them begin with a copy of one that is migrated.
    """
    if connections["default"].vendor == "postgresql":
        server = os.environ["DATABASE_URL"].rpartition("/")[0]
        connections["default"].settings_dict["TEST"]["TEMPLATE"] = template(f"{server}/postgres")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseCreation, "_destroy_test_db", drop)
        patch.setattr(SQLiteCreation, "_create_test_db", create_from_copy)
        patch.setattr(SQLiteCreation, "create_test_db", create_and_keep)
        yield


@pytest.fixture
async def waited() -> Callable[[], float]:
    """Return what tells the seconds that have passed on the clock of the test's event loop."""
    now = asyncio.get_running_loop().time
    began = now()
    return lambda: now() - began


@pytest.fixture(autouse=True)
def _no_earlier_erasures() -> None:
    """Let nobody be erased again whom an earlier test erased."""
    (settings.DATA_DIR / "erased.jsonl").unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _empty_caches() -> None:
    """Forget what an earlier test counted or kept, such as how often Ann wrote this minute."""
    for alias in settings.CACHES:
        caches_in_use[alias].clear()


@pytest.fixture(autouse=True)
def _end_outages() -> Iterator[None]:
    """Stop looking for a service that a test has ended."""
    yield
    circuit_breaker.stop_all()
    breaker.end_outages()


@pytest.fixture(autouse=True)
def _release_the_database_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close what a test opened in database threads; PostgreSQL drops no database in use."""
    yield
    if request.node.get_closest_marker("database"):
        close_database_threads()
        SyncToAsync.single_thread_executor.submit(connections.close_all).result(timeout=30)
