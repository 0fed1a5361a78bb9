"""What tests of the console's pages share: the invented world, and admins who look at it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User

from profiles.models import Profile
from whisper.tests.reading import give_reason


@pytest.fixture
def admin(demo_world, client, db):
    """Return an owner's browser, who has said why they read what is private."""
    client.force_login(User.objects.create_superuser("admin", password="a long password"))
    give_reason(client)
    return client


@pytest.fixture
def viewer(demo_world, client, db):
    """Return the browser of an admin who may see people, but not what is private."""
    account = User.objects.create_user("viewer", password="a long password", is_staff=True)
    account.user_permissions.add(Permission.objects.get(codename="view_profile"))
    client.force_login(account)
    return client


@pytest.fixture
def dario(demo_world, db):
    """Return the one who has a hard time."""
    return Profile.objects.get(name="Dario")
