"""Tests of signing in: guessing is slow, and the first admin's password is changed."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils import timezone

from conftest import require_service
from whisper.console.signing_in import TOO_MANY, LoginForm
from whisper.environment import environment
from whisper.queries import account_of_session
from whisper.settings.redis import caches

pytestmark = [pytest.mark.django_db, pytest.mark.heavy]
LOGIN = reverse("admin:login")
PASSWORD = "a long password"
NEW = "another, longer one"
# In any minute, of one account and from one address.
TRIES = 5


@pytest.fixture(autouse=True)
def ann():
    return User.objects.create_superuser("ann", password=PASSWORD)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Let time stand still; a test can let it pass."""
    clock = SimpleNamespace(now=1_800_000_000.0)
    standing = SimpleNamespace(**{**vars(time), "time": lambda: clock.now})
    monkeypatch.setattr("allauth.core.internal.ratelimit.time", standing)
    return clock


def sign_in(client, name="ann", password=PASSWORD, address="192.0.2.1"):
    return client.post(LOGIN, {"username": name, "password": password}, REMOTE_ADDR=address)


def test_after_too_many_tries_the_right_password_is_refused(client):
    for _ in range(TRIES):
        assert sign_in(client, password="wrong").status_code == 200
    refused = sign_in(client)
    assert TOO_MANY in refused.content.decode()
    assert "_auth_user_id" not in client.session


def test_no_minute_has_more_tries_wherever_it_begins(client, clock):
    clock.now += 60 - clock.now % 60 - 1
    for _ in range(TRIES):
        sign_in(client, password="wrong")
    clock.now += 59
    assert TOO_MANY in sign_in(client).content.decode()
    clock.now += 2
    assert sign_in(client).status_code == 302


def test_of_tries_made_at_once_no_more_are_checked(rf, monkeypatch):
    checked = []
    monkeypatch.setattr(
        "django.contrib.auth.forms.authenticate", lambda *_, **names: checked.append(names)
    )
    data = {"username": "ann", "password": "wrong"}
    forms = [LoginForm(rf.post(LOGIN), data) for _ in range(30)]
    with ThreadPoolExecutor(len(forms)) as threads:
        assert not any(threads.map(LoginForm.is_valid, forms))
    assert len(checked) == TRIES


def test_tries_are_counted_by_account_from_wherever_they_come(client):
    for number in range(TRIES):
        sign_in(client, password="wrong", address=f"192.0.2.{number}")
    assert TOO_MANY in sign_in(client, "ANN", address="192.0.2.99").content.decode()


@pytest.mark.parametrize(
    "addresses", [["192.0.2.7"] * (TRIES + 1), [f"2001:db8::{n}" for n in range(TRIES + 1)]]
)
def test_tries_are_counted_by_address_whatever_the_account(client, addresses):
    *tries, last = addresses
    for number, address in enumerate(tries):
        sign_in(client, f"account{number}", address=address)
    assert TOO_MANY in sign_in(client, address=last).content.decode()


def test_others_can_sign_in_meanwhile(client):
    User.objects.create_superuser("ben", password=PASSWORD)
    for _ in range(TRIES + 1):
        sign_in(client, password="wrong")
    assert sign_in(client, "ben", address="198.51.100.1").status_code == 302


@pytest.fixture
def redis_cache():
    """Let Django's cache be in Redis."""
    with override_settings(CACHES=caches(require_service("redis"))):
        cache.clear()
        yield cache
        cache.clear()


@pytest.mark.service
def test_redis_holds_no_name_that_was_tried(client, redis_cache):
    for _ in range(TRIES):
        sign_in(client, password="wrong")
    assert TOO_MANY in sign_in(client).content.decode()
    server = redis.Redis.from_url(require_service("redis"))
    held = {key: server.get(key) for key in server.scan_iter("*allauth:rl*")}
    server.close()
    assert held
    assert "ann" not in str(held)


def test_no_table_and_no_log_holds_the_address_of_a_browser(client, caplog):
    caplog.set_level(logging.DEBUG)
    sign_in(client, password="wrong")
    assert sign_in(client).status_code == 302
    assert client.get(reverse("admin:index"), REMOTE_ADDR="192.0.2.1").status_code == 200
    held = {model: list(model._base_manager.values()) for model in apps.get_models()}
    assert held[Session]
    assert "192.0.2.1" not in f"{held} {dict(client.session)} {caplog.text}"


def test_other_tries_do_not_push_out_those_of_an_account(client):
    for _ in range(TRIES):
        sign_in(client, password="wrong")
    for number in range(1_000):
        cache.set(f"another-{number}", 1)
    assert TOO_MANY in sign_in(client, address="198.51.100.1").content.decode()


@pytest.fixture
def first(tmp_path, monkeypatch):
    """Create the first admin; return the file with their password."""
    monkeypatch.setattr("whisper.environment.environment.whisper_data_dir", tmp_path)
    User.objects.all().delete()
    call_command("create_first_admin", stdout=StringIO())
    return tmp_path / "first_admin_password"


def test_the_first_admins_password_is_changed_at_the_first_login(client, first):
    old = first.read_text().strip()
    sign_in(client, "admin", old)
    form = reverse("admin:password_change")
    for page in ("admin:index", "chat", "export"):
        assert client.get(reverse(page)).url == form
    assert client.get(form).status_code == 200
    fields = {"old_password": old, "new_password1": NEW, "new_password2": NEW}
    assert client.post(form, fields).status_code == 302
    assert client.get(reverse("admin:index")).status_code == 200
    assert not first.exists()


def test_a_password_set_by_a_command_removes_the_file_with_the_first_one(first):
    admin = User.objects.get(username="admin")
    admin.set_password(NEW)
    admin.save()
    assert not first.exists()


def test_the_password_of_another_account_leaves_that_file(first, ann):
    ann.set_password(NEW)
    ann.save()
    assert first.exists()


def test_another_password_need_not_be_changed(client, first):
    User.objects.create_superuser("ben", password=PASSWORD)
    sign_in(client, "ben")
    assert client.get(reverse("admin:index")).status_code == 200


def test_the_first_password_opens_no_socket_either(client, first):
    old = first.read_text().strip()
    sign_in(client, "admin", old)
    assert account_of_session(client.session.session_key) is None
    fields = {"old_password": old, "new_password1": NEW, "new_password2": NEW}
    client.post(reverse("admin:password_change"), fields)
    account = account_of_session(client.session.session_key)
    assert account is not None
    assert account.get_username() == "admin"


def test_a_session_alone_can_t_find_out_the_password(client, ann):
    client.force_login(ann)
    form, fields = reverse("admin:password_change"), {"new_password1": NEW, "new_password2": NEW}
    for _ in range(TRIES):
        assert client.post(form, fields | {"old_password": "wrong"}).status_code == 200
    refused = client.post(form, fields | {"old_password": PASSWORD})
    assert TOO_MANY in refused.content.decode()
    ann.refresh_from_db()
    assert ann.check_password(PASSWORD)


def test_a_session_that_somebody_planted_is_not_the_one_that_signs_in(client, ann):
    planted = SessionStore()
    planted["seen"] = True
    planted.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    sign_in(client, "ann")
    assert account_of_session(client.session.session_key) == ann
    assert client.session.session_key != planted.session_key
    assert account_of_session(planted.session_key) is None


@pytest.mark.parametrize("is_staff", [False, True])
def test_everybody_can_log_out(client, is_staff):
    ben = User.objects.create_user("ben", password=PASSWORD, is_staff=is_staff)
    sign_in(client, "ben")
    session = client.session.session_key
    assert account_of_session(session) == ben
    assert client.post(reverse("admin:logout")).url == LOGIN
    assert account_of_session(session) is None
    assert client.get(reverse("chat")).status_code == 302


def test_who_is_not_staff_changes_their_password(client):
    ben = User.objects.create_user("ben", password=PASSWORD)
    sign_in(client, "ben")
    form = reverse("admin:password_change")
    assert form in client.get(reverse("mfa_index")).content.decode()
    wrong = {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}
    assert "incorrectly" in client.post(form, wrong).content.decode()
    changed = client.post(form, wrong | {"old_password": PASSWORD}, follow=True)
    assert "Your password is changed." in changed.content.decode()
    ben.refresh_from_db()
    assert ben.check_password(NEW)


def test_nobody_changes_a_password_before_signing_in(client):
    assert client.get(reverse("admin:password_change")).url.startswith(LOGIN)


def test_a_session_ends_some_time_after_signing_in_however_it_is_used(client, monkeypatch):
    monkeypatch.setattr(environment, "session_hours", 2)
    sign_in(client)
    session = client.session
    ends = session.get_expiry_date()
    assert timedelta(hours=1) < ends - timezone.now() <= timedelta(hours=2)
    session["used"] = True
    session.save()
    assert Session.objects.get().expire_date == ends
    Session.objects.update(expire_date=timezone.now())
    assert client.get(reverse("admin:index")).status_code == 302


def _work_of_a_try(client, name, monkeypatch):
    """Return how often a password is hashed and the database asked if somebody tries a name."""
    hasher = type(get_hasher())
    hashed = []
    encode = hasher.encode

    def counted(*given):
        hashed.append(1)
        return encode(*given)

    monkeypatch.setattr(hasher, "encode", counted)
    with CaptureQueriesContext(connection) as asked:
        page = sign_in(client, name=name, password="a guess")
    monkeypatch.setattr(hasher, "encode", encode)
    words = page.content.decode().replace(name, "")
    return len(hashed), len(asked), page.status_code, "enter a correct" in words.lower()


@pytest.mark.parametrize("kind", ["unknown", "inactive", "without a password", "not staff"])
def test_a_try_costs_the_same_work_whoever_is_named(client, monkeypatch, kind):
    other = User.objects.create_user("ben", password=PASSWORD, is_staff=kind != "not staff")
    if kind == "unknown":
        other.delete()
    elif kind == "inactive":
        User.objects.filter(username="ben").update(is_active=False)
    elif kind == "without a password":
        other.set_unusable_password()
        other.save()
    known = _work_of_a_try(client, "ann", monkeypatch)
    assert _work_of_a_try(client, "ben", monkeypatch) == known
    assert known[0] == 1
