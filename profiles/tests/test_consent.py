"""Tests of what people said to being remembered, and for how long it holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from profiles.actions import (
    answer_consent,
    ask_consent,
    choose_level,
    decide_consent,
    erase_person,
    grant_to_local_person,
    notice_consent,
    set_way,
)
from profiles.models import Consent
from profiles.privacy import MODERATE, Way, ways_of
from profiles.queries import agreeing, may_remember
from whisper.environment import environment

pytestmark = pytest.mark.django_db

ANN = 101


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def agreed(days_ago):
    """Let Ann have agreed some days ago."""
    decide_consent(ANN, granted=True, source="test")
    Consent.objects.update(decided_at=timezone.now() - timedelta(days=days_ago), expires_at=None)
    return Consent.objects.get(person_id=ANN)


def test_a_yes_holds_for_ever_by_default():
    assert agreed(days_ago=10_000).allows_remembering
    assert agreed(days_ago=10_000).valid_until is None


def test_a_yes_expires_after_the_days_that_are_set(monkeypatch):
    monkeypatch.setattr(environment, "consent_valid_days", 30)
    assert agreed(days_ago=29).standing == Consent.Status.GRANTED
    assert agreed(days_ago=31).standing == Consent.Status.EXPIRED
    assert not may_remember(ANN)


@pytest.mark.parametrize("valid_days", [0, 30])
@pytest.mark.parametrize("expires_in", [None, -1, 1])
def test_a_query_finds_the_same_people_as_their_consents_say(monkeypatch, valid_days, expires_in):
    monkeypatch.setattr(environment, "consent_valid_days", valid_days)
    now = timezone.now()
    expires_at = expires_in and now + timedelta(days=expires_in)
    for number, status in enumerate(Consent.Status):
        for days, decided in enumerate((None, 29, 31)):
            decided_at = decided and now - timedelta(days=decided)
            person_id = 100 + 10 * number + days
            known = {"status": status, "decided_at": decided_at, "expires_at": expires_at}
            Consent.objects.create(person_id=person_id, **known)
    found = set(agreeing(now).values_list("person_id", flat=True))
    everybody = Consent.objects.all()
    assert found == {one.person_id for one in everybody if one.allows_remembering}


def test_a_yes_holds_as_long_as_was_said_with_it(monkeypatch):
    monkeypatch.setattr(environment, "consent_valid_days", 30)
    consent = decide_consent(ANN, granted=True, source="test")
    assert consent.decided_at is not None
    monkeypatch.setattr(environment, "consent_valid_days", 1)
    assert consent.valid_until == consent.decided_at + timedelta(days=30)


def test_who_was_asked_after_their_yes_expired_is_not_asked_again(monkeypatch):
    monkeypatch.setattr(environment, "consent_valid_days", 30)
    assert agreed(days_ago=31).to_be_asked
    asked = ask_consent(ANN, source="test")
    assert (asked.standing, asked.to_be_asked) == (Consent.Status.EXPIRED, False)


def test_a_question_by_a_clock_that_was_ahead_leaves_a_yes_valid(monkeypatch):
    monkeypatch.setattr(environment, "consent_valid_days", 30)
    agreed(days_ago=1)
    now = timezone.now()
    with monkeypatch.context() as wrong:
        wrong.setattr(timezone, "now", lambda: now + timedelta(days=300))
        assert ask_consent(ANN, source="test").standing == Consent.Status.EXPIRED
        assert not may_remember(ANN)
    assert may_remember(ANN)
    assert answer_consent(ANN, granted=True, source="test") is None


def test_who_was_asked_by_a_clock_that_was_ahead_is_asked_once_their_yes_expires(monkeypatch):
    monkeypatch.setattr(environment, "consent_valid_days", 30)
    agreed(days_ago=1)
    now = timezone.now()
    with monkeypatch.context() as wrong:
        wrong.setattr(timezone, "now", lambda: now + timedelta(days=300))
        ask_consent(ANN, source="test")
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=31))
    assert Consent.objects.get().to_be_asked
    assert not ask_consent(ANN, source="test").to_be_asked


@pytest.mark.parametrize("first", [True, False])
def test_the_question_is_answered_once(first):
    ask_consent(ANN, source="test")
    assert answer_consent(ANN, granted=first, source="test") is not None
    assert answer_consent(ANN, granted=not first, source="test") is None
    assert may_remember(ANN) is first


def test_the_question_is_open_again_after_a_yes_expired(monkeypatch):
    monkeypatch.setattr(environment, "consent_valid_days", 30)
    agreed(days_ago=31)
    assert answer_consent(ANN, granted=True, source="test") is not None
    assert may_remember(ANN)


def test_a_new_yes_after_an_expired_one_holds(monkeypatch):
    monkeypatch.setattr(environment, "consent_valid_days", 30)
    agreed(days_ago=31)
    decide_consent(ANN, granted=True, source="test")
    assert may_remember(ANN)


def test_a_no_does_not_expire(monkeypatch):
    monkeypatch.setattr(environment, "consent_valid_days", 1)
    decide_consent(ANN, granted=False, source="test")
    Consent.objects.update(decided_at=timezone.now() - timedelta(days=9))
    assert Consent.objects.get().standing == Consent.Status.DENIED


def test_who_runs_the_companion_is_remembered_again_but_not_against_their_no(monkeypatch):
    monkeypatch.setattr(environment, "consent_valid_days", 30)
    agreed(days_ago=31)
    assert grant_to_local_person(ANN, source="test").allows_remembering
    decide_consent(ANN, granted=False, source="test")
    assert not grant_to_local_person(ANN, source="test").allows_remembering


def test_who_was_never_asked_is_told_as_of_now():
    choose_level(ANN, Consent.Level.STRICT, source="test")
    told = notice_consent(ANN, source="discord")
    assert (told.status, told.source) == (Consent.Status.NOTICED, "discord")
    assert told.asked_at is not None


def test_one_way_is_opened_and_closed_and_the_others_stay():
    decide_consent(ANN, granted=True, source="test")
    opened = set_way(ANN, Way.ACROSS_SERVERS, opened=True, source="test")
    assert ways_of(opened) == MODERATE | {Way.ACROSS_SERVERS}
    closed = set_way(ANN, Way.SERVER_TO_DIRECT, opened=False, source="test")
    assert (closed.level, set(ways_of(closed))) == ("custom", {Way.ACROSS_SERVERS})
    assert closed.allows_remembering


def test_a_level_outlives_a_new_answer_but_not_an_erasure():
    choose_level(ANN, Consent.Level.STRICT, source="test")
    decide_consent(ANN, granted=True, source="test")
    assert Consent.objects.get().level == Consent.Level.STRICT
    erase_person(ANN)
    assert Consent.objects.get().level == Consent.Level.MODERATE
