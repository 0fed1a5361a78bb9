"""Tests of the page of analytics: what it counts, beside the time before, and as CSV."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import timezone

from botrunner.console.analytics.counting import figures
from botrunner.console.analytics.period import Period
from botrunner.console.analytics.tables import TABLES
from botrunner.console.analytics.views import counted
from botrunner.demo.world import SERVERS
from memories.actions import Said, store_message
from memories.analytics.base import LEAST_PEOPLE
from memories.models import Memory, Message, Place
from memories.tests.factories import said
from profiles.actions import decide_consent, meet
from profiles.states import Emotion

pytestmark = pytest.mark.django_db
ANALYTICS = reverse("console:analytics")
TODAY = date(2026, 6, 30)
GUILD = 900


@pytest.fixture(autouse=True)
def _nothing_is_kept_from_another_test():
    counted.cache_clear()


def at(day, hour=12):
    zone = timezone.get_current_timezone()
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone)


def spoke(person_id, day, *, guild=GUILD, companion=False, hour=12):
    """Let somebody say something, whom the companion met then."""
    number = Message.objects.count() + 1
    meet(person_id, name=f"P{person_id}", at=at(day))
    store_message(
        Said(
            platform="discord",
            platform_id=number,
            person_id=person_id,
            author_name="P",
            text="Hello",
            sent_at=at(day, hour),
            channel_id=910,
            guild_id=guild,
            place=Place.PUBLIC_CHANNEL,
            keep=True,
            from_companion=companion,
        )
    )


def tell(person_id, day=date(2026, 6, 3), guild=GUILD):
    """Let somebody who agreed say what they have and that they are happy, in a server or alone."""
    decide_consent(person_id, granted=True, source="test")
    spoke(person_id, day, guild=guild)
    where = {"place": Place.PUBLIC_CHANNEL, "guild_id": guild} if guild else {}
    where["said_at"] = at(day)
    said("I have a cat", person_id, kind=Memory.Kind.USER_FACT, category="pet", **where)
    Memory.objects.filter(pk=said("Yay", person_id, **where).pk).update(emotion=Emotion.HAPPY)


def month(first=date(2026, 6, 1)):
    return Period(first, TODAY)


def total(steps, name):
    return sum(getattr(one, name) for one in steps.values())


def test_messages_replies_and_people_are_counted_beside_the_time_before():
    for day in (1, 1, 2):
        spoke(1, date(2026, 6, day))
    spoke(2, date(2026, 6, 2))
    spoke(1, date(2026, 6, 2), companion=True)
    spoke(1, date(2026, 5, 20))
    found = figures(month(), None)
    assert total(found.steps, "said") == 4
    assert total(found.steps, "replies") == 1
    assert found.steps[date(2026, 6, 2)].people == 2
    assert total(found.before, "said") == 1


def test_a_server_counts_what_was_said_there_alone():
    spoke(1, date(2026, 6, 1))
    spoke(1, date(2026, 6, 1), guild=901)
    assert total(figures(month(), GUILD).steps, "said") == 1
    found = figures(month(), None).servers
    assert [(one.guild_id, one.said) for one in found] == [(GUILD, 1), (901, 1)]


def test_growth_begins_with_who_was_known_before():
    spoke(1, date(2025, 1, 1))
    spoke(2, date(2026, 6, 3))
    for guild in (None, GUILD):
        found = figures(month(), guild)
        assert found.people_at_first == 1
        assert found.steps[date(2026, 6, 3)].new == 1


def shared(first, last, guild=None):
    """Return how many facts, moods and messages a page tells of."""
    found = figures(Period(first, last), guild)
    moods = sum(sum(counts.values()) for counts in found.moods.values())
    return sum(now for now, _ in found.topics.values()), moods, sum(found.hours.values())


@pytest.mark.parametrize("guild", [GUILD, None], ids=["server", "everywhere"])
def test_topics_moods_and_hours_need_enough_people(guild):
    for person_id in range(1, 5):
        tell(person_id)
    found = figures(month(), guild)
    assert found.too_few
    assert (found.topics, found.moods, found.hours) == ({}, {}, {})
    tell(5)
    found = figures(month(), guild)
    assert not found.too_few
    assert found.topics == {"pet": (5, 0)}
    assert found.moods == {date(2026, 6, 1): {"happy": 5}}
    assert found.hours == {(3, 12): 5}


@pytest.mark.heavy
def test_no_time_less_another_tells_of_one_person():
    for person_id in range(1, 6):
        tell(person_id, date(2026, 4, 3))
        tell(person_id, date(2026, 6, 17))
    for day in (date(2026, 4, 5), date(2026, 5, 9), date(2026, 5, 31), date(2026, 6, 22)):
        tell(6, day)
    days = [date(2026, 4, 1) + timedelta(days=number) for number in range(0, 91, 5)]
    told = {shared(first, last)[0] for first in days for last in days if first <= last}
    # Of the months in which five people share it, each with one person more.
    assert told == {0, 6, 12}


def test_the_whole_less_its_servers_tells_of_no_single_person():
    for guild in (GUILD, 901):
        for person_id in range(1, 6):
            tell(person_id, guild=guild)
    tell(6, guild=None)
    first, last = date(2026, 6, 1), TODAY
    servers = [shared(first, last, guild)[1] for guild in (GUILD, 901)]
    assert (shared(first, last)[1], servers) == (10, [5, 5])
    for person_id in range(1, 5):
        tell(person_id, guild=None)
    assert shared(first, last)[1] == 15


def test_a_month_that_is_not_over_tells_nothing_of_what_is_shared():
    first = timezone.localdate().replace(day=1)
    for person_id in range(1, 6):
        tell(person_id, first)
    assert shared(first, first + timedelta(days=40)) == (0, 0, 0)


def test_who_has_not_agreed_shares_nothing():
    for person_id in range(1, 6):
        tell(person_id)
    decide_consent(5, granted=False, source="test")
    assert shared(date(2026, 6, 1), TODAY)[:2] == (0, 0)


def test_a_cohort_is_who_was_first_seen_in_a_month_and_talked_since():
    spoke(1, date(2026, 5, 3))
    spoke(2, date(2026, 5, 4))
    spoke(1, date(2026, 6, 5))
    (may,) = figures(month(), None).cohorts
    assert (may.month, may.size, list(may.active)) == (date(2026, 5, 1), 2, [2, 1])


def test_hours_are_those_of_the_installation_s_zone():
    for person_id in range(LEAST_PEOPLE):
        spoke(person_id, date(2026, 6, 1), hour=23)
    assert figures(month(), None).hours == {(1, 23): LEAST_PEOPLE}


@pytest.mark.parametrize(
    ("days", "step", "steps"), [(30, "day", 30), (90, "week", 13), (365, "month", 12)]
)
def test_the_time_before_has_as_many_steps(days, step, steps):
    period = Period(TODAY - timedelta(days=days - 1), TODAY)
    assert period.step == step
    assert len(period.steps) == pytest.approx(steps, abs=1)
    assert len(period.before.steps) == len(period.steps)
    assert period.before.last == period.steps[0] - timedelta(days=1)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"range": "x"},
        {"since": "2026-99-99"},
        {"since": "2026-06-02", "until": "2026-06-01"},
        {"since": "1900-01-01"},
        {"since": "2015-01-01", "until": "2999-12-31"},
    ],
)
def test_a_time_that_makes_no_sense_is_the_usual_one(query):
    assert Period.of(query, TODAY) == Period(date(2026, 4, 2), TODAY, "90")


@pytest.fixture
def _shared_last_month():
    """Let enough people share a topic and a mood: in the demo's servers few do."""
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    for person_id in range(1, 6):
        tell(person_id, last)


@pytest.mark.heavy
@pytest.mark.usefixtures("_shared_last_month")
def test_the_page_shows_charts_of_all_of_it(admin):
    shown = admin.get(ANALYTICS, {"range": "365"})
    assert shown.status_code == 200
    assert shown.context["moods"].parts
    assert shown.context["cohorts"]
    assert shown.context["topics"]
    assert {one.name for one in shown.context["figures"].servers} >= {SERVERS[0].name}


@pytest.mark.parametrize("server", ["", "x", "9" * 5_000, "-1", "123456789012345678"])
def test_a_server_that_is_none_breaks_nothing(admin, server):
    assert admin.get(ANALYTICS, {"server": server}).status_code == 200


@pytest.mark.usefixtures("_shared_last_month")
@pytest.mark.parametrize("table", TABLES)
def test_each_table_is_a_csv_with_the_same_figures(admin, table):
    address = reverse("console:analytics_file", args=[table])
    response = admin.get(address, {"range": "365"})
    rows = list(csv.DictReader(StringIO(response.content.decode())))
    assert rows
    if table == "activity":
        assert sum(int(row["messages"]) for row in rows) > 0


def test_where_nobody_talked_the_page_says_so(admin):
    shown = admin.get(ANALYTICS, {"server": "123456789012345678"}).content.decode()
    assert "Nobody talked in that time" in shown
