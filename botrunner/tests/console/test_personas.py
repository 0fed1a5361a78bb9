"""Tests of personas in the console, and of where the companion is which."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from botrunner.conversation.persona import persona, persona_in
from botrunner.models import Persona, PersonaChoice
from botrunner.personas.actions import (
    PersonaConflictError,
    PersonaError,
    change_persona,
    choose_own,
    choose_persona,
    delete_persona,
    make_persona,
    restrict_persona,
)
from botrunner.personas.places import CHANNEL, SERVER, PersonaPlace
from botrunner.personas.queries import names_of_personas
from memories.models import PlaceName
from whisper.action_log import Actor
from whisper.environment import environment
from whisper.models import ActionEntry

pytestmark = pytest.mark.django_db
ADMIN = Actor.admin(3)
PERSONAS = reverse("console:personas")
SERVER_ID, CHANNEL_ID, ANN = 900, 910, 1001


@pytest.fixture(autouse=True)
def _nobody_chose_yet(db):
    """Begin without the personas of the invented world."""
    Persona.objects.all().delete()


@pytest.fixture
def pirate(db):
    return make_persona("Pirate", "You are {bot_name}, a pirate.", actor=ADMIN)


@pytest.fixture
def gardener(db):
    return make_persona("Gardener", "You are {bot_name}, a gardener.", actor=ADMIN)


def text_of(one):
    return f"You are {environment.bot_name}, a {one}."


def page_of(one):
    return reverse("console:persona", args=[one.pk])


def test_without_a_choice_the_companion_is_who_it_was():
    assert persona_in(SERVER_ID, (CHANNEL_ID,)) == persona()


def test_a_channel_comes_before_its_server_and_that_before_everywhere(pirate, gardener):
    choose_persona(PersonaPlace(), pirate, actor=ADMIN)
    assert persona_in(SERVER_ID, (CHANNEL_ID,)) == text_of("pirate")
    choose_persona(PersonaPlace(SERVER, SERVER_ID), gardener, actor=ADMIN)
    assert persona_in(SERVER_ID, (CHANNEL_ID,)) == text_of("gardener")
    choose_persona(PersonaPlace(CHANNEL, CHANNEL_ID), pirate, actor=ADMIN)
    assert persona_in(SERVER_ID, (CHANNEL_ID,)) == text_of("pirate")
    assert persona_in(SERVER_ID, (911,)) == text_of("gardener")
    assert persona_in(None, (CHANNEL_ID,)) == text_of("pirate")


def test_an_age_restricted_persona_is_only_used_in_age_restricted_channels(pirate, gardener):
    choose_persona(PersonaPlace(), gardener, actor=ADMIN)
    choose_persona(PersonaPlace(CHANNEL, CHANNEL_ID), pirate, actor=ADMIN)
    choose_own(ANN, pirate, actor=Actor.person(ANN))
    restrict_persona(pirate, True, actor=ADMIN)
    assert persona_in(SERVER_ID, (CHANNEL_ID,)) == text_of("gardener")
    assert persona_in(None, (CHANNEL_ID,), ANN) == text_of("gardener")
    assert persona_in(SERVER_ID, (CHANNEL_ID,), for_adults=True) == text_of("pirate")
    assert names_of_personas("", limit=5) == ["Gardener"]
    pirate.refresh_from_db()
    with pytest.raises(PersonaError):
        choose_own(ANN, pirate, actor=Actor.person(ANN))


def test_a_persona_is_restricted_on_its_page(admin_client, pirate):
    given = {"seen": 1, "name": "Pirate", "text": "You are a pirate.", "reason": "rude"}
    admin_client.post(page_of(pirate), given | {"age_restricted": "on"})
    assert Persona.objects.get(pk=pirate.pk).age_restricted
    assert "checked" in admin_client.get(page_of(pirate)).content.decode()
    assert ActionEntry.objects.filter(action="persona.restrict").count() == 1
    admin_client.post(page_of(pirate), given | {"seen": 2})
    assert not Persona.objects.get(pk=pirate.pk).age_restricted


def test_a_thread_has_the_persona_of_its_channel_unless_it_has_its_own(pirate, gardener):
    thread = 912
    choose_persona(PersonaPlace(CHANNEL, CHANNEL_ID), pirate, actor=ADMIN)
    assert persona_in(SERVER_ID, (thread, CHANNEL_ID)) == text_of("pirate")
    choose_persona(PersonaPlace(CHANNEL, thread), gardener, actor=ADMIN)
    assert persona_in(SERVER_ID, (thread, CHANNEL_ID)) == text_of("gardener")


def test_a_change_makes_a_version_and_the_same_text_makes_none(pirate):
    assert change_persona(pirate, "You are a corsair.", seen=1, actor=ADMIN).number == 2
    assert change_persona(pirate, "You are a corsair.", seen=2, actor=ADMIN).number == 2
    assert list(pirate.versions.values_list("number", flat=True)) == [1, 2]


def test_an_older_version_is_not_changed_over_a_later_one(pirate):
    change_persona(pirate, "You are a corsair.", seen=1, actor=ADMIN)
    with pytest.raises(PersonaConflictError):
        change_persona(pirate, "You are a sailor.", seen=1, actor=ADMIN)


@pytest.mark.parametrize(
    "text", ["", "  \n", "a\x00b", "You are a very talkative pirate. " * 3_000]
)
def test_a_text_that_no_prompt_can_begin_with_is_refused(text):
    with pytest.raises(PersonaError):
        make_persona("Pirate", text, actor=ADMIN)
    assert not Persona.objects.exists()


def test_two_personas_have_no_name_in_common(pirate):
    with pytest.raises(PersonaError, match="has this name"):
        make_persona("Pirate", "You are another.", actor=ADMIN)


def test_a_persona_in_use_is_not_deleted(pirate):
    choose_persona(PersonaPlace(), pirate, actor=ADMIN)
    with pytest.raises(PersonaError, match="in use"):
        delete_persona(pirate, actor=ADMIN)
    choose_persona(PersonaPlace(), None, actor=ADMIN)
    delete_persona(pirate, actor=ADMIN)
    assert not Persona.objects.exists()


@pytest.mark.parametrize(
    "key", ["", "nowhere", "server:", "server:x", "server:-1", "channel:" + "9" * 5_000, "dm:5"]
)
def test_what_names_no_place_is_none(key):
    assert PersonaPlace.of(key) is None


@pytest.mark.parametrize("key", ["everywhere", "server:900", "channel:410000000000000301"])
def test_a_place_has_the_key_that_it_was_made_of(key):
    place = PersonaPlace.of(key)
    assert place is not None
    assert place.key == key


def test_an_admin_makes_a_persona_from_one_that_is_shipped(admin):
    shown = admin.get(reverse("console:new_persona"), {"from": "Spark"}).content.decode()
    assert "the friend with the bright eyes" in shown
    given = {"name": "Ours", "text": "You are {bot_name}.", "seen": 0, "reason": "A try."}
    admin.post(reverse("console:new_persona"), given)
    made = Persona.objects.get()
    assert made.versions.get().wording == "You are {bot_name}."
    assert ActionEntry.objects.filter(action="persona.make", reason="A try.").exists()


def test_a_persona_is_made_of_a_file(admin):
    file = SimpleUploadedFile("sage.md", "You are wise.\n".encode("utf-8-sig"), "text/markdown")
    given = {"name": "Sage", "text": "", "file": file, "seen": 0, "reason": "x"}
    admin.post(reverse("console:new_persona"), given)
    assert Persona.objects.get().versions.get().wording == "You are wise."


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x" * 200_001, b""])
def test_a_file_that_is_no_text_is_refused_in_words(admin, content):
    file = SimpleUploadedFile("x.md", content)
    given = {"name": "X", "text": "", "file": file, "seen": 0, "reason": "x"}
    assert b'role="alert"' in admin.post(reverse("console:new_persona"), given).content
    assert not Persona.objects.exists()


def test_a_change_wants_a_reason_and_shows_what_it_changed(admin, pirate):
    given = {"name": "Pirate", "text": "You are a corsair.", "seen": 1}
    assert "Write a short reason" in admin.post(page_of(pirate), given).content.decode()
    shown = admin.post(page_of(pirate), {**given, "reason": "Softer."}, follow=True)
    assert shown.context["versions"][0].lines == [
        ("gone", "You are {bot_name}, a pirate."),
        ("added", "You are a corsair."),
    ]


def test_what_another_admin_wrote_meanwhile_stays_until_it_is_sent_again(admin, pirate):
    change_persona(pirate, "You are a corsair.", seen=1, actor=ADMIN)
    given = {"name": "Pirate", "text": "You are a sailor.", "seen": 1, "reason": "x"}
    response = admin.post(page_of(pirate), given)
    assert "Nothing was saved" in response.content.decode()
    assert "You are a sailor." in response.content.decode()
    assert pirate.versions.count() == 2
    admin.post(page_of(pirate), {**given, "seen": response.context["form"]["seen"].value()})
    assert pirate.versions.order_by("-number")[0].wording == "You are a sailor."


def test_an_earlier_version_is_used_again_with_a_reason(admin, pirate):
    change_persona(pirate, "You are a corsair.", seen=1, actor=ADMIN)
    address = reverse("console:restore_persona", args=[pirate.pk, 1])
    admin.post(address, {"reason": ""})
    assert pirate.versions.count() == 2
    admin.post(address, {"reason": "It was better."})
    assert pirate.versions.get(number=3).wording == "You are {bot_name}, a pirate."


def test_a_persona_is_chosen_for_a_server_by_its_name(admin, pirate):
    PlaceName.objects.create(place_id=SERVER_ID, name="Evening talk")
    assert "Evening talk" in admin.get(PERSONAS).content.decode()
    given = {"place": f"server:{SERVER_ID}", "persona": pirate.pk, "reason": "They asked."}
    admin.post(PERSONAS, given)
    assert PersonaChoice.objects.get().persona == pirate
    admin.post(PERSONAS, {**given, "persona": ""})
    assert not PersonaChoice.objects.exists()


@pytest.mark.parametrize(
    "place",
    ["server:1", "nowhere", "channel:" + "9" * 5_000],
    ids=["a server nobody named", "no place", "a very long id"],
)
def test_a_place_that_is_not_known_is_refused(admin, pirate, place):
    given = {"place": place, "persona": pirate.pk, "reason": "x"}
    assert b'role="alert"' in admin.post(PERSONAS, given).content
    assert not PersonaChoice.objects.exists()


def test_markup_in_a_persona_is_text(admin):
    made = make_persona("<b>X</b>", "<script>alert(1)</script>", actor=ADMIN)
    for address in (PERSONAS, page_of(made)):
        shown = admin.get(address).content.decode()
        assert "<script>alert" not in shown
        assert "<b>X" not in shown


def test_a_persona_is_tried_in_the_playground(admin, pirate):
    page = admin.get(reverse("console:playground"), {"persona": pirate.pk})
    assert page.context["form"]["named"].value() == str(pirate.pk)
    given = {"text": "Hello", "named": pirate.pk, "prompt_only": "on"}
    tried = admin.post(reverse("console:playground"), given)
    wording = "You are {bot_name}, a pirate."
    assert [one.persona for one in tried.context["form"].variants()] == ["", wording]


def test_a_persona_that_is_not_there_is_said_to_be_so(admin, pirate):
    given = {"text": "Hello", "named": "12345", "prompt_only": "on"}
    assert (
        "Select a valid choice" in admin.post(reverse("console:playground"), given).content.decode()
    )


def test_a_version_is_downloaded_as_it_was_written(admin, pirate):
    response = admin.get(reverse("console:persona_file", args=[pirate.pk, 1]))
    assert response.content.decode() == "You are {bot_name}, a pirate."


def test_who_may_only_look_changes_nothing(viewer, pirate):
    account = viewer.session["_auth_user_id"]
    Permission.objects.get(codename="view_persona").user_set.add(int(account))
    assert viewer.get(page_of(pirate)).status_code == 200
    given = {"name": "X", "text": "x", "seen": 1, "reason": "x"}
    assert viewer.post(page_of(pirate), given).status_code == 403
    assert viewer.post(PERSONAS, {"place": "everywhere", "persona": pirate.pk}).status_code == 403
