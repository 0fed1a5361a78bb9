"""Tests of what browsers are told about each page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

pytestmark = pytest.mark.django_db
STOPPED = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*json)|\son[a-z]+=|javascript:")
OURS = ["chat", "privacy", "export", "forget_me"]


def directives(response):
    """Return a page's policy: the sources that each directive allows, in no order."""
    found = {}
    for directive in response["Content-Security-Policy"].split(";"):
        name, *sources = directive.split()
        found[name] = set(sources)
    return found


@pytest.mark.parametrize("name", ["chat", "privacy", "export", "forget_me", "admin:index"])
def test_no_browser_or_proxy_keeps_what_a_signed_in_person_sees(admin_client, name):
    response = admin_client.get(reverse(name))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_no_proxy_keeps_what_a_program_with_a_token_gets(client):
    response = client.get("/api/v1/health", headers={"authorization": "Bearer x"})
    assert response.status_code == 401
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", OURS)
def test_our_pages_load_nothing_but_our_own_files(admin_client, name):
    policy = directives(admin_client.get(reverse(name)))
    assert policy["default-src"] == {"'none'"}
    assert not any("unsafe" in source for sources in policy.values() for source in sources)


@pytest.mark.parametrize("name", ["admin:index", "admin:login"])
def test_the_console_runs_no_script_of_a_page_itself(client, name):
    policy = directives(client.get(reverse(name)))
    assert policy["script-src"] == {"'self'", "'unsafe-eval'"}
    assert policy["frame-ancestors"] == {"'none'"}


def test_no_template_of_ours_has_a_script_or_handler_that_the_policy_stops():
    found = {
        str(file.relative_to(settings.BASE_DIR))
        for file in Path(settings.BASE_DIR, "templates").rglob("*.html")
        if STOPPED.search(file.read_text())
    }
    assert found == set()
    strict = Path(settings.BASE_DIR, "templates/botrunner").rglob("*.html")
    assert [str(file) for file in strict if re.search(r"<style|\sstyle=", file.read_text())] == []
