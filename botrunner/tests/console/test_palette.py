"""Tests of the console's palette: what it finds, and for whom."""

from __future__ import annotations

import pytest
from django.urls import reverse

from whisper.models import ActionEntry
from whisper.tests.reading import give_reason

FIND = reverse("console:find")


def found(client, words):
    """Return the icon, title and link of all that is found."""
    context = client.post(FIND, {"words": words}).context
    return [(one.icon, one.title, one.link) for one in context["found"]]


def of_kind(client, words, icon):
    return [(title, link) for kind, title, link in found(client, words) if kind == icon]


def test_a_page_is_found_by_its_name(admin):
    assert ("monitoring", "Analytics", reverse("console:analytics")) in found(admin, "analy")


@pytest.mark.parametrize("of", ["name", "person_id"])
def test_a_person_is_found_by_name_and_by_id(admin, dario, of):
    link = reverse("console:person", args=[dario.person_id])
    assert ("Dario", link) in of_kind(admin, str(getattr(dario, of)), "person")


def test_part_of_an_id_finds_nobody(admin, dario):
    assert not of_kind(admin, str(dario.person_id)[:-1], "person")


def test_a_memory_is_found_by_its_words_and_leaves_a_line_in_the_log(admin):
    titles = [title for title, _ in of_kind(admin, "favourite food", "neurology")]
    assert titles
    assert all("favourite" in title.lower() for title in titles)
    assert ActionEntry.objects.filter(action="memory.search").exists()
    assert ActionEntry.objects.filter(action="read.search").exists()


def test_who_may_not_read_what_is_private_finds_no_memory(viewer):
    give_reason(viewer)
    page = viewer.post(FIND, {"words": "favourite food"}).content.decode()
    assert "favourite food" not in page.replace("“<bdi>favourite food</bdi>”", "")
    assert "Search memories" not in page
    assert of_kind(viewer, "Dario", "person")


def test_without_a_reason_no_memory_is_shown_but_the_search_that_asks_for_one(admin):
    session = admin.session
    del session["reading_reasons"]
    session.save()
    page = admin.post(FIND, {"words": "favourite food"})
    assert not page.context["found"]
    assert "It asks why you read them" in page.content.decode()


@pytest.mark.parametrize(
    "words", ["", "a", " ", "\0", "Da\0rio", "9" * 5000, "<script>", "%", "💤" * 60]
)
def test_odd_words_harm_nothing(admin, words):
    page = admin.post(FIND, {"words": words})
    assert page.status_code == 200
    assert "<script>" not in page.content.decode()


def test_it_takes_words_in_the_body_alone(admin):
    assert admin.get(FIND + "?words=Dario").status_code == 405


def test_who_is_not_of_staff_is_led_to_the_sign_in(client, db):
    assert client.post(FIND, {"words": "Dario"}).status_code == 302
