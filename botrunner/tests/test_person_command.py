"""Tests of what an operator does about a person who asks for it."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import zipfile
from io import StringIO

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from botrunner.personal_data import export_path
from memories.actions import MemoryDraft, remember
from memories.models import Memory, Place
from profiles.actions import decide_consent, meet
from profiles.models import Consent, Profile
from whisper import retention
from whisper.environment import environment
from whisper.models import ActionEntry, Erasure

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]

ANN, BEN = 410_000_000_000_000_901, 410_000_000_000_000_902


@pytest.fixture(autouse=True)
def people(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(environment, "whisper_data_dir", tmp_path)
    for person, name in ((ANN, "Annabel"), (BEN, "Benedict")):
        decide_consent(person, granted=True, source="discord")
        meet(person, name=name, at=timezone.now())
        kind, now = Memory.Kind.CONVERSATION, timezone.now()
        remember(MemoryDraft(person, kind, f"{name} sails", Place.DIRECT, now))


def run(*arguments, **options):
    shown = StringIO()
    call_command("person", *map(str, arguments), stdout=shown, **options)
    return shown.getvalue()


def test_the_report_counts_and_quotes_nothing():
    shown = run("report", ANN)
    assert "memories: 1\n" in shown
    assert "profile: 1\n" in shown
    assert "Annabel" not in shown


def test_of_a_stranger_nothing_is_held():
    assert run("report", 410_000_000_000_000_999) == "Nothing is held about this person.\n"


def test_the_export_has_their_own_data_in_a_file_of_this_account_alone():
    assert str(export_path(ANN)) in run("export", ANN, reason="She asked by letter")
    archive = zipfile.ZipFile(export_path(ANN))
    (memory,) = json.loads(archive.read("memories.json"))
    assert memory["text"] == "Annabel sails"
    assert stat.S_IMODE(export_path(ANN).stat().st_mode) == 0o600
    logged = ActionEntry.objects.get(action="person.export")
    assert (logged.person_id, logged.reason) == (ANN, "She asked by letter")


def test_an_export_overwrites_no_file(tmp_path):
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(CommandError, match="exists already"):
        run("export", ANN, reason="She asked", to=tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"


def test_an_erasure_removes_all_of_one_person_and_certifies_it():
    shown = run("erase", ANN, reason="She asked by letter", yes=True)
    assert f"Erasure of {ANN}" in shown
    assert "  memories: 1\n" in shown
    assert "Left:\n  nothing, apart from" in shown
    assert not Profile.objects.filter(person_id=ANN).exists()
    assert Consent.objects.get(person_id=ANN).status == Consent.Status.DENIED
    assert Erasure.objects.filter(person_id=ANN).exists()
    assert [memory.person_id for memory in Memory.objects.all()] == [BEN]
    logged = ActionEntry.objects.get(action="person.erase")
    assert (logged.person_id, logged.reason) == (None, "She asked by letter")


def test_what_is_left_is_said_and_tells_by_the_exit_code(monkeypatch):
    monkeypatch.setattr("memories.actions.erase_person", lambda *_: {})
    with pytest.raises(CommandError, match="left") as caught:
        run("erase", ANN, reason="She asked", yes=True)
    assert caught.value.returncode == 3


@pytest.mark.parametrize("what", ["export", "erase"])
def test_without_a_reason_nothing_is_done(what):
    with pytest.raises(CommandError, match="--reason"):
        run(what, ANN, yes=True)
    assert Memory.objects.count() == 2
    assert not export_path(ANN).exists()


def test_an_erasure_is_confirmed_by_the_id(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    with pytest.raises(CommandError, match="Nothing was erased"):
        run("erase", ANN, reason="She asked")
    monkeypatch.setattr("builtins.input", lambda _: str(ANN))
    run("erase", ANN, reason="She asked")
    assert Memory.objects.count() == 1


@pytest.mark.parametrize("odd", ["0", "-1", "007", "ann", "²", "99999999999999999999"])
def test_what_is_no_id_is_refused(odd):
    with pytest.raises(CommandError, match="is not an id"):
        call_command("person", "report", "--", odd)


def decide(client, action, *people, **fields):
    chosen = list(Consent.objects.filter(person_id__in=people).values_list("pk", flat=True))
    url = reverse("admin:profiles_consent_changelist")
    return client.post(url, {"action": action, "_selected_action": chosen, **fields}, follow=True)


@pytest.mark.heavy
def test_the_console_erases_after_a_reason_was_given(admin_client, admin_user):
    asked = decide(admin_client, "erase_people", ANN)
    assert "1 row." in asked.content.decode()
    assert Memory.objects.count() == 2
    done = decide(admin_client, "erase_people", ANN, confirmed="yes", reason="She asked")
    assert "nothing, apart from" in done.content.decode()
    assert [memory.person_id for memory in Memory.objects.all()] == [BEN]
    logged = ActionEntry.objects.get(action="person.erase")
    assert (logged.actor_id, logged.reason) == (admin_user.pk, "She asked")


def test_the_console_exports_one_person_after_a_reason_was_given(admin_client, admin_user):
    assert "Reason" in decide(admin_client, "export_person", ANN).content.decode()
    got = decide(admin_client, "export_person", ANN, confirmed="yes", reason="She asked")
    assert got["Content-Type"] == "application/zip"
    assert "no-store" in got["Cache-Control"]
    assert ActionEntry.objects.get(action="person.export").actor_id == admin_user.pk


def test_the_console_exports_no_two_people_into_one_file(admin_client):
    got = decide(admin_client, "export_person", ANN, BEN, confirmed="yes", reason="They asked")
    assert "Choose one person" in got.content.decode()


@pytest.mark.parametrize("action", ["erase_people", "export_person"])
def test_staff_without_the_right_can_do_neither(client, action):
    cleo = User.objects.create_user("cleo", is_staff=True)
    for right in ("view_consent", "change_consent", "view_memory"):
        cleo.user_permissions.add(Permission.objects.get(codename=right))
    client.force_login(cleo)
    got = decide(client, action, ANN, confirmed="yes", reason="I want to")
    assert got["Content-Type"].startswith("text/html")
    assert Memory.objects.count() == 2
    assert not ActionEntry.objects.filter(action__startswith="person.").exists()


def test_an_export_in_the_data_folder_is_deleted_after_a_day():
    for person in (ANN, BEN):
        run("export", person, reason="They asked by letter")
    yesterday = timezone.now().timestamp() - 25 * 3600
    os.utime(export_path(ANN), (yesterday, yesterday))
    async_to_sync(retention.delete_old)(asyncio.Event())
    assert not export_path(ANN).exists()
    assert export_path(BEN).exists()
