"""Tests of actions of the console on more rows than one statement takes."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from itertools import cycle

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.signing import b64_decode
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from memories.actions import pin
from memories.models import ForgottenMemory, Memory, Partition, Place
from memories.tests.factories import ANN, BEN
from whisper.action_log import Actor
from whisper.database.access import in_database
from whisper.database.errors import DatabaseAwayError, DatabaseBusyError
from whisper.models import ActionEntry, Task
from whisper.tasks import actions, files, many
from whisper.tasks.runner import do
from whisper.tests.reading import give_reason
from whisper.tests.tasks import done_now

MANY = 1_100
PARAMETERS = 1_000
FEW, SEVERAL, AT_ONCE = 30, 120, 10
# Of more, SQLite takes the entries of the log in two statements.
MOST_PEOPLE = 90
LIST = reverse("admin:memories_memory_changelist")


@pytest.fixture
def _few_parameters(db):
    """Let statements have as few parameters as in some builds of SQLite, for fewer rows."""
    if connection.vendor != "sqlite":
        yield  # PostgreSQL has no such setting.
        return
    connection.ensure_connection()
    known = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, PARAMETERS)
    yield
    connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, known)


@pytest.fixture
def _few_at_once(monkeypatch):
    """Let jobs begin with few rows."""
    monkeypatch.setattr(many, "AT_ONCE", AT_ONCE)
    monkeypatch.setattr(many, "BATCH", AT_ONCE)


@pytest.fixture
def moderator(client, db):
    """An account that may change memories, and is no superuser."""
    account = User.objects.create_user("moderator", is_staff=True)
    account.groups.add(Group.objects.get(name="Moderator"))
    client.force_login(account)
    give_reason(client)
    return account


def remember(count, **values):
    said_at = timezone.now()
    common = {"person_id": ANN, "kind": "conversation", "place": Place.DIRECT, "text": "line"}
    common |= {"said_at": said_at, "valid_from": said_at, "hidden": True, **values}
    Memory.objects.bulk_create((Memory(**common) for _ in range(count)), batch_size=20)


def select_all(client, action="approve_memories", *, address=LIST, **fields):
    """Have something be done with all rows of a list."""
    first = Memory.objects.values_list("pk", flat=True)[0]
    chosen = {"action": action, "select_across": "1", "_selected_action": [str(first)]}
    return client.post(address, chosen | {"confirmed": "yes", "reason": "Test."} | fields)


def list_with(client, words, **filters):
    """Return the address of the list that a search for words leads to."""
    return client.post(LIST, {"sought": words, **filters}).url


def selection_of(task):
    return files.folder_of(task.folder) / many.SELECTION


@pytest.mark.heavy
@pytest.mark.usefixtures("_few_parameters")
def test_any_number_of_memories_is_forgotten(admin_client):
    remember(MANY)
    give_reason(admin_client)
    asked = select_all(admin_client, "forget_memories", reason="").content.decode()
    assert f"{MANY:,} rows" in asked
    assert 'name="select_across"' in asked
    answer = select_all(admin_client, "forget_memories", reason="They asked.")
    # What is done where the page waits takes a few batches at most.
    assert Memory.objects.count() == MANY
    task = done_now()
    assert answer["Location"] == reverse("console:task", args=[task.pk])
    assert f"Changed: {MANY:,}." in admin_client.get(answer["Location"]).content.decode()
    assert not Memory.objects.exists()
    forgotten = ActionEntry.objects.filter(action="memory.forget", reason="They asked.")
    assert sum(forgotten.values_list("count", flat=True)) == MANY


@pytest.mark.heavy
@pytest.mark.usefixtures("_few_at_once")
def test_a_page_hands_all_rows_to_a_job_without_reading_which_they_are(admin_client):
    give_reason(admin_client)
    asked, sizes = [], []
    for count in (FEW, SEVERAL):
        Memory.objects.all().delete()
        remember(count)
        with CaptureQueriesContext(connection) as queries:
            select_all(admin_client)
        asked.append(len(queries))
        sizes.append(selection_of(Task.objects.latest("pk")).stat().st_size)
        read = [one["sql"] for one in queries if 'FROM "memories_memory"' in one["sql"]]
        assert [one for one in read if "COUNT" not in one and "LIMIT" not in one] == []
        done_now()
        assert not Memory.objects.filter(hidden=True).exists()
    assert asked[0] == asked[1]
    assert sizes[0] == sizes[1]


@pytest.mark.usefixtures("_few_at_once")
def test_a_job_changes_what_was_filtered_and_was_there(admin_client):
    give_reason(admin_client)
    remember(FEW)
    remember(FEW, place=Place.IMPORT)
    select_all(admin_client, address=f"{LIST}?place__exact={Place.IMPORT}&hidden__exact=1&o=3")
    remember(1, place=Place.IMPORT)
    task = done_now()
    left = Memory.objects.filter(hidden=True)
    assert (left.count(), left.filter(place=Place.IMPORT).count()) == (FEW + 1, 1)
    assert not files.folder_of(task.folder).exists()


@pytest.mark.usefixtures("_few_at_once")
def test_a_job_does_not_need_the_page_of_the_list_that_was_open(admin_client):
    give_reason(admin_client)
    remember(SEVERAL)
    select_all(admin_client, address=f"{LIST}?p=3")
    Memory.objects.exclude(pk__in=Memory.objects.values("pk")[:FEW]).delete()
    assert done_now().result == {"changed": FEW}


@pytest.mark.usefixtures("_few_at_once")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("cats", {"Two cats", "Words-like cats"}),
        ("two CATS", {"Two cats"}),
        # As the numbers begin that stand for words in addresses.
        ("words-like", {"Words-like cats"}),
        (str(BEN), {"Ben's dog"}),
    ],
)
def test_a_job_changes_what_was_searched_for(admin_client, words, found):
    give_reason(admin_client)
    for text in ("Two cats", "Words-like cats", "A dog"):
        remember(FEW, text=text)
        remember(FEW, text=text, place=Place.IMPORT)
    remember(FEW, text="Ben's dog", person_id=BEN)
    address = list_with(admin_client, words, place__exact=Place.DIRECT)
    select_all(admin_client, address=address)
    cache.clear()  # Words are kept for less time than a job may wait.
    done_now()
    changed = Memory.objects.filter(hidden=False)
    assert set(changed.values_list("text", "place")) == {(text, Place.DIRECT) for text in found}
    assert changed.count() == FEW * len(found)


@pytest.mark.parametrize("at_once", [AT_ONCE, 10 * FEW])
def test_words_that_are_no_longer_known_select_nothing(admin_client, monkeypatch, at_once):
    monkeypatch.setattr(many, "AT_ONCE", at_once)
    give_reason(admin_client)
    remember(FEW, text="A dog")
    remember(FEW, text="Two cats")
    address = list_with(admin_client, "cats")
    cache.clear()
    assert "Search again" in admin_client.get(address).content.decode()
    select_all(admin_client, address=address)
    assert not Task.objects.exists()
    assert not Memory.objects.filter(hidden=False).exists()


@pytest.mark.usefixtures("_few_at_once")
@pytest.mark.parametrize(
    "lost", [{"is_active": False}, {"is_staff": False}, {"group": "Viewer"}], ids=str
)
def test_a_job_does_nothing_for_an_account_that_lost_its_rights(client, moderator, lost):
    remember(FEW, place=Place.PUBLIC_CHANNEL)
    select_all(client)
    lose(moderator, lost)
    task = done_now()
    assert (task.state, task.fault) == (Task.State.FAILED, many.NOT_ALLOWED)
    assert not Memory.objects.filter(hidden=False).exists()
    assert not files.folder_of(task.folder).exists()


@pytest.mark.usefixtures("_few_at_once")
def test_a_job_ends_when_the_account_loses_its_rights(client, moderator, monkeypatch):
    def pin_once(keys, **by):
        lose(moderator, {"is_active": False})
        return pin(keys, **by)

    remember(FEW, place=Place.PUBLIC_CHANNEL)
    select_all(client, "pin_memories")
    monkeypatch.setattr("memories.tasks.pin", pin_once)
    task = done_now()
    assert task.fault == many.NOT_ALLOWED
    assert Memory.objects.filter(pinned=True).count() == AT_ONCE


@pytest.mark.usefixtures("_few_at_once")
def test_a_job_leaves_alone_what_its_account_may_not_read(client, moderator):
    remember(FEW, place=Place.PUBLIC_CHANNEL)
    remember(1)
    select_all(client, "pin_memories")
    assert done_now().state == Task.State.DONE
    left = Memory.objects.filter(pinned=False)
    assert [one.place for one in left] == [Place.DIRECT]


@pytest.fixture
def _impatient(monkeypatch):
    """Let jobs try again at once."""
    monkeypatch.setattr(many, "RETRY_SECONDS", 0)


@pytest.mark.usefixtures("_few_at_once", "_impatient")
def test_a_job_continues_once_the_database_is_back(admin_client, admin_user, monkeypatch):
    failing = cycle([False, True, True])

    def pin_or_fail(keys, **by):
        pinned = pin(keys, **by)
        if next(failing):
            raise DatabaseAwayError
        return pinned

    remember(FEW)
    monkeypatch.setattr("memories.tasks.pin", pin_or_fail)
    ask_to_pin(admin_user, {})
    assert done_now().result == {"changed": FEW}
    assert_pinned_once(FEW)


@pytest.mark.usefixtures("_few_at_once", "_impatient")
def test_what_was_done_is_not_done_again_if_only_the_answer_was_lost(admin_user, monkeypatch):
    lost = cycle([True, False, True])

    async def answers_or_not(work, *args):
        answer = await in_database(work, *args)
        if next(lost):
            raise DatabaseAwayError
        return answer

    remember(FEW)
    monkeypatch.setattr(many, "in_database", answers_or_not)
    ask_to_pin(admin_user, {})
    assert done_now().result == {"changed": FEW}
    assert_pinned_once(FEW)


@pytest.mark.usefixtures("_few_at_once", "_impatient")
def test_a_job_fails_if_the_database_never_has_time_for_it(admin_user, monkeypatch):
    def is_busy(keys, **by):
        raise DatabaseBusyError

    remember(FEW)
    monkeypatch.setattr("memories.tasks.pin", is_busy)
    ask_to_pin(admin_user, {})
    assert done_now().fault == "Something went wrong (DatabaseBusyError)."


@pytest.mark.usefixtures("_few_at_once")
@pytest.mark.parametrize("action", ["pin_memories", "forget_memories"])
def test_another_process_continues_with_a_job(admin_user, monkeypatch, action):
    remember(SEVERAL)
    many.ask_for_all(action, {}, actor=Actor.admin(admin_user.pk), reason="Test.")
    assert begun_and_stopped_after(2, monkeypatch).state == Task.State.WAITING
    done = done_now()
    assert done.result == {"changed": SEVERAL}
    assert (done.done, done.total) == (SEVERAL, SEVERAL)
    assert not files.folder_of(done.folder).exists()
    # What was forgotten comes back together.
    assert ForgottenMemory.objects.values("batch").distinct().count() <= 1


@pytest.mark.usefixtures("_few_at_once")
def test_a_job_whose_process_was_killed_is_continued(admin_user, monkeypatch):
    remember(SEVERAL)
    ask_to_pin(admin_user, {})
    task = begun_and_stopped_after(2, monkeypatch)
    Task.objects.update(state=Task.State.RUNNING, claimed_until=timezone.now())
    assert actions.settle_those_left() == 1
    assert (done_now().pk, Memory.objects.filter(pinned=True).count()) == (task.pk, SEVERAL)
    assert_pinned_once(SEVERAL)


@pytest.mark.usefixtures("_few_at_once")
def test_a_process_that_lost_a_job_to_another_leaves_it_alone(admin_user, monkeypatch):
    def pin_and_lose_it(keys, **by):
        pinned = pin(keys, **by)
        Task.objects.update(started_at=timezone.now())
        return pinned

    remember(FEW)
    ask_to_pin(admin_user, {})
    monkeypatch.setattr("memories.tasks.pin", pin_and_lose_it)
    task = done_now()
    assert (task.state, task.fault) == (Task.State.RUNNING, "")
    assert files.folder_of(task.folder).exists()
    assert Memory.objects.filter(pinned=True).count() == AT_ONCE


def begun_and_stopped_after(steps, monkeypatch):
    """Do some steps of the job that waits, as a process that is then stopped."""
    stop, step = asyncio.Event(), many._Job.step

    async def steps_or_stop(work, *args):
        nonlocal steps
        if getattr(work, "__func__", None) is step:
            steps -= 1
            if steps < 0:
                stop.set()
                await asyncio.Event().wait()
        return await in_database(work, *args)

    task = actions.claim()
    assert task is not None
    with monkeypatch.context() as patch:
        patch.setattr(many, "in_database", steps_or_stop)
        async_to_sync(do)(task, stop)
    return Task.objects.get(pk=task.pk)


def assert_pinned_once(count):
    assert Memory.objects.filter(pinned=True).count() == count
    pinned = ActionEntry.objects.filter(action="memory.pin")
    assert sum(pinned.values_list("count", flat=True)) == count


def lose(account, what):
    if "group" in what:
        account.groups.set([Group.objects.get(name=what["group"])])
    else:
        User.objects.filter(pk=account.pk).update(**what)


def ask_to_pin(account, selection):
    return many.ask_for_all(
        "pin_memories", selection, actor=Actor.admin(account.pk), reason="Test."
    )


@pytest.mark.usefixtures("_few_at_once")
def test_what_is_kept_of_a_selection_is_plain(admin_client, admin_user):
    give_reason(admin_client)
    remember(FEW, text="Two cats")
    select_all(admin_client, address=list_with(admin_client, "cats", hidden__exact="1"))
    kept, _, _ = selection_of(Task.objects.get()).read_text().partition(":")
    assert json.loads(b64_decode(kept.encode())) == {"hidden__exact": ["1"], "q": ["cats"]}


def taken_from_another_job(account, kept):
    return selection_of(ask_to_pin(account, {})).read_bytes()


def shortened(account, kept):
    return kept[:-1]


def changed(account, kept):
    return kept[:-1] + (b"A" if kept[-1:] != b"A" else b"B")


def unreadable(account, kept):
    return b"\xff\xfe"


@pytest.mark.parametrize("tamper", [shortened, changed, unreadable, taken_from_another_job])
def test_a_file_that_was_tampered_with_selects_nothing(admin_client, admin_user, tamper):
    remember(3)
    task = ask_to_pin(admin_user, {"place__exact": [Place.DIRECT]})
    file = selection_of(task)
    file.write_bytes(tamper(admin_user, file.read_bytes()))
    assert (done_now().pk, Task.objects.get(pk=task.pk).fault) == (task.pk, many.GONE)
    page = admin_client.get(reverse("console:task", args=[task.pk])).content.decode()
    assert "Select again." in page
    assert not Memory.objects.filter(pinned=True).exists()


def test_a_job_whose_list_is_gone_says_so(admin_client, admin_user):
    task = ask_to_pin(admin_user, {})
    files.drop(task.folder)
    assert done_now().fault == many.GONE


@pytest.mark.parametrize(
    "selection",
    [
        {"superseded_by__text__startswith": ["A"]},
        {"hidden__exact": ["no such value"]},
        {"no_such_field": ["1"]},
    ],
    ids=str,
)
def test_a_filter_that_the_list_does_not_offer_selects_nothing(admin_user, selection):
    remember(3)
    ask_to_pin(admin_user, selection)
    assert done_now().fault == many.GONE
    assert not Memory.objects.filter(pinned=True).exists()


def remember_of(people, rows):
    """Remember rows of some people, more of each than of the one before."""
    each = [1 + number % 7 for number in range(people)]
    each[-1] = max(rows - sum(each[:-1]), 1)
    for number, count in enumerate(each):
        remember(count, person_id=ANN + number, hidden=True)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "action", ["approve_memories", "pin_memories", "unpin_memories", "forget_memories"]
)
def test_statements_do_not_grow_with_people(admin_user, action):
    counts = set()
    for people in (2, MOST_PEOPLE):
        Memory.objects.all().delete()
        Partition.objects.all().delete()
        remember_of(people, 400)
        Memory.objects.update(pinned=action == "unpin_memories")
        pinning = many.ask_for_all(action, {}, actor=Actor.admin(admin_user.pk), reason="Test.")
        with CaptureQueriesContext(connection) as queries:
            assert done_now().result == {"changed": 400}
        counts.add(len(queries))
        entries = ActionEntry.objects.filter(at__gte=pinning.asked_at, person_id__isnull=False)
        assert entries.values("person_id").distinct().count() == people
    assert len(counts) == 1


@pytest.mark.long
@pytest.mark.heavy
def test_statements_grow_with_batches_and_not_with_rows(admin_user):
    counts = {}
    for rows in (2_000, 20_000):
        remember(rows - Memory.objects.count())
        ask_to_pin(admin_user, {"kind__exact": ["conversation"]})
        Memory.objects.update(pinned=False)
        with CaptureQueriesContext(connection) as queries:
            assert done_now().result == {"changed": rows}
        counts[rows] = len(queries)
        sought = [one["sql"] for one in queries if "memories_memory" in one["sql"]]
        assert not [one for one in sought if "OFFSET" in one]
    batches = (20_000 - 2_000) / many.BATCH
    each = (counts[20_000] - counts[2_000]) / batches
    assert each <= 20
