"""The console's first admin."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def create(**options: str) -> str:
    out = StringIO()
    call_command("create_first_admin", stdout=out, **options)
    return out.getvalue()


def test_the_password_that_is_printed_opens_the_console(client):
    [(name, password)] = re.findall(r"user (\w+), password (\S+) ", create())
    assert client.login(username=name, password=password)
    assert client.get("/admin/").status_code == 200


def test_it_is_created_once():
    create()
    assert create() == ""
    assert get_user_model().objects.count() == 1


def test_two_installations_have_different_passwords():
    first = create()
    get_user_model().objects.all().delete()
    assert create() != first


def test_a_name_that_another_account_has_is_not_taken():
    get_user_model().objects.create_user("admin")
    with pytest.raises(CommandError, match="give another --username"):
        create()
    assert "user boss" in create(username="boss")
