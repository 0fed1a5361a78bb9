"""Tests of who may open and do what: each group of admins on each page and action."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from botrunner.console.memories.views import DOES
from botrunner.console.people.views import TABS
from botrunner.console.tasks.views import SIMPLE
from botrunner.console.urls import urlpatterns
from botrunner.models import Persona
from memories.actions import MemoryDraft, Said, remember, store_message
from memories.models import Memory, Message, Place
from profiles.actions import decide_consent, meet
from whisper.action_log import Actor
from whisper.backups import manifest
from whisper.backups.folder import backup_folder
from whisper.backups.manifest import Manifest
from whisper.environment import environment
from whisper.models import AccessToken, Erasure, ImportRun, OutboxEntry, Task
from whisper.tasks import files
from whisper.tests.console_pages import console_pages
from whisper.tokens.actions import create_token
from whisper.tokens.scopes import TokenScope

pytestmark = pytest.mark.django_db
ANN = 101
CHANNEL = 500
NOBODY, VIEWER, MODERATOR, OFFICER, OPERATOR, OWNER = (
    "",
    "Viewer",
    "Moderator",
    "Data officer",
    "Operator",
    "owner",
)
EVERYBODY = {VIEWER, MODERATOR, OFFICER, OPERATOR, OWNER}
READERS = {MODERATOR, OFFICER, OWNER}
# Who may also read direct messages and private channels.
CONFIDANTS = {OFFICER, OWNER}
PERSON = {"person_id": ANN}
PERSONA = {"pk": 77}
BATCH = UUID(int=1)
# Which ones, the test knows.
MEMORY, DIRECT_MEMORY = {"memory_id": "memory"}, {"memory_id": "direct memory"}
DIRECT_CHANNEL = 501
EXPORT, ERASURE, TRIAL, FAILED, RUN, TOKEN = range(901, 907)
BACKUP = {"name": "20260101-000000", "file": manifest.FILE}
# What is asked for, and who gets it; the others are refused.
MATRIX: list[tuple[str, str, dict[str, Any], dict[str, Any], set[str]]] = [
    ("get", "console:playground", {}, {}, READERS),
    ("get", "console:analytics", {}, {}, EVERYBODY),
    ("get", "console:analytics_file", {"table": "activity"}, {}, EVERYBODY),
    ("get", "console:personas", {}, {}, EVERYBODY),
    ("post", "console:personas", {}, {"reason": ""}, {OPERATOR, OWNER}),
    ("get", "console:new_persona", {}, {}, {OPERATOR, OWNER}),
    ("get", "console:persona", PERSONA, {}, EVERYBODY),
    ("post", "console:persona", PERSONA, {"reason": ""}, {OPERATOR, OWNER}),
    ("get", "console:persona_file", PERSONA | {"number": 1}, {}, EVERYBODY),
    (
        "post",
        "console:restore_persona",
        PERSONA | {"number": 1},
        {"reason": ""},
        {OPERATOR, OWNER},
    ),
    ("post", "console:remove_persona", PERSONA, {"reason": ""}, {OPERATOR, OWNER}),
    ("get", "console:forgotten", {}, {}, {MODERATOR, OWNER}),
    ("post", "console:undo_forgetting", {"batch": BATCH}, {"reason": ""}, {MODERATOR, OWNER}),
    ("get", "console:settings", {}, {}, {OPERATOR, OWNER}),
    ("get", "console:tasks", {}, {}, EVERYBODY - {VIEWER}),
    *(
        ("post", "console:start_task", {"kind": kind}, {"reason": ""}, {OPERATOR, OWNER})
        for kind in SIMPLE
    ),
    # Jobs of somebody else.
    ("get", "console:task", {"pk": EXPORT}, {}, {OFFICER, OWNER}),
    ("get", "console:task", {"pk": FAILED}, {}, {OPERATOR, OWNER}),
    ("get", "console:fetch_task", {"pk": EXPORT}, {}, {OFFICER, OWNER}),
    ("get", "console:certificate", {"pk": ERASURE}, {}, {OFFICER, OWNER}),
    ("post", "console:import_tried", {"pk": TRIAL}, {}, {OPERATOR, OWNER}),
    ("post", "console:start_again", {"pk": FAILED}, {}, {OPERATOR, OWNER}),
    ("post", "console:roll_back", {"run": RUN}, {"reason": ""}, {OPERATOR, OWNER}),
    ("get", "console:fetch_backup", BACKUP, {}, {OWNER}),
    ("get", "console:tokens", {}, {}, EVERYBODY | {NOBODY}),
    # A token of somebody else.
    ("post", "console:revoke_token", {"pk": TOKEN}, {}, {OWNER}),
    ("post", "console:upload", {}, {"reason": ""}, {OFFICER, OPERATOR, OWNER}),
    ("post", "console:find", {}, {"words": "Ann"}, EVERYBODY | {NOBODY}),
    ("get", "console:health", {}, {}, EVERYBODY | {NOBODY}),
    ("get", "console:live", {}, {}, EVERYBODY),
    ("get", "console:people", {}, {}, EVERYBODY),
    ("get", "console:person", PERSON, {}, READERS),
    *(("get", "console:person_tab", PERSON | {"tab": tab}, {}, READERS) for tab in TABS),
    ("get", "console:edit_person", PERSON, {}, {MODERATOR, OWNER}),
    ("post", "console:add_fact", PERSON, {"fact-text": ""}, {MODERATOR, OWNER}),
    ("post", "console:export_person", PERSON, {"export-reason": ""}, {OFFICER, OWNER}),
    ("post", "console:erase_person", PERSON, {"erase-reason": "x"}, {OFFICER, OWNER}),
    ("get", "console:conversations", {}, {}, READERS),
    ("get", "console:conversation", {"channel_id": CHANNEL}, {}, READERS),
    ("get", "console:conversation", {"channel_id": DIRECT_CHANNEL}, {}, CONFIDANTS),
    ("get", "console:memories", {}, {}, READERS),
    ("get", "console:memory", MEMORY, {}, READERS),
    ("get", "console:memory", DIRECT_MEMORY, {}, CONFIDANTS),
    ("post", "console:memory", DIRECT_MEMORY, {"text": ""}, {OWNER}),
    ("get", "admin:memories_memory_figures", {}, {}, CONFIDANTS),
    ("get", "admin:profiles_emotionrecord_changelist", {}, {}, CONFIDANTS),
    ("get", "admin:memories_replytrace_changelist", {}, {}, READERS),
    ("get", "admin:memories_placedecision_changelist", {}, {}, READERS),
    ("get", "console:rights", {}, {}, EVERYBODY | {NOBODY}),
    ("post", "console:memory", MEMORY, {"text": ""}, {MODERATOR, OWNER}),
    *(("post", "console:memories_chosen", {"does": does}, {}, {MODERATOR, OWNER}) for does in DOES),
    ("get", "admin:whisper_outboxentry_changelist", {}, {}, EVERYBODY),
    ("get", "console:audit", {}, {}, EVERYBODY - {VIEWER}),
    ("get", "console:audit", {}, {"values": "1"}, CONFIDANTS),
    ("get", "admin:profiles_consent_changelist", {}, {}, EVERYBODY),
    ("get", "admin:memories_message_changelist", {}, {}, READERS),
    ("get", "admin:auth_user_changelist", {}, {}, {OWNER}),
    ("get", "admin:auth_group_changelist", {}, {}, {OWNER}),
]

# The addresses that are not in the matrix, and why.
NOT_IN_THE_MATRIX = {"mood_colours": "A style sheet, the same for everybody."}
# What a page sends that asks once more: ours, and Django's.
CONFIRMED = ("confirmed", "post")
# What is done with chosen rows of a table, and by whom.
ACTIONS: dict[tuple[str, str], set[str]] = {
    ("whisper_outboxentry", "retry"): {OPERATOR, OWNER},
    ("whisper_outboxentry", "drop"): {OPERATOR, OWNER},
    ("profiles_profile", "keep_distance"): {MODERATOR, OWNER},
    ("profiles_profile", "end_distance"): {MODERATOR, OWNER},
    ("profiles_profile", "clear_trust"): {MODERATOR, OWNER},
    ("profiles_profile", "clear_moods"): {MODERATOR, OWNER},
    ("profiles_profile", "clear_personality"): {MODERATOR, OWNER},
    ("profiles_consent", "export_person"): {OFFICER, OWNER},
    ("profiles_consent", "erase_people"): {OFFICER, OWNER},
    ("memories_memory", "approve_memories"): {MODERATOR, OWNER},
    ("memories_memory", "pin_memories"): {MODERATOR, OWNER},
    ("memories_memory", "unpin_memories"): {MODERATOR, OWNER},
    ("memories_memory", "forget_memories"): {MODERATOR, OWNER},
    ("auth_user", "delete_selected"): {OWNER},
    ("auth_group", "delete_selected"): {OWNER},
}


@pytest.fixture
def memory(db):
    """Return a memory of Ann's, of a message in a channel."""
    decide_consent(ANN, granted=True, source="test")
    pirate = Persona.objects.create(name="Pirate", **PERSONA)
    pirate.versions.create(number=1, wording="You are a pirate.")
    meet(ANN, name="Ann", at=timezone.now())
    return memory_of("I live in Ghent", Place.PUBLIC_CHANNEL, CHANNEL)


def memory_of(text, place, channel_id):
    """Have Ann say something, and return the memory of it."""
    now = timezone.now()
    message, _ = store_message(
        Said(
            platform=Message.Platform.DISCORD,
            platform_id=9000 + channel_id,
            person_id=ANN,
            author_name="Ann",
            text=text,
            sent_at=now,
            channel_id=channel_id,
            guild_id=None if place == Place.DIRECT else 50,
            place=place,
            keep=True,
        )
    )
    return remember(
        MemoryDraft(
            person_id=ANN,
            kind=Memory.Kind.CONVERSATION,
            text=message.text,
            place=message.place,
            said_at=now,
            sources=(message.pk,),
        )
    )


@pytest.fixture
def world(memory, tmp_path, monkeypatch):
    """Return what addresses name, beside what somebody else had done: jobs, a backup, a token."""
    monkeypatch.setattr(environment, "backup_path", tmp_path)
    folder = backup_folder() / BACKUP["name"]
    folder.mkdir()
    made = Manifest(
        name=BACKUP["name"],
        made_at="2026-01-01T00:00:00+00:00",
        reason="manual",
        form="sqlite",
        file="rows.gz",
        size=0,
        sha256="",
        versions={},
        migrations=set(),
        tables=(),
        digests={},
        numbers={},
    )
    manifest.write(made, folder)
    ImportRun.objects.create(pk=RUN, kind="profiles", source="users.json")
    OutboxEntry.objects.create(topic="memories.embed", failed_at=timezone.now())
    token, _ = create_token(
        "theirs",
        [TokenScope.HEALTH],
        valid=timedelta(days=1),
        actor=Actor.admin(0),
        reason="test",
        person_id=ANN,
    )
    AccessToken.objects.filter(pk=token.pk).update(id=TOKEN)
    jobs_of_somebody_else()
    direct = memory_of("I am in debt", Place.DIRECT, DIRECT_CHANNEL)
    return {"memory": memory.pk, "direct memory": direct.pk}


def jobs_of_somebody_else():
    """Have an export, an erasure and a trial that are done, and a backup that failed."""
    at = timezone.now()
    Erasure.objects.create(person_id=ANN + 1, erased_at=at)
    folder = files.new_folder()
    files.save(folder, "export.zip", [b"PK"])
    done, nobody = Task.State.DONE, {"asked_by": 0, "reason": "They asked."}
    made = {"result": {"file": "export.zip"}, "folder": folder}
    erased = {"result": {"at": at.isoformat(), "removed": {}, "left": {}}}
    tried = {"options": {"dry_run": True, "file": "users.json"}, "folder": folder}
    Task.objects.create(pk=EXPORT, kind="export", person_id=ANN, state=done, **made, **nobody)
    Task.objects.create(pk=ERASURE, kind=Task.ERASE, state=done, **erased, **nobody)
    Task.objects.create(pk=TRIAL, kind="import_profiles", state=done, **tried, **nobody)
    Task.objects.create(pk=FAILED, kind="backup", state=Task.State.FAILED, **nobody)


def enter(client, group):
    """Sign in as an admin of a group, who has just typed their password and said why they read."""
    account = User.objects.create_user("admin", password="a long password", is_staff=True)
    account.is_superuser = group == OWNER
    account.save()
    if group not in (NOBODY, OWNER):
        account.groups.add(Group.objects.get(name=group))
    client.force_login(account)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": timezone.now().timestamp()}
    ]
    session.save()
    if account.has_perm("whisper.read_public"):
        client.post(reverse("console:memories"), {"reading_reason": "Ann asked for help."})


def lets_in(response):
    """Return whether a request was answered with a page, a file, or what it did."""
    if response.streaming:
        assert list(response.streaming_content)
    assert response.status_code in (200, 302, 403, 404)
    return response.status_code in (200, 302)


@pytest.mark.heavy
@pytest.mark.parametrize("group", [NOBODY, VIEWER, MODERATOR, OFFICER, OPERATOR, OWNER])
def test_each_group_opens_its_own_pages_alone(client, world, group):
    enter(client, group)
    found = {}
    for method, name, where, given, _ in MATRIX:
        kwargs = {key: world.get(value, value) for key, value in where.items()}
        response = getattr(client, method)(reverse(name, kwargs=kwargs), given)
        found[method, name, str(where), str(given)] = lets_in(response)
    assert found == {
        (method, name, str(where), str(given)): group in allowed
        for method, name, where, given, allowed in MATRIX
    }


@pytest.mark.heavy
@pytest.mark.parametrize("group", [NOBODY, VIEWER, MODERATOR, OFFICER, OPERATOR, OWNER])
def test_each_group_does_its_own_with_chosen_rows_alone(client, world, group):
    enter(client, group)
    found = {}
    for table, does in ACTIONS:
        rows = apps.get_model(table.replace("_", ".")).objects
        given = {"action": does, ACTION_CHECKBOX_NAME: rows.values_list("pk", flat=True)[:1]}
        response = client.post(reverse(f"admin:{table}_changelist"), given)
        page = response.content.decode()
        found[table, does] = any(f'name="{name}"' in page for name in CONFIRMED)
    assert found == {action: group in allowed for action, allowed in ACTIONS.items()}


def test_the_matrix_has_every_page_and_action(rf, db):
    named = {name.removeprefix("console:") for _, name, *_ in MATRIX if name.startswith("console:")}
    assert named | set(NOT_IN_THE_MATRIX) == {one.name for one in urlpatterns}
    request = rf.get("/")
    request.user = User(is_superuser=True)
    assert set(ACTIONS) == {
        (f"{page.opts.app_label}_{page.opts.model_name}", name)
        for page in console_pages()
        for name in page.get_actions(request)
    }


def test_the_page_of_a_memory_is_for_readers_and_corrected_by_moderators(client, memory):
    enter(client, OFFICER)
    address = reverse("console:memory", args=[memory.pk])
    assert client.get(address).status_code == 200
    given = {"text": "I live in Porto", "revision": memory.revision, "reason": "x"}
    assert client.post(address, given).status_code == 403


def test_a_group_that_an_admin_changed_stays_as_it_is():
    Group.objects.get(name="Viewer").permissions.clear()
    made = import_module("whisper.migrations.0013_groups")
    made.make_groups(apps, connection.schema_editor())
    assert not Group.objects.get(name="Viewer").permissions.exists()


def test_no_permission_of_a_group_is_made_up():
    held = Permission.objects.filter(group__isnull=False).distinct()
    assert held.count() > 15
    for permission in held:
        model = permission.content_type.model_class()
        assert model is not None
        known = {f"{one}_{model._meta.model_name}" for one in model._meta.default_permissions}
        assert permission.codename in known | {name for name, _ in model._meta.permissions}
