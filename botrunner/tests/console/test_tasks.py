"""Tests of jobs: data requests, imports, backups and the index, started in the console."""

from __future__ import annotations

import asyncio
import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from botrunner.console.tasks.forms import CHATGPT, MEMORIES
from memories.models import Memory
from profiles.actions import decide_consent, meet
from profiles.models import Profile
from whisper.action_log import Actor
from whisper.database.access import in_database
from whisper.http.uploads import FIT_BYTES, LimitedBody
from whisper.models import ActionEntry, Task
from whisper.personal_data import registry
from whisper.tasks import TaskError, TaskKind, actions, ask, files, kind_of, kinds, runner
from whisper.tasks.many import ask_for_all
from whisper.tests.reading import give_reason
from whisper.tests.tasks import done_now

ANN = 123456789012345678
ADMIN = Actor.admin(1)
JOBS = reverse("console:tasks")


@pytest.fixture
def owner(client, db):
    account = User.objects.create_superuser("owner", password="a long password")
    client.force_login(account)
    give_reason(client)
    return client


@pytest.fixture
def ann(db):
    decide_consent(ANN, granted=True, source="test")
    return meet(ANN, name="Ann", at=timezone.now())


@pytest.fixture
def kind(db, monkeypatch):
    """Return a function that registers a kind of tasks of the test."""

    def made(**parts):
        one = TaskKind("test", "A test", "science", "whisper.maintain", **parts)
        monkeypatch.setitem(kinds._kinds, one.name, one)
        return one

    return made


def asked(name="export", person_id=ANN, actor=ADMIN, **more):
    kind = kind_of(name)
    assert kind is not None
    return ask(kind, actor=actor, reason="They asked.", person_id=person_id, **more)


def arguments_of(task):
    """Return the command that does a task."""
    kind = kind_of(task.kind)
    assert kind is not None
    assert kind.arguments is not None
    return kind.arguments(task)


def chatgpt_export():
    """Return a ChatGPT export of one conversation."""
    node = {
        "id": "b",
        "parent": "a",
        "children": [],
        "message": {
            "id": "b",
            "author": {"role": "user"},
            "create_time": 1_700_000_000.0,
            "content": {"content_type": "text", "parts": ["I live in Ghent with two cats."]},
        },
    }
    mapping = {"a": {"id": "a", "parent": None, "children": ["b"], "message": None}, "b": node}
    conversation = {
        "id": "c",
        "conversation_id": "c",
        "title": "Cats",
        "create_time": 1_700_000_000.0,
        "current_node": "b",
        "mapping": mapping,
    }
    return json.dumps([conversation]).encode()


def upload(client, content, name, kind=CHATGPT, **given):
    file = SimpleUploadedFile(name, content)
    form = {"kind": kind, "person": str(ANN), "reason": "They asked.", "file": file, **given}
    return client.post(reverse("console:upload"), form)


def test_an_export_is_made_and_fetched_once_it_is_done(owner, ann):
    task = asked(folder=files.new_folder())
    address = reverse("console:task", args=[task.pk])
    assert "waiting" in owner.get(address).content.decode()
    done = done_now()
    assert done.state == Task.State.DONE
    response = owner.get(reverse("console:fetch_task", args=[task.pk]))
    with zipfile.ZipFile(BytesIO(b"".join(response.streaming_content))) as archive:
        assert "profile.json" in " ".join(archive.namelist())
    assert ActionEntry.objects.filter(action="task.fetch", person_id=ANN).exists()


def test_nothing_of_a_person_is_left_in_jobs_once_they_are_erased(ann):
    exported = asked(folder=files.new_folder())
    done_now()
    waiting = asked(folder=files.new_folder())
    folders = [files.folder_of(one.folder) for one in (exported, waiting)]
    Task.objects.filter(pk=waiting.pk).update(asked_at=timezone.now() + timedelta(seconds=1))
    erasing = asked("erase")
    Task.objects.filter(pk=waiting.pk).update(state=Task.State.DONE)
    done = done_now()
    assert (done.pk, done.state, done.person_id) == (erasing.pk, Task.State.DONE, None)
    assert list(Task.objects.all()) == [done]
    assert not any(folder.exists() for folder in folders)
    row = json.dumps(Task.objects.values().get(), default=str)
    assert str(ANN) not in row
    assert "Ann" not in row


def test_an_export_that_an_erasure_overtook_leaves_no_file(ann, monkeypatch):
    task = asked(folder=files.new_folder())

    async def overtaken(person_id, **parts):
        await registry.erase_person(person_id)
        return b"PK"

    monkeypatch.setattr("whisper.tasks.own.export_for", overtaken)
    claimed = actions.claim()
    assert claimed is not None
    async_to_sync(runner.do)(claimed, asyncio.Event())
    assert not files.folder_of(task.folder).exists()


def test_a_person_finds_in_their_export_what_was_done(ann):
    asked()
    rows = async_to_sync(registry.export_person)(ANN)["jobs"]
    assert [(row["kind"], row["reason"]) for row in rows] == [("export", "They asked.")]


def test_of_two_processes_one_does_a_task(ann):
    asked()
    assert actions.claim() is not None
    assert actions.claim() is None


def test_a_task_whose_process_ended_counts_as_failed(owner, ann):
    task = asked()
    actions.claim(timezone.now() - timedelta(hours=1))
    assert actions.settle_those_left() == 1
    page = owner.get(reverse("console:task", args=[task.pk])).content.decode()
    assert "The process that was running it ended" in page


def test_a_fault_is_shown_without_what_it_quotes(owner, kind):
    async def fails(task):
        raise ValueError("Ann said: I live in Ghent")

    task = ask(kind(work=fails), actor=ADMIN, reason="x")
    assert done_now().fault == "Something went wrong (ValueError)."
    assert "Ghent" not in owner.get(reverse("console:task", args=[task.pk])).content.decode()


def test_files_go_after_a_day_and_rows_after_a_month(ann):
    task = asked(folder=files.new_folder())
    done_now()
    now = timezone.now()
    assert actions.drop_old(now + timedelta(days=2)) == 1
    assert not files.folder_of(task.folder).exists()
    assert actions.drop_old(now + timedelta(days=31)) == 1


@pytest.mark.process
def test_a_command_says_how_far_it_is_and_what_became_of_it(kind):
    ask(kind(arguments=lambda task: ["backups", "--help"]), actor=ADMIN, reason="x")
    done = done_now()
    assert done.state == Task.State.DONE
    assert "usage" in done.output


@pytest.mark.process
def test_a_command_that_fails_says_why_without_the_folders_of_the_server(kind):
    ask(kind(arguments=lambda task: ["restore", "/no/where"]), actor=ADMIN, reason="x")
    done = done_now()
    assert done.state == Task.State.FAILED
    assert done.fault == "There is no backup where in backups; `backups` lists them."


def test_a_chatgpt_export_is_tried_first(owner, ann):
    response = upload(owner, chatgpt_export(), "conversations.json")
    task = Task.objects.get()
    assert response["Location"] == reverse("console:task", args=[task.pk])
    arguments = list(arguments_of(task))
    assert "--dry-run" in arguments
    assert arguments[arguments.index("--user-id") + 1] == str(ANN)


def test_what_was_tried_is_imported_from_the_same_file(owner, ann):
    upload(owner, chatgpt_export(), "conversations.json")
    tried = Task.objects.get()
    claimed = actions.claim()
    assert claimed is not None
    actions.finish(claimed, {})
    page = owner.get(reverse("console:task", args=[tried.pk])).content.decode()
    assert "Nothing has been written yet" in page
    owner.post(reverse("console:import_tried", args=[tried.pk]))
    task = Task.objects.exclude(pk=tried.pk).get()
    assert "--dry-run" not in arguments_of(task)
    assert arguments_of(task)[1] == arguments_of(tried)[1]


@pytest.mark.parametrize(
    ("name", "content", "kind", "said"),
    [
        ("x.exe", b"MZ", CHATGPT, "ends with none of"),
        ("x.zip", b"not a zip", MEMORIES, "not a zip archive"),
        ("x.zip", b"PK\x03\x04" + b"\0" * 50, MEMORIES, "not a zip archive"),
        ("x.json", b"", CHATGPT, "empty"),
    ],
)
def test_a_wrong_or_broken_file_is_refused(owner, ann, name, content, kind, said):
    page = upload(owner, content, name, kind).content.decode()
    assert said in page
    assert not Task.objects.exists()


def test_an_archive_of_terabytes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_UNPACKED", 1_000)
    archive = tmp_path / "x.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("zeros", b"\0" * 100_000)
    with pytest.raises(TaskError, match="too large"):
        files.unpack(archive, tmp_path / "out")


def test_an_archive_leads_nowhere_else(tmp_path):
    archive = tmp_path / "x.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("../../escaped", b"x")
        made.writestr("/rooted", b"x")
    files.unpack(archive, tmp_path / "out")
    outside = [one.name for one in tmp_path.iterdir()]
    assert sorted(outside) == ["out", "x.zip"]


def test_a_chatgpt_export_of_nobody_is_refused(owner, ann):
    assert "Nobody here" in upload(owner, b"[]", "x.json", person="999").content.decode()
    assert "whose export" in upload(owner, b"[]", "x.json", person="").content.decode()


async def test_a_body_that_is_too_large_is_refused_before_it_is_all_read():
    sent = []

    async def application(scope, receive, send):
        while (await receive()).get("more_body"):
            pass
        raise AssertionError("It was read to its end.")

    async def endless():
        return {"type": "http.request", "body": b"x" * 600, "more_body": True}

    async def send(message):
        sent.append(message)

    limited = LimitedBody(application, most_bytes=1_000)
    for headers in ([], [(b"content-length", b"2000000000")], [(b"content-length", b"x")]):
        sent.clear()
        await limited({"type": "http", "headers": headers}, endless, send)
        assert sent[0]["status"] == 413


@pytest.mark.django_db(transaction=True)
async def test_only_who_is_signed_in_sends_what_does_not_fit_in_memory(owner):
    read = []

    async def application(scope, receive, send):
        read.append(await receive())

    async def sends():
        return {"type": "http.request", "body": b"x" * (FIT_BYTES + 1), "more_body": False}

    async def send(message):
        pass

    limited = LimitedBody(application)
    session = owner.cookies[settings.SESSION_COOKIE_NAME].value
    for cookies in ("", f"{settings.SESSION_COOKIE_NAME}=made-up"):
        await limited({"type": "http", "headers": [(b"cookie", cookies.encode())]}, sends, send)
    assert read == []
    cookie = f"other=1; {settings.SESSION_COOKIE_NAME}={session}".encode()
    await limited({"type": "http", "headers": [(b"cookie", cookie)]}, sends, send)
    assert len(read) == 1


def test_a_job_of_a_kind_that_one_may_not_start_is_not_seen(client, ann):
    account = User.objects.create_user("other", password="a long password", is_staff=True)
    account.user_permissions.add(*Permission.objects.filter(codename__in=["view_task", "maintain"]))
    client.force_login(account)
    task = asked(folder=files.new_folder())
    assert client.get(reverse("console:task", args=[task.pk])).status_code == 404
    assert "Ann" not in client.get(JOBS).content.decode()


@pytest.fixture
def moderator(client, db):
    """Return an account that may start jobs, but not see others'."""
    account = User.objects.create_user("moderator", password="a long password", is_staff=True)
    account.groups.add(Group.objects.get(name="Moderator"))
    client.force_login(account)
    return account


def pinning(account_id):
    return ask_for_all("pin_memories", {}, actor=Actor.admin(account_id), reason="Spring.")


def test_who_starts_a_job_sees_how_it_goes_and_ends(client, moderator):
    task = pinning(moderator.pk)
    assert "waiting" in client.get(JOBS).content.decode()
    done_now()
    assert "Spring." in client.get(JOBS).content.decode()
    page = client.get(reverse("console:task", args=[task.pk])).content.decode()
    assert "Changed: 0." in page
    assert reverse("console:tasks") in client.get(reverse("admin:index")).content.decode()


def test_the_jobs_of_others_are_not_seen_without_the_right_to_see_all(client, moderator):
    task = pinning(moderator.pk + 1)
    assert client.get(reverse("console:task", args=[task.pk])).status_code == 404
    assert client.get(reverse("console:fetch_task", args=[task.pk])).status_code == 404
    page = client.get(JOBS).content.decode()
    assert "Spring." not in page
    assert 'type="file"' not in page
    moderator.user_permissions.add(Permission.objects.get(codename="view_task"))
    assert client.get(reverse("console:task", args=[task.pk])).status_code == 200


def test_who_lost_the_right_to_start_a_job_no_longer_sees_it(client, moderator, ann):
    """An export that they started would otherwise stay theirs to fetch."""
    task = asked(actor=Actor.admin(moderator.pk), folder=files.new_folder())
    done_now()
    assert client.get(reverse("console:fetch_task", args=[task.pk])).status_code == 404
    rights = Permission.objects.filter(codename__in=("act_for_person", "read_private"))
    moderator.user_permissions.add(*rights)
    fetched = client.get(reverse("console:fetch_task", args=[task.pk]))
    assert zipfile.is_zipfile(BytesIO(b"".join(fetched.streaming_content)))


def test_only_owners_fetch_a_backup(client, db):
    account = User.objects.create_user("other", password="a long password", is_staff=True)
    account.user_permissions.add(*Permission.objects.filter(codename="maintain"))
    client.force_login(account)
    address = reverse("console:fetch_backup", args=["x", "database.sqlite3.gz"])
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("name", ["..", "x", "../../etc"])
def test_no_other_file_is_fetched_as_a_backup(owner, name):
    address = reverse("console:tasks") + f"backups/{name}/manifest.json"
    assert owner.get(address).status_code == 404


def start_again(client, task):
    return client.post(reverse("console:start_again", args=[task.pk]))


def test_a_failed_job_is_started_again_from_the_list(owner, ann, monkeypatch):
    task = asked()
    actions.claim(timezone.now() - timedelta(hours=1))
    actions.settle_those_left()
    address = reverse("console:start_again", args=[task.pk])
    assert address in owner.get(JOBS).content.decode()
    assert address in owner.get(reverse("console:task", args=[task.pk])).content.decode()
    response = start_again(owner, task)
    again = Task.objects.latest("pk")
    assert response["Location"] == reverse("console:task", args=[again.pk])
    assert (again.kind, again.person_id, again.reason) == ("export", ANN, "They asked.")
    assert done_now().state == Task.State.DONE
    assert files.is_there(again.folder)


def test_a_failed_job_is_started_again_once(owner, ann):
    task = asked("erase")
    claimed = actions.claim()
    assert claimed is not None
    actions.fail(claimed, "It failed.")
    start_again(owner, task)
    start_again(owner, task)
    assert Task.objects.count() == 2
    assert "Start again" not in owner.get(JOBS).content.decode()


def test_a_failed_import_is_started_again_while_its_file_is_there(owner, ann):
    upload(owner, chatgpt_export(), "conversations.json")
    claimed = actions.claim()
    assert claimed is not None
    actions.fail(claimed, "It failed.")
    files.drop(claimed.folder)
    assert "Start again" not in owner.get(JOBS).content.decode()
    start_again(owner, claimed)
    assert Task.objects.count() == 1


def test_who_may_not_start_a_job_does_not_start_it_again(client, moderator, ann):
    task = asked(actor=Actor.admin(moderator.pk))
    claimed = actions.claim()
    assert claimed is not None
    actions.fail(claimed, "It failed.")
    assert start_again(client, task).status_code == 403
    moderator.user_permissions.add(Permission.objects.get(codename="view_task"))
    assert start_again(client, task).status_code == 404
    assert Task.objects.count() == 1


@pytest.mark.django_db(transaction=True)
async def test_what_waits_is_done_while_the_process_runs(kind):
    done = asyncio.Event()

    async def work(task):
        done.set()
        return {}

    await in_database(lambda: ask(kind(work=work), actor=ADMIN, reason="x"))
    stop = asyncio.Event()
    run = asyncio.create_task(runner.run(stop))
    await asyncio.wait_for(done.wait(), 20)
    stop.set()
    await run
    assert (await in_database(Task.objects.get)).state == Task.State.DONE
    assert not await in_database(Memory.objects.exists)
    assert not await in_database(Profile.objects.exists)
