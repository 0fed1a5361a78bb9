"""Tests of what a passkey's answer opens, and how often, without a browser."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from whisper.tests.passkey import Passkey

pytestmark = [pytest.mark.django_db, pytest.mark.heavy]
PASSWORD = "a long password"
ADD = reverse("mfa_add_webauthn")
ALONE = reverse("mfa_login_webauthn")
AFTER_PASSWORD = reverse("mfa_authenticate")


def enter(client):
    return client.post(reverse("admin:login"), {"username": "ann", "password": PASSWORD})


@pytest.fixture
def passkey():
    """Return the passkey that Ann signs in with."""
    User.objects.create_superuser("ann", password=PASSWORD)
    client, passkey = Client(headers={"host": "localhost"}), Passkey("http://localhost")
    enter(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": ADD})
    options = client.get(ADD).context["js_data"]["creation_options"]
    credential = json.dumps(passkey.register(options))
    made = client.post(ADD, {"name": "Key", "credential": credential, "passwordless": "on"})
    assert made.status_code == 302
    return passkey


@pytest.fixture
def client():
    return Client(headers={"host": "localhost"})


def challenge(client):
    """Return what the site asks a passkey for that signs in alone."""
    asked = client.get(ALONE, headers={"x-requested-with": "XMLHttpRequest"})
    return asked.json()["request_options"]


def answer(client, credential, page=ALONE):
    return client.post(page, {"credential": json.dumps(credential)})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def test_a_passkey_signs_in_once(client, passkey):
    credential = passkey.sign(challenge(client))
    answer(client, credential)
    assert is_signed_in(client)
    client.logout()
    answer(client, credential)
    assert not is_signed_in(client)


@pytest.mark.parametrize("was_asked", [False, True])
def test_an_answer_to_one_browser_opens_no_other(client, passkey, was_asked):
    stolen = passkey.sign(challenge(client))
    other = Client(headers={"host": "localhost"})
    if was_asked:
        challenge(other)
    answer(other, stolen)
    assert not is_signed_in(other)


def test_after_the_password_too_an_answer_is_taken_once(client, passkey):
    enter(client)
    options = client.get(AFTER_PASSWORD).context["js_data"]["request_options"]
    credential = passkey.sign(options)
    answer(client, credential, AFTER_PASSWORD)
    assert is_signed_in(client)
    client.logout()
    enter(client)
    client.get(AFTER_PASSWORD)
    answer(client, credential, AFTER_PASSWORD)
    assert not is_signed_in(client)


def test_an_answer_given_on_another_site_opens_nothing(client, passkey):
    passkey.origin = "https://evil.example"
    answer(client, passkey.sign(challenge(client)))
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "credential",
    [
        None,
        [],
        "x",
        5,
        {},
        {"response": []},
        {"response": {"userHandle": None}},
        {"response": {"userHandle": "_" * 5_000}},
        {"id": "a", "rawId": "a", "type": "public-key", "response": {"userHandle": "/w"}},
    ],
)
def test_odd_answers_are_refused_and_break_nothing(client, passkey, credential):
    challenge(client)
    assert answer(client, credential).status_code == 302
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "handle", ["OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "LTE", "AA", "8J-Ygg"]
)
def test_odd_accounts_are_refused_and_break_nothing(client, passkey, handle):
    passkey.user = handle
    assert answer(client, passkey.sign(challenge(client))).status_code == 302
    assert not is_signed_in(client)
