"""Migrations bring what is there along."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from profiles.models import Profile, RelationshipChange

NOW = datetime(2026, 3, 20, 18, tzinfo=UTC)
EDITOR = SimpleNamespace(connection=connection)
SESSIONS = import_module("profiles.migrations.0009_sessions_and_days")


@pytest.mark.parametrize(
    ("messages", "days", "talks"), [(100, 9, 10), (3, 9, 3), (0, 9, 0), (5, None, 1)]
)
def test_people_of_before_have_come_as_often_as_messages_and_days_allow(db, messages, days, talks):
    times = (NOW - timedelta(days=days), NOW) if days else (None, None)
    Profile.objects.create(
        person_id=1,
        interaction_count=messages,
        first_interaction=times[0],
        last_interaction=times[1],
    )
    for _ in range(2):
        SESSIONS.estimate(apps, EDITOR)
    profile = Profile.objects.get()
    assert (profile.session_count, profile.day_count) == (talks, talks)


def test_who_was_counted_stays_as_counted(db):
    Profile.objects.create(person_id=1, interaction_count=9, session_count=2, day_count=1)
    SESSIONS.estimate(apps, EDITOR)
    assert Profile.objects.get().day_count == 1


def test_who_cooled_before_earns_closeness_from_then_on(db):
    ann = Profile.objects.create(person_id=1, interaction_count=90, session_count=8)
    RelationshipChange.objects.create(
        profile=ann, before="friend", after="acquaintance", rule="x", interaction_count=40
    )
    SESSIONS.estimate_changes(apps, EDITOR)
    assert RelationshipChange.objects.get().session_count == 8
