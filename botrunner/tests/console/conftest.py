"""What tests of the console's pages share: the invented world, and admins who look at it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command

from profiles.models import Profile
from whisper.tests.filling import rows_of_the_module
from whisper.tests.reading import give_reason


@pytest.fixture(scope="module")
def _filled(django_db_setup, django_db_blocker):
    with rows_of_the_module(django_db_blocker):
        call_command("demo", people=30, messages=400, verbosity=0, stdout=StringIO())
        yield


@pytest.fixture
def admin(_filled, client, db):
    """Return an owner's browser, who has said why they read what is private."""
    client.force_login(User.objects.create_superuser("admin", password="a long password"))
    give_reason(client)
    return client


@pytest.fixture
def viewer(_filled, client, db):
    """Return the browser of an admin who may see people, but not what is private."""
    account = User.objects.create_user("viewer", password="a long password", is_staff=True)
    account.user_permissions.add(Permission.objects.get(codename="view_profile"))
    client.force_login(account)
    return client


@pytest.fixture
def dario(_filled, db):
    """Return the one who has a hard time."""
    return Profile.objects.get(name="Dario")
