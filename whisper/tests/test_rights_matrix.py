"""Every page of the console against every kind of account: who may open what."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from whisper.console.reading import PrivateRows
from whisper.tests.console_pages import console_pages
from whisper.tests.reading import REASON

pytestmark = pytest.mark.django_db
PAGES = sorted(console_pages(), key=lambda page: page.opts.label_lower)


def test_no_page_shows_second_factors_or_whom_else_an_account_is():
    assert [page.opts.label for page in PAGES if page.model.__module__.startswith("allauth.")] == []


def address(page, name="changelist"):
    return reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_{name}")


def account(*rights, staff=True):
    made = User.objects.create_user(f"account{User.objects.count()}", is_staff=staff)
    made.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return made


def is_private(page):
    return isinstance(page, PrivateRows) and page.lists_are_private


def open_list(client, page):
    """Return the status of a page's list once a reason was given, if it asks for one."""
    client.post(address(page), {"reading_reason": REASON})
    return client.get(address(page)).status_code


@pytest.mark.heavy
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.opts.label_lower)
def test_who_opens_a_page(client, page):
    view = f"view_{page.opts.model_name}"
    reader = {view, "read_private"} if is_private(page) else {view}
    cases = {
        "a stranger": (None, 302),
        "no member of staff": (account(*reader, staff=False), 302),
        "staff without rights": (account(), 403),
        "staff who may read what is private": (account("read_private"), 403),
        "staff who may see the table": (account(view), 403 if is_private(page) else 200),
        "staff with both rights": (account(*reader), 200),
    }
    for name, (who, expected) in cases.items():
        client.logout()
        if who is not None:
            client.force_login(who)
        assert open_list(client, page) == expected, name


@pytest.mark.heavy
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.opts.label_lower)
def test_the_right_to_see_a_page_changes_nothing(client, page):
    client.force_login(account(f"view_{page.opts.model_name}", "read_private"))
    assert client.get(address(page, "add")).status_code == 403
    shown = client.get(address(page))
    actions = (getattr(shown, "context_data", None) or {}).get("action_form")
    assert actions is None or not page.get_actions(shown.wsgi_request)


def test_what_people_said_is_private_on_every_page_that_has_it():
    said = {"memories.message", "memories.memory", "memories.replytrace", "profiles.emotionrecord"}
    private = {page.opts.label_lower for page in PAGES if isinstance(page, PrivateRows)}
    assert private >= said | {"profiles.profile", "memories.placedecision"}
