"""Who may open a page: a new one is closed to strangers unless it is named here."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.urls import URLPattern, reverse

from whisper.tests.console_pages import console_pages
from whisper.urls import urlpatterns

# They say how the process is, about nobody.
OPEN = {"health", "metrics"}
# What the addresses of some hold.
PARTS: dict[str, list[int | UUID]] = {"recalled": [1], "forget_memory": [UUID(int=1)]}
APPS = {"whisper", "profiles", "memories", "botrunner"}
PAGES = [
    one.name
    for one in urlpatterns
    if isinstance(one, URLPattern) and one.name and one.name not in OPEN
]


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_asked_to_sign_in(client, name):
    response = client.get(reverse(name, args=PARTS.get(name)))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("admin:login"))


def test_each_page_and_action_of_the_console_asks_for_a_permission():
    lists = ("actions", "actions_list", "actions_detail", "actions_row", "actions_submit_line")
    found = [
        (f"{type(page).__name__}.{name}", getattr(page, name))
        for page in console_pages()
        if type(page).__module__.partition(".")[0] in APPS
        for names in lists
        for name in getattr(page, names) or ()
        if isinstance(name, str)
    ]
    assert len(found) >= 8
    assert [name for name, one in found if not getattr(one, "allowed_permissions", None)] == []
