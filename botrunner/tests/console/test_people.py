"""Tests of the list of people and of the page of a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from botrunner.console.people.views import TABS
from memories.models import Memory, Place, PlaceDecision
from profiles.actions import decide_consent, meet
from profiles.models import Consent, Profile
from whisper.environment import environment
from whisper.models import ActionEntry, Erasure, Task
from whisper.tests.tasks import done_now

PEOPLE = reverse("console:people")


def names(response):
    return [str(row.profile) for row in response.context["found"].rows]


def tab_of(profile, tab="overview"):
    return reverse("console:person_tab", args=[profile.person_id, tab])


def test_the_one_seen_last_comes_first_and_the_next_page_goes_on(admin):
    first = admin.get(PEOPLE)
    second = admin.get(PEOPLE, {"after": first.context["found"].next})
    seen = [
        row.profile.last_interaction
        for page in (first, second)
        for row in page.context["found"].rows
    ]
    assert len(seen) == Profile.objects.count() > len(first.context["found"].rows)
    assert seen == sorted(seen, reverse=True)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "after",
    [
        "x",
        "2026-01-01",
        "2026-13-01T00:00:00+00:00_1",
        "2026-01-01T00:00:00Z_99999999999999999999",
        "_",
        "\x00",
    ],
)
def test_a_mark_that_makes_no_sense_gives_the_first_page(admin, after):
    assert names(admin.get(PEOPLE, {"after": after})) == names(admin.get(PEOPLE))


def test_a_fact_is_added_by_hand_with_a_reason(admin, dario):
    address = reverse("console:add_fact", args=[dario.person_id])
    given = {"fact-text": "They play the cello.", "fact-category": "like"}
    assert "Write a short reason" in admin.post(address, given).content.decode()
    given["fact-reason"] = "They told me."
    assert admin.post(address, given).status_code == 302
    fact = Memory.objects.get(person_id=dario.person_id, text="They play the cello.")
    assert (fact.kind, fact.category, fact.place) == ("user_fact", "like", "direct")
    entry = ActionEntry.objects.get(action="memory.remember", object_id=str(fact.pk))
    assert entry.reason == "They told me."
    shown = admin.get(tab_of(dario, "facts")).content.decode()
    assert "They play the cello." in shown
    assert "known already" in admin.post(address, given).content.decode()


def test_the_links_of_a_rejected_fact_lead_to_the_facts(admin, dario):
    address = reverse("console:add_fact", args=[dario.person_id])
    page = admin.post(address, {"fact-text": "They play the cello."}).content.decode()
    assert "They play the cello." in page
    assert 'href="?show=current"' in page
    followed = admin.get(address, {"show": "current"}, follow=True)
    assert followed.redirect_chain == [(tab_of(dario, "facts") + "?show=current", 302)]
    assert followed.context["only_current"]


def test_no_fact_is_added_about_who_declined(admin, dario):
    decide_consent(dario.person_id, granted=False, source="test")
    given = {"fact-text": "They play the cello.", "fact-category": "like", "fact-reason": "x"}
    response = admin.post(reverse("console:add_fact", args=[dario.person_id]), given)
    assert "agreed to be remembered" in response.content.decode()
    assert not Memory.objects.filter(text="They play the cello.").exists()


def test_a_name_is_found_and_stays_out_of_the_address(admin):
    response = admin.post(PEOPLE, {"sought": "dari"}, follow=True)
    assert names(response) == ["Dario"]
    assert "dari" not in response.request["QUERY_STRING"].lower()


def test_a_whole_id_finds_its_person(admin, dario):
    assert names(admin.get(PEOPLE, {"q": str(dario.person_id)})) == ["Dario"]
    assert names(admin.get(PEOPLE, {"q": str(dario.person_id)[:-1]})) == []


@pytest.mark.parametrize(
    "sought", ["<script>alert(1)</script>", "9" * 5000, "%", "\u202eoiraD", "' OR 1=1"]
)
def test_odd_words_find_nobody_and_harm_nothing(admin, sought):
    response = admin.post(PEOPLE, {"sought": sought}, follow=True)
    assert names(response) == []
    assert "<script>alert" not in response.content.decode()


def test_people_are_narrowed_by_level_consent_and_when_they_were_seen(admin):
    levels = {
        row.profile.relationship_level
        for row in admin.get(PEOPLE, {"level": "friend"}).context["found"].rows
    }
    assert levels == {"friend"}
    expired = admin.get(PEOPLE, {"consent": "expired"}).context["found"].rows
    assert {row.standing for row in expired} == {Consent.Status.EXPIRED}
    since = timezone.now() - timedelta(days=7)
    lately = admin.get(PEOPLE, {"seen": "7"}).context["found"].rows
    assert all(row.profile.last_interaction >= since for row in lately)


def test_an_agreement_that_is_too_old_is_found_as_expired(admin, dario, monkeypatch):
    old = timezone.now() - timedelta(days=31)
    row = Consent.objects.filter(person_id=dario.person_id)
    row.update(status=Consent.Status.GRANTED, decided_at=old, expires_at=None)
    monkeypatch.setattr(environment, "consent_valid_days", 30)
    assert "Dario" in names(admin.get(PEOPLE, {"consent": "expired"}))
    assert "Dario" not in names(admin.get(PEOPLE, {"consent": "granted"}))


def test_a_person_leads_to_the_list_the_log_and_the_playground(admin, dario):
    page = admin.get(tab_of(dario)).content.decode()
    playground = reverse("console:playground") + f"?person={dario.person_id}"
    for address in (PEOPLE, tab_of(dario, "log"), playground):
        assert f'href="{address}"' in page
    assert f'data-copy="{dario.person_id}"' in page
    assert admin.get(playground).context["form"]["who"].value() == str(dario.person_id)


def test_an_agreement_says_until_when_it_holds(admin, dario):
    end = timezone.now() + timedelta(days=30)
    Consent.objects.filter(person_id=dario.person_id).update(expires_at=end)
    assert f"Agreed until {end:%-d %B %Y}" in admin.get(tab_of(dario)).content.decode()


def test_decisions_of_a_person_are_in_words(admin, dario):
    memory = Memory.objects.filter(person_id=dario.person_id).exclude(text="")[0]
    PlaceDecision.objects.create(
        person_id=dario.person_id,
        memory_id=memory.pk,
        from_place=Place.DIRECT,
        to_place=Place.PUBLIC_CHANNEL,
        to_channel_id=1,
        allowed=False,
        reason="direct_to_public",
        level="moderate",
    )
    page = admin.get(tab_of(dario, "privacy")).content.decode()
    assert "From direct messages to public channels; level moderate" in page
    assert f'href="{reverse("console:memory", args=[memory.pk])}"' in page


def test_who_has_a_hard_time_is_found(admin):
    assert "Dario" in names(admin.get(PEOPLE, {"hard": "1"}))


def test_somebody_whose_agreement_expired_shows_no_mood(admin):
    page = admin.get(PEOPLE, {"consent": "expired"}).content.decode()
    assert "Not kept" in page
    assert "<polyline" not in page.split("<tbody>")[1]


def test_an_empty_list_says_when_people_appear(admin):
    Profile.objects.all().delete()
    assert "Nobody has talked to the companion yet" in admin.get(PEOPLE).content.decode()


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_of_somebody_new_opens(admin, tab):
    decide_consent(77, granted=True, source="test")
    assert admin.get(tab_of(meet(77, name="<b>Ann</b>", at=timezone.now()), tab)).status_code == 200


def test_the_overview_says_who_somebody_is_and_draws_their_moods(admin, dario):
    response = admin.get(tab_of(dario))
    home = Memory.objects.get(person_id=dario.person_id, predicate="home", valid_to=None)
    assert home.text in response.context["head"].sentences
    marks = response.context["chart"].marks
    assert marks
    assert [mark.x for mark in marks] == sorted(mark.x for mark in marks)
    assert marks[-1].tip in response.content.decode().replace("&#x27;", "'")


def test_facts_show_what_was_true_before_and_what_took_its_place(admin):
    old = Memory.objects.filter(ending="replaced")[0]
    assert old.person_id is not None
    page = admin.get(tab_of(Profile.objects.get(person_id=old.person_id), "facts")).content.decode()
    assert old.text in page
    assert old.superseded_by is not None
    assert old.superseded_by.text in page


def test_a_name_with_markup_is_shown_as_text(admin):
    decide_consent(78, granted=True, source="test")
    profile = meet(78, name="<script>alert(1)</script>", at=timezone.now())
    assert "<script>alert(1)" not in admin.get(tab_of(profile)).content.decode()


@pytest.mark.parametrize(
    "address", ["people/1/", "people/99999999999999999999/", f"people/{'9' * 19}/", "people/abc/"]
)
def test_nobody_is_found_at_the_address_of_somebody_unknown(admin, address):
    assert admin.get(f"/admin/{address}").status_code == 404


def test_reading_a_person_wants_a_reason_and_is_logged(client, admin, dario):
    entry = ActionEntry.objects.filter(action="read.traces", person_id=dario.person_id)
    assert not entry.exists()
    admin.get(tab_of(dario, "traces"))
    assert entry.get().reason == "Ann asked for help."


def test_who_may_not_read_what_is_private_sees_the_list_alone(viewer, dario):
    assert viewer.get(PEOPLE).status_code == 200
    assert tab_of(dario) not in viewer.get(PEOPLE).content.decode()
    refused = viewer.get(tab_of(dario))
    assert refused.status_code == 403
    assert "You may not open this page" in refused.content.decode()
    assert viewer.get(reverse("console:conversations")).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client, db):
    assert client.get(PEOPLE).status_code == 302


def test_an_export_wants_a_reason(admin, dario):
    address = reverse("console:export_person", args=[dario.person_id])
    assert "Write a short reason" in admin.post(address, {"export-reason": " "}).content.decode()
    response = admin.post(address, {"export-reason": "They asked for it."})
    task = Task.objects.get(kind="export", person_id=dario.person_id)
    assert response["Location"] == reverse("console:task", args=[task.pk])


def test_nobody_is_erased_by_a_wrong_id_or_without_a_reason(admin, dario):
    address = reverse("console:erase_person", args=[dario.person_id])
    for given in (
        {"erase-typed_id": "1", "erase-reason": "x"},
        {"erase-typed_id": str(dario.person_id)},
    ):
        assert admin.post(address, given).status_code == 200
    assert Profile.objects.filter(pk=dario.pk).exists()


def test_an_erasure_ends_with_a_certificate(admin, dario):
    address = reverse("console:erase_person", args=[dario.person_id])
    given = {"erase-typed_id": str(dario.person_id), "erase-reason": "They asked for it."}
    page = admin.post(address, given)["Location"]
    done_now()
    assert "Everything was erased" in admin.get(page).content.decode()
    file = admin.get(f"{page}certificate.txt")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert f"Erasure of {dario.person_id}" in file.content.decode()
    assert Erasure.objects.filter(person_id=dario.person_id).exists()
    assert not Memory.objects.filter(person_id=dario.person_id).exists()
    assert not Task.objects.filter(person_id=dario.person_id).exists()


def test_only_owners_export_and_erase(viewer, dario):
    for name in ("console:export_person", "console:erase_person"):
        assert viewer.post(reverse(name, args=[dario.person_id])).status_code == 403
