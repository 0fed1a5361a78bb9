"""Tests of who may change what an account may do, and of its password."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def cleo(client):
    """A member of staff who looks after accounts, but isn't a superuser."""
    cleo = User.objects.create_user("cleo", password="a long password", is_staff=True)
    for right in ("view_user", "add_user", "change_user", "delete_user", "change_group"):
        cleo.user_permissions.add(Permission.objects.get(codename=right))
    client.force_login(cleo)
    return cleo


def change(client, account, **fields):
    url = reverse("admin:auth_user_change", args=[account.pk])
    dates = {"date_joined_0": "2026-01-01", "date_joined_1": "12:00:00"}
    return client.post(url, {"username": account.username, **dates, **fields})


def test_nobody_makes_themself_a_superuser(client, cleo):
    group = Group.objects.create(name="all rights")
    right = Permission.objects.get(codename="view_memory")
    fields = {"is_superuser": "on", "groups": [group.pk], "user_permissions": [right.pk]}
    change(client, cleo, first_name="Cleo", **fields)
    cleo = User.objects.get(pk=cleo.pk)
    assert cleo.first_name == "Cleo"
    assert not cleo.is_superuser
    assert not cleo.groups.exists()
    assert not cleo.has_perm("memories.view_memory")


def test_a_superuser_is_out_of_reach_of_who_is_none(client, cleo):
    ann = User.objects.create_superuser("ann", password="a long password")
    change(client, ann, first_name="Eve")
    password = reverse("admin:auth_user_password_change", args=[ann.pk])
    client.post(password, {"password1": "mine, and long", "password2": "mine, and long"})
    client.post(reverse("admin:auth_user_delete", args=[ann.pk]), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [ann.pk], "post": "yes"}
    client.post(reverse("admin:auth_user_changelist"), chosen)
    ann.refresh_from_db()
    assert ann.first_name == ""
    assert ann.check_password("a long password")


def test_a_group_is_changed_by_superusers_alone(client, cleo, admin_client):
    group = Group.objects.create(name="readers")
    url = reverse("admin:auth_group_change", args=[group.pk])
    client.post(url, {"name": "writers"})
    group.refresh_from_db()
    assert group.name == "readers"
    admin_client.post(url, {"name": "writers"})
    group.refresh_from_db()
    assert group.name == "writers"


def test_a_superuser_changes_rights(admin_client, cleo):
    change(admin_client, cleo, is_active="on", is_staff="on", is_superuser="on")
    cleo.refresh_from_db()
    assert cleo.is_superuser


@pytest.mark.parametrize("password", ["admin-admin", "Admin.admin1", "administrator1"])
def test_a_password_is_not_the_name_that_it_goes_with(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(username="admin", email="administrator@example.org"))


@pytest.mark.parametrize("password", ["correct horse battery", "admin of the seven seas"])
def test_a_password_with_enough_of_its_own_is_taken(password):
    validate_password(password, User(username="admin", email="administrator@example.org"))
