"""Tests of passkeys, with a real browser and its virtual authenticator."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.urls import reverse

from whisper.tests.browser import browser, needs_chromium

pytestmark = [pytest.mark.slow, needs_chromium, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long password"


@pytest.fixture
def site(live_server):
    User.objects.create_superuser("ann", password=PASSWORD)
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def page(site):
    with browser() as page:
        page.call("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        page.call("WebAuthn.addVirtualAuthenticator", options=options)
        yield page


def enter(page, site):
    # Not by way of the front page, which wants a live connection: this server has none.
    page.open(site + reverse("admin:login") + "?next=" + reverse("privacy"))
    page.do("document.querySelector('[name=username]').value = 'ann'")
    page.do(f"document.querySelector('[name=password]').value = '{PASSWORD}'")
    page.do_and_load("document.querySelector('#login-form').requestSubmit()")


def add_passkey(page, site, *, alone):
    page.open(site + reverse("mfa_add_webauthn"))
    page.do(f"document.querySelector('[name=password]').value = '{PASSWORD}'")
    page.do_and_load("document.querySelector('main form').requestSubmit()")
    page.do(f"document.querySelector('#passwordless').checked = {'true' if alone else 'false'}")
    page.do_and_load("document.querySelector('#add_passkey').click()")
    assert page.path == reverse("mfa_view_recovery_codes")


def log_out(page, site):
    page.open(site + reverse("privacy"))
    page.do_and_load("document.querySelector('header form').requestSubmit()")


def test_a_passkey_signs_in_without_a_password(page, site):
    enter(page, site)
    add_passkey(page, site, alone=True)
    log_out(page, site)
    page.open(site + reverse("admin:login") + "?next=" + reverse("privacy"))
    page.do_and_load("document.querySelector('#use_passkey').click()")
    assert page.path == reverse("privacy")
    assert page.complaints == []


def test_a_security_key_is_asked_for_after_the_password(page, site):
    enter(page, site)
    add_passkey(page, site, alone=False)
    log_out(page, site)
    enter(page, site)
    assert page.path == reverse("mfa_authenticate")
    page.do_and_load("document.querySelector('#use_passkey').click()")
    assert page.path == reverse("privacy")
    assert Authenticator.objects.get(type="webauthn").last_used_at is not None


def test_where_there_is_no_passkey_the_page_says_so(page, site):
    page.open(site + reverse("admin:login"))
    page.do("document.querySelector('#use_passkey').click()")
    while not page.do("document.querySelector('#passkey_problem').textContent"):
        page.settle()
    assert page.do("document.querySelector('#passkey_problem').textContent") == (
        "No passkey was used."
    )
