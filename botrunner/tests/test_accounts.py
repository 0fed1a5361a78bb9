"""Tests of who console accounts are to the companion."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from botrunner.accounts import account_of, local_person_id, owner_person_id, person_of_session
from profiles.actions import decide_consent, meet
from profiles.models import Consent
from whisper.models import AccountPerson

pytestmark = pytest.mark.django_db

keep_who_accounts_are = import_module(
    "whisper.migrations.0010_people_of_accounts"
).keep_who_accounts_are


@pytest.fixture
def accounts():
    """Ann, who runs the companion, and Ben."""
    ann = User.objects.create_superuser("ann", password="a long password")
    return ann, User.objects.create_user("ben", password="a long password")


def migrated():
    with connection.schema_editor() as editor:
        keep_who_accounts_are(apps, editor)


def test_no_number_that_somebody_types_is_an_account(accounts):
    for account in accounts:
        person = local_person_id(account.pk)
        assert person != account.pk
        assert account_of(person) == account.pk
        assert account_of(account.pk) is None


@pytest.mark.parametrize(
    ("login", "full", "called"),
    [
        ("ben", "", "Ben"),
        ("ben", "Benedict Okoro", "Benedict Okoro"),
        ("admin", "", ""),
        ("b3n-home", "", ""),
    ],
)
def test_who_gave_no_name_is_called_by_a_login_that_may_be_one(client, login, full, called):
    first, _, last = full.partition(" ")
    account = User.objects.create_user(login, password="x", first_name=first, last_name=last)
    client.force_login(account)
    assert person_of_session(client.session.session_key) == (local_person_id(account.pk), called)


def test_a_person_without_a_name_is_shown_as_their_account(accounts):
    ann, _ = accounts
    assert str(meet(local_person_id(ann.pk), name="", at=timezone.now())) == f"account {ann.pk}"
    assert str(meet(410_000_000_000_000_001, name="", at=timezone.now())) == "410000000000000001"


def test_a_person_of_discord_has_no_account(accounts):
    assert account_of(410_000_000_000_000_001) is None


@pytest.mark.django_db(transaction=True)
def test_accounts_from_before_stay_who_they_were(accounts):
    migrated()
    migrated()
    for account in accounts:
        assert local_person_id(account.pk) == account.pk == account_of(account.pk)
    cleo = User.objects.create_user("cleo", password="a long password")
    assert local_person_id(cleo.pk) != cleo.pk


@pytest.mark.django_db(transaction=True)
def test_who_talked_at_the_terminal_before_there_was_an_account_stays_who_they_were():
    decide_consent(1, granted=True, source="terminal")
    migrated()
    assert owner_person_id() == 1


@pytest.mark.django_db(transaction=True)
def test_on_a_new_database_nothing_is_kept():
    assert not Consent.objects.exists()
    migrated()
    assert not AccountPerson.objects.exists()


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("older", [False, True])
def test_nobody_talks_as_another_account_at_the_terminal(accounts, older):
    if older:
        migrated()
    _, ben = accounts
    with pytest.raises(CommandError, match="another console account"):
        call_command("runbot", "--terminal", "--user-id", str(local_person_id(ben.pk)))


def test_whoever_comes_before_the_first_account_is_its_person():
    early = owner_person_id()
    ann = User.objects.create_superuser("ann", password="a long password", pk=1)
    assert owner_person_id() == local_person_id(ann.pk) == early


def deletion_pages(client, account):
    """Return the pages that ask whether to delete an account: its own, and the list's."""
    chosen = {"action": "delete_selected", "_selected_action": [account.pk]}
    return (
        client.get(reverse("admin:auth_user_delete", args=[account.pk])).content.decode(),
        client.post(reverse("admin:auth_user_changelist"), chosen).content.decode(),
    )


def test_whoever_deletes_an_account_can_export_and_erase_its_person_first(accounts, client):
    ann, ben = accounts
    person = local_person_id(ben.pk)
    decide_consent(person, granted=True, source="test")
    meet(person, name="Ben", at=timezone.now())
    client.force_login(ann)
    address = reverse("console:person_tab", args=[person, "data"])
    for page in deletion_pages(client, ben):
        assert "Deleting an account doesn't delete what its owner told the companion." in page
        assert f'href="{address}"' in page


def test_of_whom_there_is_no_page_the_commands_are_named(accounts, client):
    ann, ben = accounts
    client.force_login(ann)
    for page in deletion_pages(client, ben):
        assert f"manage.py person erase {local_person_id(ben.pk)}" in page
