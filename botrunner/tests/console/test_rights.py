"""Tests of who may open and do what: each group of admins on each page and action."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from botrunner.models import Persona
from memories.actions import MemoryDraft, Said, remember, store_message
from memories.models import Memory, Message, Place
from profiles.actions import decide_consent, meet

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
PERSON = {"person_id": ANN}
PERSONA = {"pk": 77}
BATCH = UUID(int=1)
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
    ("get", "console:forgotten", {}, {}, {MODERATOR, OWNER}),
    ("post", "console:undo_forgetting", {"batch": BATCH}, {"reason": ""}, {MODERATOR, OWNER}),
    ("get", "console:settings", {}, {}, {OPERATOR, OWNER}),
    ("get", "console:tasks", {}, {}, EVERYBODY - {VIEWER}),
    ("post", "console:start_task", {"kind": "backup"}, {"reason": ""}, {OPERATOR, OWNER}),
    ("post", "console:upload", {}, {"reason": ""}, {OFFICER, OPERATOR, OWNER}),
    ("post", "console:find", {}, {"words": "Ann"}, EVERYBODY | {NOBODY}),
    ("get", "console:health", {}, {}, EVERYBODY | {NOBODY}),
    ("get", "console:live", {}, {}, EVERYBODY),
    ("get", "console:people", {}, {}, EVERYBODY),
    ("get", "console:person", PERSON, {}, READERS),
    ("get", "console:edit_person", PERSON, {}, {MODERATOR, OWNER}),
    ("post", "console:export_person", PERSON, {"export-reason": ""}, {OFFICER, OWNER}),
    ("post", "console:erase_person", PERSON, {"erase-reason": "x"}, {OFFICER, OWNER}),
    ("get", "console:conversations", {}, {}, READERS),
    ("get", "console:conversation", {"channel_id": CHANNEL}, {}, READERS),
    ("get", "console:memories", {}, {}, READERS),
    ("post", "console:memories_chosen", {"does": "forget"}, {}, {MODERATOR, OWNER}),
    ("post", "console:memories_chosen", {"does": "merge"}, {}, {MODERATOR, OWNER}),
    ("post", "console:memories_chosen", {"does": "replace"}, {}, {MODERATOR, OWNER}),
    ("post", "console:memories_chosen", {"does": "approve"}, {}, {MODERATOR, OWNER}),
    ("get", "admin:whisper_outboxentry_changelist", {}, {}, EVERYBODY),
    ("get", "console:audit", {}, {}, EVERYBODY - {VIEWER}),
    ("get", "admin:profiles_consent_changelist", {}, {}, EVERYBODY),
    ("get", "admin:memories_message_changelist", {}, {}, READERS),
    ("get", "admin:auth_user_changelist", {}, {}, {OWNER}),
    ("get", "admin:auth_group_changelist", {}, {}, {OWNER}),
]


@pytest.fixture
def memory(db):
    """Return a memory of Ann's, of a message in a channel."""
    now = timezone.now()
    decide_consent(ANN, granted=True, source="test")
    pirate = Persona.objects.create(name="Pirate", **PERSONA)
    pirate.versions.create(number=1, wording="You are a pirate.")
    meet(ANN, name="Ann", at=now)
    message, _ = store_message(
        Said(
            platform=Message.Platform.DISCORD,
            platform_id=9001,
            person_id=ANN,
            author_name="Ann",
            text="I live in Ghent",
            sent_at=now,
            channel_id=CHANNEL,
            guild_id=50,
            place=Place.PUBLIC_CHANNEL,
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


def enter(client, group):
    """Sign in as an admin of a group, who has said why they read."""
    account = User.objects.create_user("admin", password="a long password", is_staff=True)
    account.is_superuser = group == OWNER
    account.save()
    if group not in (NOBODY, OWNER):
        account.groups.add(Group.objects.get(name=group))
    client.force_login(account)
    if account.has_perm("whisper.read_private"):
        client.post(reverse("console:memories"), {"reading_reason": "Ann asked for help."})


@pytest.mark.heavy
@pytest.mark.parametrize("group", [NOBODY, VIEWER, MODERATOR, OFFICER, OPERATOR, OWNER])
def test_each_group_opens_its_own_pages_alone(client, memory, group):
    enter(client, group)
    found = {
        (method, name, str(where)): getattr(client, method)(
            reverse(name, kwargs=where), given
        ).status_code
        for method, name, where, given, _ in MATRIX
    }
    assert found == {
        (method, name, str(where)): 200 if group in allowed else 403
        for method, name, where, given, allowed in MATRIX
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
