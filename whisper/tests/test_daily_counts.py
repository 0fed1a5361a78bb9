"""Tests of counts by day of what leaves no row."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from whisper import daily_counts
from whisper.daily_counts import actions
from whisper.models import DailyCount
from whisper.retention import limits

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted(monkeypatch):
    monkeypatch.setattr(daily_counts, "_counted", type(daily_counts._counted)())


def lately(name, days=3):
    return daily_counts.by_day(name, days=days, now=timezone.localdate())[name]


def test_what_processes_count_is_added_up_for_the_day():
    for _ in range(2):
        daily_counts.count("cache.hit")
        daily_counts.write()
    daily_counts.write()
    assert lately("cache.hit") == [0, 0, 2]
    assert lately("cache.miss") == [0, 0, 0]


def test_what_could_not_be_written_is_written_the_next_time(monkeypatch):
    daily_counts.count("cache.hit")
    with monkeypatch.context() as broken:
        broken.setattr(actions, "add", fails)
        with pytest.raises(DatabaseError):
            daily_counts.write()
    daily_counts.count("cache.hit")
    daily_counts.write()
    assert lately("cache.hit") == [0, 0, 2]


def fails(*_):
    raise DatabaseError


def test_counts_of_long_ago_are_dropped():
    now = timezone.now()
    actions.add({"cache.hit": 5}, now.date() - actions.KEPT - timedelta(days=1))
    actions.add({"cache.hit": 1}, now.date())
    assert "counts by day" in {limit.what for limit in limits()}
    assert actions.delete_old_counts(now) == 1
    assert [row.number for row in DailyCount.objects.all()] == [1]
