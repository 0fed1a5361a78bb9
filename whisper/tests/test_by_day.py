"""Tests of counts by day, of which those of past days are kept where there are many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Sum

from whisper.console import by_day
from whisper.console.by_day import counts_by_day, figures_by_day
from whisper.models import ActionEntry

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
TODAY, DAYS = NOON.date(), 3
YESTERDAY = TODAY - timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_is_kept_yet(monkeypatch):
    monkeypatch.setattr(by_day, "_past", {})


@pytest.fixture
def few_are_many(monkeypatch):
    monkeypatch.setattr(by_day, "COUNTED", 2)


def done(at, **values):
    ActionEntry.objects.create(**{"action": "memory.forget", "actor_kind": "admin"} | values, at=at)


def counts(now=NOON, **given):
    return counts_by_day(ActionEntry.objects.all(), "at", now, days=DAYS, **given)


def test_days_are_counted_and_older_ones_left_out():
    for ago in (0, 1, 1, 9):
        done(NOON - timedelta(days=ago))
    assert counts() == {(TODAY,): 1, (YESTERDAY,): 2}


def test_each_value_is_counted_by_itself():
    done(NOON)
    done(NOON, action="memory.pin")
    found = counts(by=("action",))
    assert found == {(TODAY, "memory.forget"): 1, (TODAY, "memory.pin"): 1}


def test_further_figures_follow_the_count():
    done(NOON, count=3)
    done(NOON, count=4)
    rows = ActionEntry.objects.all()
    found = figures_by_day(rows, "at", NOON, days=DAYS, further=(Sum("count"),))
    assert found == {(TODAY,): (2, 7)}


def test_few_are_counted_again_each_time():
    done(NOON - timedelta(days=1))
    counts()
    done(NOON - timedelta(days=1))
    assert counts() == {(YESTERDAY,): 2}


def test_many_of_past_days_are_kept_for_an_hour_while_today_is_counted(few_are_many):
    done(NOON - timedelta(days=1))
    done(NOON - timedelta(days=1))
    counts()
    ActionEntry.objects.all().delete()
    done(NOON)
    assert counts() == {(TODAY,): 1, (YESTERDAY,): 2}
    assert counts(NOON + timedelta(hours=1)) == {(TODAY,): 1}
