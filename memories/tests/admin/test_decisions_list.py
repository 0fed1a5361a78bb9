"""Tests of the list of what was told where."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from memories.access import AccessRule, rule_in_words
from memories.actions import NamedPlace, name_places, remember
from memories.models import Place, PlaceDecision
from memories.tests.factories import ANN, BEN, draft
from profiles.actions import decide_consent, meet
from profiles.privacy import Way
from whisper.tests.reading import give_reason

LIST = reverse("admin:memories_placedecision_changelist")
GENERAL = 222222222222222222


@pytest.fixture
def decided(admin_client):
    """Return a function that notes a decision about Ann, whose browser is an admin's."""
    give_reason(admin_client)
    decide_consent(ANN, granted=True, source="test")
    meet(ANN, name="Ann", at=timezone.now())
    name_places([NamedPlace(GENERAL, "general", 1)])

    def make(**values):
        common = {"person_id": ANN, "from_place": Place.DIRECT, "to_place": Place.PUBLIC_CHANNEL}
        common |= {"to_channel_id": GENERAL, "allowed": False, "level": "moderate"}
        return PlaceDecision.objects.create(**common | {"reason": Way.DIRECT_TO_PUBLIC} | values)

    return make


def test_a_decision_says_in_words_what_was_told_where_and_why(admin_client, decided):
    memory = remember(draft("Ann has a garden", ANN))
    row = decided(memory_id=memory.pk)
    page = reverse("admin:memories_placedecision_change", args=[row.pk])
    for address in (LIST, page):
        shown = admin_client.get(address).content.decode()
        assert "From direct messages to public channels" in shown
        assert "#general" in shown
        assert f'href="{reverse("console:memory", args=[memory.pk])}"' in shown
        assert "Ann has a garden" in shown
        assert f'href="{reverse("console:person", args=[ANN])}"' in shown


def test_what_is_gone_or_nameless_is_said_to_be(admin_client, decided):
    decided(memory_id=uuid4(), to_channel_id=7, reason="what the older Bot wrote", person_id=BEN)
    shown = admin_client.get(LIST).content.decode()
    for part in ("gone", "channel 7", "What the older Bot wrote", str(BEN)):
        assert part in shown
    assert f'href="{reverse("console:person", args=[BEN])}"' not in shown


def test_names_take_as_many_queries_for_one_row_as_for_several(admin_client, decided):
    counts = []
    admin_client.get(LIST)  # What waits is counted now and then.
    for rows in (1, 9):
        for number in range(rows):
            decided(memory_id=remember(draft(f"line {rows} {number}", ANN)).pk)
        with CaptureQueriesContext(connection) as queries:
            admin_client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("rule", [*AccessRule, *Way])
def test_each_rule_has_words_and_a_filter_in_them(admin_client, decided, rule):
    assert "_" not in rule.in_words
    decided(reason=rule.value)
    shown = admin_client.get(LIST, {"reason": rule.value}).content.decode()
    assert shown.count(capfirst(rule_in_words(rule))) >= 2
