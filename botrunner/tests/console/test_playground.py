"""Tests of the playground."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.urls import reverse

from memories.models import Memory, ReplyTrace
from profiles.actions import decide_consent

pytestmark = pytest.mark.heavy

ADDRESS = reverse("console:playground")
# What a look at somebody's data leaves, on every page.
LOGS = {"whisper.ActionEntry", "sessions.Session"}


def rows():
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.managed and model._meta.label not in LOGS
    }


def side(response, number):
    return response.context["sides"][number]


def test_nothing_is_stored(admin, dario):
    before = rows()
    admin.post(ADDRESS, {"who": "Dario", "text": "What do you know about my work?"})
    assert rows() == before


def test_both_ways_recall_the_same_where_nothing_is_changed(admin, dario):
    memory = Memory.objects.filter(person_id=dario.person_id).exclude(text="").first()
    assert memory is not None
    response = admin.post(ADDRESS, {"who": str(dario.person_id), "text": memory.text})
    found = [[line.memory.entry.id for line in side(response, one).lines] for one in (0, 1)]
    assert found[0] == found[1] != []
    assert not any(line.only_here for line in side(response, 0).lines)
    assert "recalled by both, and none by one alone." in response.content.decode()


def test_other_weights_give_another_order(admin, dario):
    memory = Memory.objects.filter(person_id=dario.person_id).exclude(text="").first()
    assert memory is not None
    given = {"who": str(dario.person_id), "text": f"{memory.text}?", "p1": "0", "p4": "3"}
    response = admin.post(ADDRESS, given)
    scores = [[line.memory.parts for line in side(response, one).lines] for one in (0, 1)]
    assert scores[0] != scores[1]


def test_of_who_declined_nothing_is_recalled(admin, dario):
    decide_consent(dario.person_id, granted=False, source="test")
    response = admin.post(ADDRESS, {"who": str(dario.person_id), "text": "Where do I live?"})
    assert side(response, 0).lines == []


def test_a_reply_is_opened_with_its_person_and_message(admin):
    trace = ReplyTrace.objects.exclude(reply=None).select_related("message").first()
    assert trace is not None
    form = admin.get(ADDRESS, {"reply": trace.reply_id}).context["form"]
    assert form["text"].value() == trace.message.text
    assert form["who"].value() == str(trace.message.person_id)


@pytest.mark.parametrize("named", ["x", "0", "9" * 50, "٣"])
def test_a_reply_that_does_not_exist_gives_an_empty_form(admin, named):
    assert admin.get(ADDRESS, {"reply": named}).context["form"].initial == {}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"who": "Nobody Like That", "text": "Hi"}, "Nobody has this name"),
        ({"who": "", "text": ""}, "required"),
        ({"who": "", "text": "Hi", "p1": "9"}, "less than or equal to 3"),
    ],
)
def test_what_makes_no_sense_is_said(admin, given, said):
    response = admin.post(ADDRESS, given)
    assert said in response.content.decode()
    assert response.context["sides"] == []


def test_a_person_of_the_test_needs_nobody(admin):
    given = {"text": "Where do I live?", "facts": "You live in Ghent.", "model": "offline"}
    response = admin.post(ADDRESS, given)
    assert side(response, 0).tried.fault == ""
    assert "<script>" not in side(response, 0).tried.text


def test_a_persona_is_shown_as_text(admin):
    given = {"text": "Hello", "persona": "<script>alert(1)</script>", "prompt_only": "on"}
    assert "<script>alert" not in admin.post(ADDRESS, given).content.decode()
