"""What is read has a name: every field of an account's pages, and every choice of a column."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

FIELDS = ("input", "select", "textarea")
OURS = ("whisper", "profiles", "memories", "botrunner")
SILENT = ("hidden", "submit", "button")


class Fields(HTMLParser):
    """Collects the fields of a page, and which of them are named."""

    def __init__(self) -> None:
        super().__init__()
        self.labels = 0
        self.named: set[str] = set()
        self.others: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "label":
            self.labels += 1
            self.named.add(of.get("for", ""))
        elif tag in FIELDS and of.get("type") not in SILENT and not self._says_what(of):
            self.others[of.get("id", f"no id: {of.get('name')}")] = str(of)

    def _says_what(self, of: dict[str, str]) -> bool:
        return self.labels > 0 or bool(of.get("aria-label"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.labels -= 1

    @property
    def nameless(self) -> list[str]:
        return [text for one, text in self.others.items() if one not in self.named]


def nameless(html: str) -> list[str]:
    """Return the fields of a page that have no name."""
    fields = Fields()
    fields.feed(html)
    return fields.nameless


@pytest.fixture
def visitor(db) -> Client:
    """Return the browser of somebody who signed in some time ago."""
    client = Client()
    client.force_login(User.objects.create_user("ann", password="a long password"))
    return client


@pytest.mark.parametrize(
    "page", ["account_reauthenticate", "admin:password_change", "mfa_index", "forget_me"]
)
def test_every_field_has_a_name(visitor, page):
    answer = visitor.get(reverse(page))
    assert answer.status_code == 200
    assert nameless(answer.content.decode()) == []


def test_a_field_without_a_label_is_found():
    page = "<label>Name <input name=a></label><label for=b>B</label><input id=b><input name=c>"
    assert len(nameless(page)) == 1


def test_choices_are_named_in_sentence_case():
    labels = {
        str(label)
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        for _, label in getattr(field, "flatchoices", ())
    }
    assert "Close friend" in labels
    assert [one for one in labels if one.istitle() and " " in one] == []
