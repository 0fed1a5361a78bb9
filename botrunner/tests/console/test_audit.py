"""Tests of the page of the action log."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from botrunner.console.audit.wanted import AREAS
from memories.actions import change_text
from memories.models import Memory
from profiles.actions import decide_consent, meet, rename
from whisper.action_log import COMPANION, Actor, command, log, log_each
from whisper.models import ActionEntry
from whisper.tests.reading import give_reason

pytestmark = [pytest.mark.django_db, pytest.mark.heavy]

AUDIT = reverse("console:audit")
ANN, BEN = 410_000_000_000_000_301, 410_000_000_000_000_302


@pytest.fixture
def boss(client):
    """Return an owner's account, who is signed in."""
    account = User.objects.create_superuser("boss", password="a long password")
    client.force_login(account)
    return account


@pytest.fixture
def entries(boss):
    """Return the log of a renamed person, another's calmed mood, and a command's import."""
    for person_id, name in ((ANN, "Ann"), (BEN, "Ben")):
        decide_consent(person_id, granted=True, source="test")
        meet(person_id, name=name, at=timezone.now())
    ActionEntry.objects.all().delete()
    rename(ANN, preferred_name="Annie", actor=Actor.admin(boss.pk), reason="She asked by mail.")
    log("profile.calm", actor=COMPANION, person_id=BEN)
    log("import.run", actor=command(), reason="The old bot's.", count=7)


def test_one_look_at_the_data_of_several_people_is_one_line(client, boss, entries):
    admin, reason = Actor.admin(boss.pk), "To help."
    log_each("read.message", {ANN: 2, BEN: 1}, actor=admin, reason=reason)
    log("read.memory", person_id=ANN, on=boss, actor=admin, reason=reason)
    page = client.get(AUDIT)
    assert actions(page)[:2] == ["read.memory", "read.message"]
    names = [one.name for one in page.context["found"].rows[1].looks]
    assert sorted(names) == ["Annie", "Ben"]
    assert "Annie</bdi></a> × 2" in page.content.decode()


def actions(response):
    assert response.status_code == 200
    return [row.entry.action for row in response.context["found"].rows]


def test_everything_is_listed_newest_first_with_names(client, entries):
    response = client.get(AUDIT)
    assert actions(response) == ["import.run", "profile.calm", "profile.rename"]
    assert [row.name for row in response.context["found"].rows] == ["", "Ben", "Annie"]
    assert response.context["found"].rows[2].by == "boss"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"by": "companion"}, ["profile.calm"]),
        ({"who": str(ANN)}, ["profile.rename"]),
        ({"who": "ben"}, ["profile.calm"]),
        ({"action": "profile"}, ["profile.calm", "profile.rename"]),
        ({"action": "import.run"}, ["import.run"]),
        ({"sought": "BY MAIL"}, ["profile.rename"]),
        ({"sought": "by mail", "by": "companion"}, []),
        ({"until": "2020-01-01"}, []),
        ({"since": "2020-01-01"}, ["import.run", "profile.calm", "profile.rename"]),
    ],
)
def test_the_log_is_narrowed_and_no_words_get_into_the_address(client, entries, given, found):
    response = client.post(AUDIT, {"sought": "", **given}, follow=True)
    assert actions(response) == found
    address = unquote_plus(response.redirect_chain[-1][0]).lower()
    assert "mail" not in address
    assert "ben" not in address


def test_the_entries_of_one_account_are_listed(client, boss, entries):
    assert actions(client.get(AUDIT, {"by": f"admin:{boss.pk}"})) == ["profile.rename"]
    assert actions(client.get(AUDIT, {"by": f"admin:{boss.pk + 1}"})) == []


def test_changes_are_told_from_reading(client, entries):
    log("read.overview", actor=COMPANION, person_id=ANN)
    assert "read.overview" in actions(client.get(AUDIT))
    assert "read.overview" not in actions(client.get(AUDIT, {"action": "changes"}))


def test_words_find_what_is_recent_unless_a_day_is_given(client, entries):
    old = timezone.now() - timedelta(days=100)
    ActionEntry.objects.filter(action="import.run").update(at=old)
    response = client.post(AUDIT, {"sought": "old bot"}, follow=True)
    assert actions(response) == []
    assert "last 90 days" in response.content.decode()
    given = {"sought": "old bot", "since": f"{old:%Y-%m-%d}"}
    assert actions(client.post(AUDIT, given, follow=True)) == ["import.run"]


def test_a_name_that_nobody_has_is_told_beside_its_field(client, entries):
    response = client.post(AUDIT, {"sought": "", "who": "Zoe"})
    assert response.status_code == 200
    assert response.context["form"].errors["who"] == ["Nobody has this name."]


@pytest.mark.parametrize(
    "query",
    [
        {"q": "by mail"},
        {"q": "words-none"},
        {"by": "admin:' OR 1=1"},
        {"by": "admin:" + "9" * 19},
        {"who": "9" * 5000},
        {"action": "\x00"},
        {"on": "memories.memory:\x00"},
        {"since": "2026-13-45"},
        {"until": "9999-12-31"},
        {"after": "x"},
    ],
)
def test_an_address_that_makes_no_sense_harms_nothing(client, entries, query):
    actions(client.get(AUDIT, query))


def test_the_next_page_goes_on_where_the_first_ended(client, boss):
    for number in range(60):
        log("profile.calm", actor=COMPANION, person_id=number + 1)
    first = client.get(AUDIT)
    second = client.get(AUDIT, {"after": first.context["found"].next})
    listed = [row.entry.person_id for page in (first, second) for row in page.context["found"].rows]
    assert listed == list(range(60, 0, -1))
    assert second.context["found"].next == ""


def test_values_are_shown_after_a_reason_and_that_is_logged(client, entries):
    assert "Preferred name changed" in client.get(AUDIT).content.decode()
    asked = client.get(AUDIT, {"values": "1"})
    assert "Why do you want to read this?" in asked.content.decode()
    give_reason(client)
    response = client.get(AUDIT, {"values": "1"})
    assert "<b><bdi>Annie</bdi></b>" in response.content.decode()
    read = ActionEntry.objects.get(action="read.log")
    assert (read.person_id, read.reason) == (ANN, "Ann asked for help.")


def test_values_of_a_choice_are_in_words(client, boss):
    decide_consent(ANN, granted=True, source="test")
    profile = meet(ANN, name="Ann", at=timezone.now())
    changes = {"relationship_level": ("friend", "close_friend"), "preference.tone": (None, "dry")}
    log("profile.level", actor=Actor.admin(boss.pk), person_id=ANN, on=profile, changes=changes)
    give_reason(client)
    page = client.get(AUDIT, {"values": "1"}).content.decode()
    assert "Relationship level: <bdi>friend</bdi> → <b><bdi>close friend</bdi></b>" in page
    assert "Preference: tone: <bdi>–</bdi> → <b><bdi>dry</bdi></b>" in page


def test_who_may_not_read_what_is_private_sees_no_values(client, entries):
    operator = User.objects.create_user("op", password="a long password", is_staff=True)
    operator.groups.add(Group.objects.get(name="Operator"))
    client.force_login(operator)
    assert client.get(AUDIT, {"values": "1"}).status_code == 403
    page = client.get(AUDIT).content.decode()
    assert "Preferred name changed" in page
    assert "values=1" not in page


def test_the_log_of_a_person_and_of_a_memory_lead_here(admin, dario):
    memory = Memory.objects.filter(person_id=dario.person_id)[0]
    change_text(memory, "I live in Porto", actor=command(), reason="They moved.")
    tab = admin.get(reverse("console:person_tab", args=[dario.person_id, "log"]))
    assert f"{AUDIT}?who={dario.person_id}" in tab.content.decode()
    address = f"{AUDIT}?on=memories.memory:{memory.pk}"
    page = admin.get(reverse("console:memory", args=[memory.pk]))
    assert address in page.content.decode()
    response = admin.get(address)
    assert "They moved." in [row.entry.reason for row in response.context["found"].rows]


def test_each_action_that_is_logged_belongs_to_an_area():
    source = "".join(
        file.read_text()
        for app in ("whisper", "profiles", "memories", "botrunner")
        for file in Path(settings.BASE_DIR, app).rglob("*.py")
        if "tests" not in file.parts
    )
    logged = set(re.findall(r"\blog(?:_each)?[(,]\s*f?\"([a-z_]+)\.[a-z_{]", source))
    assert {"memory", "profile", "read"} <= logged <= set(AREAS)
