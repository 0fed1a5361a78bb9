"""Levels of privacy and the ways they open."""

from __future__ import annotations

import pytest

from profiles.models import Consent
from profiles.privacy import LEVELS, MODERATE, Way, rules_of, ways_of


def test_who_never_chose_has_the_moderate_level():
    assert ways_of(None) == ways_of(Consent()) == MODERATE == {Way.SERVER_TO_DIRECT}


def test_each_level_opens_what_the_one_below_it_opens():
    strict, moderate, permissive = (LEVELS[name] for name in ("strict", "moderate", "permissive"))
    assert strict < moderate < permissive


def test_only_an_explicit_choice_opens_the_way_from_direct_messages_to_public_channels():
    assert all(Way.DIRECT_TO_PUBLIC not in ways for ways in LEVELS.values())
    chosen = Consent(level="custom", rules={"direct_to_public": True})
    assert ways_of(chosen) == {Way.DIRECT_TO_PUBLIC}


@pytest.mark.parametrize("rules", [{}, [], None, {"across_servers": "yes"}, {"elsewhere": True}])
def test_damaged_or_unknown_rules_open_nothing(rules):
    assert ways_of(Consent(level="custom", rules=rules)) == frozenset()


def test_an_unknown_level_opens_nothing():
    assert ways_of(Consent(level="lenient")) == frozenset()


def test_rules_name_every_way():
    ways = frozenset({Way.ACROSS_SERVERS})
    assert set(rules_of(ways)) == set(Way)
    assert ways_of(Consent(level="custom", rules=rules_of(ways))) == ways
