"""Tests of the second factor, through the pages that people see."""

from __future__ import annotations

import re
import time
from io import StringIO
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from botrunner.accounts import person_of_session
from whisper.models import ActionEntry

pytestmark = [pytest.mark.django_db, pytest.mark.heavy]
LOGIN = reverse("admin:login")
PASSWORD = "a long password"
FACTOR = reverse("mfa_index")
CODE = reverse("mfa_authenticate")
APP = reverse("mfa_activate_totp")


@pytest.fixture
def ann():
    return User.objects.create_superuser("ann", password=PASSWORD)


@pytest.fixture
def clock(monkeypatch):
    """Return the clock of codes: each lasts thirty seconds."""
    clock = SimpleNamespace(now=1_800_000_000.0)
    fake = SimpleNamespace(time=lambda: clock.now, **{"monotonic": time.monotonic})
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", fake)
    return clock


def sign_in(client, name="ann", **fields):
    return client.post(LOGIN, {"username": name, "password": PASSWORD, **fields})


def confirm(client, page):
    """Open a page that asks for the password first; return what it shows."""
    asked = client.get(page)
    if asked.status_code == 302 and "/confirm/" in asked.url:
        client.post(asked.url, {"password": PASSWORD, "next": page})
        asked = client.get(page)
    return asked.content.decode()


def code_of(secret, clock):
    return format_hotp_value(hotp_value(secret, int(clock.now) // 30))


def set_up_app(client, clock):
    """Set up an authenticator app; return its secret and the recovery codes."""
    (secret,) = re.findall(r'id="secret">(\w+)<', confirm(client, APP))
    shown = client.post(APP, {"code": code_of(secret, clock)}, follow=True)
    clock.now += 90
    return secret, re.findall(r"<code>(\d+)</code>", shown.content.decode())


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.fixture
def protected(ann, clock):
    """Return the secret and the recovery codes of Ann's authenticator app."""
    client = Client()
    sign_in(client)
    return set_up_app(client, clock)


def test_without_one_the_password_signs_in(client, ann):
    assert sign_in(client).url == reverse("admin:index")
    assert is_signed_in(client)


def test_the_app_is_asked_for_after_the_password(client, protected, clock):
    secret, _ = protected
    assert sign_in(client).url == CODE
    assert not is_signed_in(client)
    assert client.get(reverse("admin:index")).status_code == 302
    assert client.get(CODE).status_code == 200
    answer = client.post(CODE, {"code": code_of(secret, clock)})
    assert answer.url == reverse("admin:index")
    assert is_signed_in(client)


def test_the_page_that_was_wanted_is_shown_afterwards(client, protected, clock):
    wanted = reverse("admin:auth_user_changelist")
    client.post(f"{LOGIN}?next={wanted}", {"username": "ann", "password": PASSWORD})
    assert client.post(CODE, {"code": code_of(protected[0], clock)}).url == wanted


def test_no_other_site_is_led_to(client, ann):
    client.post(f"{LOGIN}?next=https://evil.example/", {"username": "ann", "password": PASSWORD})
    assert sign_in(Client(), next="https://evil.example/").url == reverse("admin:index")


def test_a_code_is_taken_once(client, protected, clock):
    code = code_of(protected[0], clock)
    sign_in(client)
    client.post(CODE, {"code": code})
    again = Client()
    sign_in(again)
    again.post(CODE, {"code": code})
    assert not is_signed_in(again)


def test_after_too_many_codes_the_right_one_is_refused(client, protected, clock):
    sign_in(client)
    for _ in range(5):
        assert client.post(CODE, {"code": "000000"}).status_code == 200
    refused = client.post(CODE, {"code": code_of(protected[0], clock)})
    assert "Too many" in refused.content.decode()
    assert not is_signed_in(client)


def test_codes_are_counted_by_account_whatever_the_session(protected, clock):
    for _ in range(5):
        other = Client()
        sign_in(other, "ann")
        other.post(CODE, {"code": "000000"})
    last = Client()
    sign_in(last)
    last.post(CODE, {"code": code_of(protected[0], clock)})
    assert not is_signed_in(last)


def test_without_a_password_no_code_is_asked_for(client, protected, clock):
    answer = client.post(CODE, {"code": code_of(protected[0], clock)})
    assert answer.status_code == 302
    assert not is_signed_in(client)


def test_a_recovery_code_signs_in_once(client, protected):
    _, codes = protected
    assert len(codes) == 10
    sign_in(client)
    client.post(CODE, {"code": codes[3]})
    assert is_signed_in(client)
    again = Client()
    sign_in(again)
    again.post(CODE, {"code": codes[3]})
    assert not is_signed_in(again)


def test_recovery_codes_are_shown_once(client, protected, clock):
    sign_in(client)
    client.post(CODE, {"code": code_of(protected[0], clock)})
    page = confirm(client, reverse("mfa_view_recovery_codes"))
    assert not any(code in page for code in protected[1])


def test_a_session_alone_changes_nothing(client, protected, clock):
    sign_in(client)
    client.post(CODE, {"code": code_of(protected[0], clock)})
    for name in ("mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_add_webauthn"):
        assert "/confirm/" in client.post(reverse(name)).url
    assert Authenticator.objects.filter(type="totp").exists()


def test_who_set_up_or_removed_one_is_logged(
    client, ann, clock, django_capture_on_commit_callbacks
):
    sign_in(client)
    with django_capture_on_commit_callbacks(execute=True):
        set_up_app(client, clock)
    client.post(reverse("mfa_deactivate_totp"))
    entries = ActionEntry.objects.filter(action__endswith="_second_factor")
    logged = [f"{entry.action} {entry.reason}" for entry in entries.order_by("pk")]
    assert "account.add_second_factor totp" in logged
    assert "account.remove_second_factor totp" in logged
    assert {entry.actor_id for entry in entries} == {ann.pk}


def test_the_owner_removes_what_was_lost(client, protected, clock):
    sign_in(client)
    client.post(CODE, {"code": code_of(protected[0], clock)})
    call_command("second_factor", "reset", "ann", reason="Her phone was stolen.", stdout=StringIO())
    assert client.get(reverse("admin:index")).status_code == 302
    assert sign_in(Client()).url == reverse("admin:index")
    entry = ActionEntry.objects.get(action="account.reset_second_factor")
    assert entry.reason == "Her phone was stolen."


@pytest.mark.parametrize(
    ("name", "reason"), [("ann", "  "), ("nobody", "A reason.")], ids=["no reason", "no account"]
)
def test_a_reset_wants_a_reason_and_an_account(protected, name, reason):
    with pytest.raises(CommandError):
        call_command("second_factor", "reset", name, reason=reason)
    assert Authenticator.objects.exists()


def test_the_command_shows_no_secret(protected):
    said = StringIO()
    call_command("second_factor", "show", "ann", stdout=said)
    assert "TOTP" in said.getvalue()
    assert protected[0] not in said.getvalue()


@pytest.fixture
def required(monkeypatch):
    monkeypatch.setattr("whisper.environment.environment.require_second_factor", True)


def test_where_it_is_required_admins_first_set_it_up(client, ann, required, clock):
    sign_in(client)
    for page in ("admin:index", "chat", "export", "admin:auth_user_changelist"):
        assert client.get(reverse(page)).url == FACTOR
    assert client.get(FACTOR).status_code == 200
    set_up_app(client, clock)
    assert client.get(reverse("admin:index")).status_code == 200


def test_where_it_is_required_the_chats_socket_is_closed_without_one(client, ann, required, clock):
    sign_in(client)
    assert person_of_session(client.session.session_key) is None
    set_up_app(client, clock)
    assert person_of_session(client.session.session_key) is not None


def test_where_it_is_required_others_need_none(client, required):
    User.objects.create_user("ben", password=PASSWORD)
    assert sign_in(client, "ben").url == reverse("chat")
    assert client.get(reverse("chat")).status_code == 200


def test_whoever_is_not_staff_comes_to_the_chat(client):
    User.objects.create_user("ben", password=PASSWORD)
    client.post(f"{LOGIN}?next=/admin/", {"username": "ben", "password": PASSWORD})
    assert is_signed_in(client)
    assert sign_in(Client(), "ben", next="/admin/").url == reverse("chat")


def test_an_inactive_account_does_not_sign_in(client, protected, clock):
    sign_in(client)
    User.objects.update(is_active=False)
    client.post(CODE, {"code": code_of(protected[0], clock)})
    assert not is_signed_in(client)


def test_no_secret_of_an_authenticator_is_in_the_console(admin_client, protected):
    assert admin_client.get("/admin/mfa/authenticator/").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_generate_recovery_codes",
    ],
)
def test_a_stranger_sees_no_page_of_a_second_factor(client, name):
    assert client.get(reverse(name)).status_code == 302


def test_the_pages_load_nothing_but_our_own_files(client, protected, clock):
    sign_in(client)
    pages = [client.get(CODE)]
    client.post(CODE, {"code": code_of(protected[0], clock)})
    for name in (
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
    ):
        confirm(client, reverse(name))
        pages.append(client.get(reverse(name)))
    for page in pages:
        assert page.status_code == 200
        assert "unsafe" not in page["Content-Security-Policy"]
        text = page.content.decode()
        assert not re.search(
            r"https?://|<style|\sstyle=|\son\w+=", text.replace("http://www.w3.org", "")
        )
