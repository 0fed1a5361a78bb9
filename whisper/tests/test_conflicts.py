"""Tests of forms: none overwrites what was changed while it was open."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from memories.actions import change_text, remember
from memories.models import Memory
from memories.tests.factories import ANN, draft
from profiles.actions import decide_consent, meet, rename
from profiles.models import Profile
from whisper.tests.reading import give_reason

pytestmark = [pytest.mark.django_db, pytest.mark.heavy]


@pytest.fixture
def browser(admin_client):
    give_reason(admin_client)
    return admin_client


def seen_on(browser, url):
    """Return the hidden field of the form at an address."""
    page = browser.get(url).content.decode()
    return seen_in(page)


def seen_in(page):
    (found,) = re.findall(r'name="seen" value="([^"]*)"', page)
    return unescape(found)


def test_a_memory_that_was_corrected_meanwhile_is_not_overwritten(browser):
    memory = remember(draft("Ann likes tea", ANN))
    url = reverse("admin:memories_memory_change", args=[memory.pk])
    seen = seen_on(browser, url)
    change_text(Memory.objects.get(), "Ann likes coffee")
    given = {"text": "Ann likes milk", "reason": "She said so."}
    page = browser.post(url, given | {"seen": seen}).content.decode()
    assert Memory.objects.get().text == "Ann likes coffee"
    assert "It is now: Ann likes coffee" in page
    assert "You entered: Ann likes milk" in page
    browser.post(url, given | {"seen": seen_in(page)})
    assert Memory.objects.get().text == "Ann likes milk"


def test_a_name_is_not_set_back_by_somebody_who_changes_something_else(browser):
    decide_consent(ANN, granted=True, source="test")
    meet(ANN, name="Ann", at=timezone.now())
    url = reverse("admin:profiles_profile_change", args=[Profile.objects.get().pk])
    seen = seen_on(browser, url)
    rename(ANN, preferred_name="Annie")
    inlines = {
        f"{name}-{field}": 0
        for name in ("relationship_changes", "emotion_records")
        for field in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    fields = {"preferred_name": "", "relationship_level": "friend", "seen": seen}
    fields["reason"] = "She asked."
    page = browser.post(url, fields | inlines).content.decode()
    assert Profile.objects.get().preferred_name == "Annie"
    assert "It is now: Annie" in page


def test_an_accounts_rights_are_not_given_back_by_an_older_form(browser):
    readers = Group.objects.create(name="readers")
    cleo = User.objects.create_user("cleo", is_staff=True)
    cleo.groups.add(readers)
    url = reverse("admin:auth_user_change", args=[cleo.pk])
    seen = seen_on(browser, url)
    cleo.groups.clear()
    dates = {"date_joined_0": "2026-01-01", "date_joined_1": "12:00:00"}
    fields = {"username": "cleo", "groups": [readers.pk], "is_staff": "on", "seen": seen}
    page = browser.post(url, fields | dates).content.decode()
    assert not cleo.groups.exists()
    assert "It is now: nothing" in page


def test_a_form_of_a_group_is_saved_when_nothing_changed(browser):
    group = Group.objects.create(name="readers")
    url = reverse("admin:auth_group_change", args=[group.pk])
    browser.post(url, {"name": "writers", "seen": seen_on(browser, url)})
    group.refresh_from_db()
    assert group.name == "writers"


def test_a_level_of_privacy_chosen_elsewhere_meanwhile_stays(browser, admin_user):
    from botrunner.accounts import local_person_id
    from profiles.actions import choose_level
    from profiles.models import Consent

    url = reverse("privacy")
    seen = seen_on(browser, url)
    person = local_person_id(admin_user.pk)
    choose_level(person, Consent.Level.STRICT, source="test")
    page = browser.post(url, {"level": "permissive", "seen": seen}, follow=True).content.decode()
    assert Consent.objects.get(person_id=person).level == "strict"
    assert "You chose permissive" in page
