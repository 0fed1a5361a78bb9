"""Tests of how tokens are made and revoked: on the console's page, and by a command."""

from __future__ import annotations

import re
from io import StringIO
from unittest.mock import patch

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.urls import reverse

from botrunner.accounts import local_person_id
from botrunner.tests.api.conftest import ANN
from whisper.models import AccessToken, ActionEntry
from whisper.personal_data import registry
from whisper.tokens import TokenScope
from whisper.tokens.actions import delete_old_tokens

pytestmark = pytest.mark.heavy

PAGE = reverse("console:tokens")
PASSWORD, NEW = "a long password", "another, longer passphrase"
FORM = {
    "name": "My assistant",
    "acts_for": "person",
    "scopes": ["memories.read", "profile.read"],
    "days": "30",
    "reason": "To try it.",
}
TEXT = re.compile(r"whisper_[\w-]{43}")


@pytest.fixture
def signed_in(client, officer):
    """Return a browser whose account entered its password again a moment ago."""
    client.force_login(officer)
    client.post(client.get(PAGE).url, {"password": PASSWORD})
    assert client.get(PAGE).status_code == 200
    return client


@pytest.mark.heavy
def test_a_token_is_shown_once_and_works(signed_in, ask, officer):
    shown = signed_in.post(PAGE, FORM).content.decode()
    (text,) = TEXT.findall(shown)
    assert not TEXT.search(signed_in.get(PAGE).content.decode())
    status, found = ask(text, "get", "/token")
    assert (status, found["scopes"]) == (200, ["memories.read", "profile.read"])
    assert found["person_id"] == str(local_person_id(officer.pk))
    entry = ActionEntry.objects.get(action="token.create")
    assert (entry.actor_id, entry.reason) == (officer.pk, "To try it.")


def test_a_session_alone_makes_no_token(client, officer):
    client.force_login(officer)
    for asked in (client.get(PAGE), client.post(PAGE, FORM)):
        assert asked.status_code == 302
        assert asked.url.startswith(reverse("account_reauthenticate"))
    assert not AccessToken.objects.exists()


def test_a_revoked_token_opens_nothing(signed_in, ask):
    (text,) = TEXT.findall(signed_in.post(PAGE, FORM | {"acts_for": "account"}).content.decode())
    made = AccessToken.objects.get()
    assert made.person_id is None
    signed_in.post(reverse("console:revoke_token", args=[made.pk]))
    assert ask(text, "get", "/token")[0] == 401


@pytest.mark.heavy
def test_nobody_sees_or_revokes_tokens_of_others(signed_in, token, ask):
    text = token()
    others = AccessToken.objects.get()
    assert others.beginning not in signed_in.get(PAGE).content.decode()
    revoke = reverse("console:revoke_token", args=[others.pk])
    assert signed_in.post(revoke).status_code == 404
    assert signed_in.get(revoke).status_code == 404
    assert ask(text, "get", "/token")[0] == 200


def test_an_owner_revokes_the_tokens_of_everybody(signed_in, officer, token, ask):
    officer.is_superuser = True
    officer.save()
    text = token()
    made = AccessToken.objects.get()
    assert made.beginning in signed_in.get(PAGE).content.decode()
    signed_in.post(reverse("console:revoke_token", args=[made.pk]))
    assert ask(text, "get", "/token")[0] == 401


@pytest.mark.parametrize("wrong", [{"days": "0"}, {"days": "367"}, {"scopes": []}, {"reason": " "}])
def test_a_form_that_makes_no_sense_makes_nothing(signed_in, wrong):
    assert signed_in.post(PAGE, FORM | wrong).status_code == 200
    assert not AccessToken.objects.exists()


def run(*arguments):
    out = StringIO()
    call_command("tokens", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def test_a_command_makes_lists_and_revokes_tokens(people, ask):
    text = run("create", "--name", "x", "--person", str(ANN), "--reason", "She asked.")
    assert TEXT.fullmatch(text)
    made = AccessToken.objects.get()
    listed = run("list")
    assert made.beginning in listed
    assert text not in listed
    assert ask(text, "get", "/people/me/profile")[0] == 200
    run("revoke", str(made.pk), "--reason", "Lost.")
    assert ask(text, "get", "/token")[0] == 401


@pytest.mark.parametrize(
    "arguments",
    [
        ("create", "--name", "x", "--person", str(ANN)),
        ("create", "--name", "x", "--reason", "x"),
        ("create", "--name", "x", "--person", "007", "--reason", "x"),
        ("create", "--name", "x", "--account", "nobody", "--reason", "x"),
        ("create", "--name", "", "--person", str(ANN), "--reason", "x"),
        ("create", "--name", "x", "--person", str(ANN), "--days", "999999999999", "--reason", "x"),
        ("revoke", "--reason", "x"),
        ("revoke", "7", "--reason", "x"),
    ],
)
def test_a_command_that_makes_no_sense_makes_nothing(people, arguments):
    with pytest.raises(CommandError):
        run(*arguments)
    assert not AccessToken.objects.exists()


@pytest.mark.heavy
def test_erasing_an_accounts_person_takes_all_their_tokens(signed_in, officer, token):
    token(account=officer)
    token(TokenScope.EXPORT, person_id=ANN)
    signed_in.post(PAGE, FORM)
    async_to_sync(registry.erase_person)(local_person_id(officer.pk))
    assert [one.person_id for one in AccessToken.objects.all()] == [ANN]


def change_in_the_form(client, officer):
    fields = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post(reverse("admin:password_change"), fields).status_code == 302


def change_by_the_command(client, officer):
    with patch("getpass.getpass", return_value=NEW):
        call_command("changepassword", officer.username, stdout=StringIO())


def reset_second_factor(client, officer):
    call_command("second_factor", "reset", officer.username, "--reason", "x", stdout=StringIO())


@pytest.mark.heavy
@pytest.mark.parametrize("change", [change_in_the_form, change_by_the_command, reset_second_factor])
def test_what_shuts_others_out_of_an_account_ends_its_tokens(
    signed_in, officer, token, ask, change
):
    own = TEXT.findall(signed_in.post(PAGE, FORM).content.decode())
    texts, others = [*own, token(account=officer)], token()
    change(signed_in, officer)
    assert {ask(text, "get", "/token")[0] for text in texts} == {401}
    assert ask(others, "get", "/token")[0] == 200
    assert ActionEntry.objects.filter(action="token.revoke").count() == 2


@pytest.mark.heavy
def test_a_password_that_is_hashed_again_at_a_sign_in_ends_none(
    client, officer, token, ask, settings
):
    text = token(account=officer)
    hashers = "django.contrib.auth.hashers"
    settings.PASSWORD_HASHERS = [
        f"{hashers}.{one}" for one in ("ScryptPasswordHasher", "MD5PasswordHasher")
    ]
    User.objects.update(password=make_password(PASSWORD, hasher="md5"))
    assert client.login(username=officer.username, password=PASSWORD)
    assert User.objects.get(pk=officer.pk).password.startswith("scrypt")
    assert ask(text, "get", "/token")[0] == 200


def test_tokens_that_have_long_been_over_are_deleted(people, token):
    token()
    kept = AccessToken.objects.get()
    assert delete_old_tokens(kept.created_at) == 0
    AccessToken.objects.update(expires_at="2020-01-01T00:00Z")
    assert delete_old_tokens(kept.created_at) == 1
