"""Tests of signing in with Discord, whose network alone is replaced."""

from __future__ import annotations

import json
from html import unescape
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.discord.provider import DiscordProvider
from django.contrib.auth.models import User
from django.urls import reverse

from whisper.accounts.adapters import NOT_NAMED, DiscordAdapter
from whisper.environment import Environment, environment
from whisper.settings import discord_apps

pytestmark = pytest.mark.django_db
ANN, BEN = "410000000000000301", "410000000000000302"


@pytest.fixture(autouse=True)
def discord(monkeypatch, settings):
    """Let Ann sign in as a moderator; return who Discord says that the browser's user is."""
    monkeypatch.setattr(environment, "discord_login_client_id", "4242")
    monkeypatch.setattr(environment, "discord_login_people", {ANN: "moderator"})
    provider = settings.SOCIALACCOUNT_PROVIDERS["discord"]
    settings.SOCIALACCOUNT_PROVIDERS = {"discord": {**provider, "APPS": discord_apps(environment)}}
    registry.register(DiscordProvider)
    user = {"id": ANN, "username": "ann", "email": "ann@example.org", "verified": True}
    monkeypatch.setattr(DiscordAdapter, "get_requests_session", lambda self: Session(user))
    return user


class Session:
    """Discord's network: any code is a token, and any token is this user's."""

    def __init__(self, user):
        self.user = user

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return None

    def request(self, method, url, **kwargs):
        assert url.startswith("https://discord.com/api/")
        return answer({"access_token": "a-token", "token_type": "Bearer"})

    def get(self, url, **kwargs):
        assert url == "https://discord.com/api/users/@me"
        return answer(self.user)


def answer(content):
    headers = {"content-type": "application/json"}
    return SimpleNamespace(
        status_code=200, headers=headers, text=json.dumps(content), json=lambda: content
    )


def sign_in(client, **fields):
    """Go to Discord and come back; return where that leads."""
    there = client.post(reverse("discord_login"), fields)
    asked = parse_qs(urlsplit(there.url).query)
    assert urlsplit(there.url).hostname == "discord.com"
    assert asked["scope"] == ["identify"]
    back = {"code": "a-code", "state": asked["state"][0]}
    return client.get(reverse("discord_callback"), back)


def is_signed_in(client):
    return client.get(reverse("chat")).status_code == 200


def test_who_is_named_signs_in_with_the_rights_of_their_role(client):
    assert sign_in(client).status_code == 302
    assert is_signed_in(client)
    account = User.objects.get()
    assert account.username == f"discord-{ANN}"
    assert account.has_perm("memories.change_memory")
    assert not account.is_superuser
    assert not account.has_usable_password()
    assert client.get(reverse("console:people")).status_code == 200


def test_nobody_else_signs_in(client, discord):
    discord["id"] = BEN
    sign_in(client)
    assert not is_signed_in(client)
    assert not User.objects.exists()
    assert NOT_NAMED in unescape(client.get(reverse("admin:login")).content.decode())


def test_who_is_no_longer_named_is_signed_out_and_loses_a_role_that_changed(client):
    sign_in(client)
    environment.discord_login_people[ANN] = "viewer"
    sign_in(client)
    assert not User.objects.get().has_perm("memories.change_memory")
    del environment.discord_login_people[ANN]
    assert not is_signed_in(client)


def test_an_owner_is_a_superuser(client):
    environment.discord_login_people[ANN] = "owner"
    sign_in(client)
    assert User.objects.get().is_superuser


def test_an_account_of_that_name_with_a_password_is_not_taken_for_theirs(client):
    User.objects.create_user(f"discord-{ANN}", password="known to its maker")
    sign_in(client)
    assert not is_signed_in(client)
    assert not User.objects.get().is_staff


def test_a_signed_in_account_is_not_connected_with_discord(client):
    ben = User.objects.create_superuser("ben", password="a long password")
    client.force_login(ben)
    sign_in(client, process="connect")
    assert int(client.session["_auth_user_id"]) != ben.pk


def test_an_answer_that_was_not_asked_for_signs_nobody_in(client):
    back = client.get(reverse("discord_callback"), {"code": "a-code", "state": "another"})
    assert back.url == reverse("admin:login")
    assert not is_signed_in(client)


def test_without_the_setting_there_is_no_such_page(client, monkeypatch):
    assert "Sign in with Discord" in client.get(reverse("admin:login")).content.decode()
    monkeypatch.setattr(environment, "discord_login_client_id", None)
    assert client.post(reverse("discord_login")).status_code == 404
    assert "Discord" not in client.get(reverse("admin:login")).content.decode()


@pytest.mark.parametrize("text", ["ann=owner", "0123=viewer", f"{ANN}=king", f"{ANN}"])
def test_a_setting_that_names_nobody_is_refused(text):
    with pytest.raises(ValueError, match="must be Discord ids"):
        Environment(discord_login_people=text)


def test_the_setting_names_people_and_roles():
    people = Environment(discord_login_people=f"{ANN}=Owner, {BEN} = data officer")
    assert people.discord_login_people == {ANN: "owner", BEN: "data officer"}
