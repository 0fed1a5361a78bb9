"""Tests of the console's front page and of the navigation."""

from __future__ import annotations

from datetime import timedelta
from operator import attrgetter

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from botrunner.history.switch import HIT, MISS
from memories.models import Memory, Message, Place, ReplyTrace
from profiles.actions import decide_consent
from profiles.models import Emotion, EmotionRecord, Profile
from whisper import daily_counts, health
from whisper.console import navigation
from whisper.console.navigation import GROUPS, TABLES
from whisper.health import Health
from whisper.models import OutboxEntry, PeriodicJob, Task
from whisper.tests.reading import give_reason

pytestmark = pytest.mark.django_db(transaction=True)

ANN, CHANNEL = 1001, 1001
MOST_QUERIES = 15


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("boss", password="a long password"))
    return client


@pytest.fixture
def viewer(client):
    """Return a client of somebody who may see memories, and nothing else."""
    account = User.objects.create_user("viewer", password="a long password", is_staff=True)
    account.user_permissions.add(Permission.objects.get(codename="view_memory"))
    client.force_login(account)
    return client


def front(client):
    response = client.get(reverse("admin:index"))
    assert response.status_code == 200
    return response


def message(**values):
    return Message.objects.create(
        platform=Message.Platform.TERMINAL,
        channel_id=CHANNEL,
        place=Place.DIRECT,
        person_id=ANN,
        text="Hello",
        **{"platform_id": 1, "sent_at": timezone.now(), **values},
    )


def memory(**values):
    now = timezone.now()
    defaults = {
        "said_at": now,
        "valid_from": now,
        "kind": Memory.Kind.USER_FACT,
        "text": "A secret",
    }
    owner = {"person_id": ANN, "place": Place.DIRECT}
    return Memory.objects.create(**(owner | defaults | values))


def felt(emotion, *, days_ago=0):
    EmotionRecord.objects.create(
        profile=Profile.objects.get_or_create(person_id=ANN)[0],
        emotion=emotion,
        intensity=0.5,
        confidence=0.5,
        model="test",
        felt_at=timezone.now() - timedelta(days=days_ago),
    )


def test_nothing_waits_and_nothing_failed_at_first(admin):
    page = front(admin)
    assert page.context["headline"].startswith("All is well")
    assert not page.context["waiting"]
    assert not page.context["faults"]


def test_each_part_of_whisper_is_shown_with_its_health(admin):
    states = {one.name: one.health.status for one in front(admin).context["states"]}
    assert states["database"] == "ok"
    assert {"outbox", "memory index", "backups"} <= set(states)


def test_each_part_leads_to_its_page(admin, monkeypatch):
    async def well():
        return Health(True)

    # The bot adds them when it runs.
    monkeypatch.setitem(health._checks, "discord", well)
    monkeypatch.setitem(health._checks, "intake", well)
    links = {one.name: one.link for one in front(admin).context["states"]}
    assert {"processes", "database", "redis", "caches", "intake", "discord"} <= set(links)
    for name, link in links.items():
        address, _, place = link.partition("#")
        response = admin.get(address)
        assert response.status_code == 200, name
        assert not place or f'id="{place}"' in response.content.decode(), name


def test_who_may_not_open_a_page_sees_the_health_alone(viewer):
    links = {one.name: one.link for one in front(viewer).context["states"]}
    assert links["database"] == links["redis"] == ""
    assert links["memory index"]


def test_health_is_asked_for_again_while_the_page_is_open(admin, monkeypatch):
    async def broken():
        return Health(False, detail="no answer")

    assert reverse("console:health") in front(admin).content.decode()
    monkeypatch.setattr(health, "_recent", (0.0, {}))
    monkeypatch.setitem(health._checks, "backups", broken)
    part = admin.get(reverse("console:health")).content.decode()
    assert "Not well: Backups" in part
    assert "No answer" in part
    assert "<html" not in part


def test_a_figure_counts_by_day(admin):
    message()
    message(platform_id=2, sent_at=timezone.now() - timedelta(days=2))
    message(platform_id=3, sent_at=timezone.now() - timedelta(days=99))
    tile = next(one for one in front(admin).context["tiles"] if one.title == "Messages")
    assert tile.value == 1
    assert list(tile.series)[-3:] == [1, 0, 1]
    assert sum(tile.series) == 2


def test_what_waits_for_an_admin_leads_to_its_page(admin):
    memory(hidden=True)
    (notice,) = front(admin).context["waiting"]
    assert notice.text == "1 memory waits for your approval"
    assert admin.get(notice.link).status_code == 200


def test_imported_memories_of_nobody_are_in_quarantine(admin):
    for place in (Place.IMPORT, Place.IMPORT, Place.PUBLIC_CHANNEL):
        memory(hidden=True, place=place, person_id=None, kind=Memory.Kind.SHARED_FACT)
    approval, quarantine = front(admin).context["waiting"]
    assert approval.text == "1 memory waits for your approval"
    assert quarantine.text == "2 imported memories are in quarantine"
    give_reason(admin)
    listed = [admin.get(one.link).context["cl"].result_count for one in (approval, quarantine)]
    assert listed == [1, 2]


def test_who_has_a_hard_time_is_shown_by_name_until_it_fades(admin):
    sad = {"escalation_count": 5, "name": "<script>Ann", "current_emotion": Emotion.SAD}
    Profile.objects.create(person_id=ANN, escalated_at=timezone.now(), **sad)
    page = front(admin)
    assert [one.text for one in page.context["waiting"]] == ["<script>Ann is having a hard time"]
    assert "<script>Ann" not in page.content.decode()
    Profile.objects.update(escalated_at=timezone.now() - timedelta(days=9))
    assert not front(admin).context["waiting"]


def test_who_may_not_read_about_people_is_led_to_their_list(client):
    account = User.objects.create_user("otto", is_staff=True)
    account.user_permissions.add(Permission.objects.get(codename="view_profile"))
    client.force_login(account)
    sad = {"escalation_count": 5, "escalated_at": timezone.now()}
    Profile.objects.create(person_id=ANN, name="Ann", **sad)
    (notice,) = front(client).context["waiting"]
    assert notice.link == reverse("console:people") + "?hard=1"
    assert client.get(notice.link).status_code == 200


def data_request(kind="export", **values):
    Profile.objects.get_or_create(person_id=ANN, defaults={"name": "Ann"})
    return Task.objects.create(kind=kind, person_id=ANN, asked_by=1, reason="x", **values)


def waiting(client):
    return [one.text for one in front(client).context["waiting"]]


def test_cache_hits_are_counted_by_day(admin):
    cache.clear()
    today = timezone.localdate()
    daily_counts.actions.add({HIT: 5, MISS: 1}, today - timedelta(days=1))
    daily_counts.actions.add({HIT: 3, MISS: 1}, today)
    (tile,) = [one for one in front(admin).context["tiles"] if one.title == "Cache hits"]
    assert list(tile.series)[-2:] == [5, 3]
    assert tile.note == "75 % of today's reads"


def test_data_requests_wait_until_they_are_done(admin):
    request = data_request()
    (notice,) = front(admin).context["waiting"]
    assert notice.text == "Export for Ann"
    assert notice.link == reverse("console:task", args=[request.pk])
    Task.objects.update(state=Task.State.DONE)
    assert not waiting(admin)


def test_a_data_request_that_failed_waits_until_it_is_asked_for_again(admin):
    data_request("erase", state=Task.State.FAILED)
    assert waiting(admin) == ["Erasure of Ann"]
    data_request("erase", state=Task.State.DONE)
    assert not waiting(admin)


def test_many_data_requests_are_not_listed_one_by_one(admin):
    for _ in range(9):
        data_request("backup")
        request = data_request()
        Task.objects.filter(pk=request.pk).update(person_id=request.pk)
    assert len(waiting(admin)) == 6


def test_who_may_not_act_for_people_sees_no_data_request(viewer):
    data_request()
    assert not waiting(viewer)


def said_in_server(*, people, guild_id=77):
    """Let people have said something happy in a month that is over."""
    at = timezone.localtime().replace(day=1) - timedelta(days=3)
    for person_id in range(ANN, ANN + people):
        decide_consent(person_id, granted=True, source="test")
        memory(
            person_id=person_id,
            kind=Memory.Kind.CONVERSATION,
            place=Place.PUBLIC_CHANNEL,
            guild_id=guild_id,
            emotion=Emotion.HAPPY,
            said_at=at,
        )


def test_moods_of_a_server_are_shown_once_five_people_share_them(admin):
    said_in_server(people=4)
    (group,) = front(admin).context["balances"]
    assert not group.rows
    said_in_server(people=5)
    cache.clear()
    (group,) = front(admin).context["balances"]
    ((part,),) = [row.parts for row in group.rows]
    assert (part.name, part.share) == (Emotion.HAPPY.label, 100.0)
    assert admin.get(group.rows[0].link).status_code == 200


def test_faults_are_shown_latest_first(admin):
    now = timezone.now()
    OutboxEntry.objects.create(topic="memories.facts", failed_at=now - timedelta(hours=2))
    PeriodicJob.objects.create(name="sweep", failures=2, finished_at=now - timedelta(hours=1))
    ReplyTrace.objects.create(message=message(), person_id=ANN, model="m", error="it timed out")
    shown = [(one.text, one.detail) for one in front(admin).context["faults"]]
    assert shown == [
        ("1 reply failed", "it timed out"),
        ("The job “sweep” failed 2 times in a row", ""),
        ("Work was given up (facts from messages: 1)", "Retry it once its cause is gone."),
    ]


def test_moods_stand_above_and_below_the_line_with_their_share(admin):
    for emotion in (Emotion.HAPPY, Emotion.SAD, Emotion.NEUTRAL, Emotion.NEUTRAL):
        felt(emotion)
    felt(Emotion.ANGRY, days_ago=99)
    (chart,) = front(admin).context["charts"]
    today = chart.columns[-1]
    assert [(one.name, one.share, one.height) for one in today.above] == [("Happy", 25.0, 100.0)]
    assert [(one.name, one.share, one.height) for one in today.below] == [("Sad", 25.0, 100.0)]
    assert [name for name, *_ in chart.legend] == ["Happy", "Sad"]
    assert chart.most == 25


def test_the_chart_of_moods_can_reach_back_further(admin):
    felt(Emotion.HAPPY, days_ago=60)
    felt(Emotion.SAD, days_ago=2)
    month = front(admin).context["charts"][0]
    quarter = admin.get(reverse("admin:index"), {"days": "90"})
    chart = quarter.context["charts"][0]
    assert (len(month.columns), [name for name, *_ in month.legend]) == (30, ["Sad"])
    assert (len(chart.columns), [name for name, *_ in chart.legend]) == (90, ["Happy", "Sad"])
    assert '<a href="?days=90" aria-current="true">90 days</a>' in quarter.content.decode()


@pytest.mark.parametrize("days", ["", "0", "31", "9" * 5_000, "<script>", "-90", "٩٠"])
def test_another_range_is_the_usual_one(admin, days):
    page = admin.get(reverse("admin:index"), {"days": days})
    assert [len(one.columns) for one in page.context["charts"]] == [30]


def test_what_happens_is_shown_to_who_may_watch(admin, viewer):
    assert "console/live_panel.html" not in front(viewer).context["panels"]
    viewer.force_login(User.objects.get(username="boss"))
    assert "data-live-panel" in front(viewer).content.decode()


def test_an_admin_sees_only_what_they_may_open(viewer):
    memory(hidden=True)
    OutboxEntry.objects.create(topic="memories.facts", failed_at=timezone.now())
    page = front(viewer)
    assert [one.title for one in page.context["tiles"]] == ["New memories"]
    assert [one.text for one in page.context["waiting"]] == ["1 memory waits for your approval"]
    assert not page.context["faults"]
    assert not page.context["charts"]
    assert reverse("admin:profiles_profile_changelist") not in page.content.decode()


def test_what_the_page_keeps_can_be_kept_in_redis(admin, monkeypatch):
    kept = []
    add = LocMemCache.add

    def adding(self, key, value, *args, **kwargs):
        kept.append(key)
        DjangoJSONEncoder().encode(value)
        return add(self, key, value, *args, **kwargs)

    monkeypatch.setattr(LocMemCache, "add", adding)
    felt(Emotion.HAPPY)
    front(admin)
    assert any("moods_by_day" in key for key in kept)


@pytest.mark.heavy
def test_the_page_asks_the_database_a_bounded_number_of_times(admin):
    for number in range(40):
        message(platform_id=number)
        felt(Emotion.HAPPY, days_ago=number % 20)
        memory(hidden=True)
        data_request()
    front(admin)
    with CaptureQueriesContext(connection) as queries:
        front(admin)
    assert len(queries) <= MOST_QUERIES


@pytest.mark.parametrize(
    ("url_name", "lit"),
    [
        ("admin:index", ["Front page"]),
        ("console:memories", ["Memories"]),
        ("admin:memories_replytrace_changelist", ["Replies"]),
        ("admin:password_change", []),
    ],
)
def test_one_line_of_the_navigation_is_lit(admin, url_name, lit):
    groups = admin.get(reverse(url_name)).context["sidebar_navigation"]
    assert [one["title"] for group in groups for one in group["items"] if one["active"]] == lit


def test_a_page_looks_up_each_address_of_the_navigation_once(admin, monkeypatch):
    looked_up = []

    def counted(name):
        looked_up.append(name)
        return reverse(name)

    monkeypatch.setattr(navigation, "reverse", counted)
    admin.get(reverse("console:memories"))
    assert len(looked_up) <= sum(len(group) for _, group in GROUPS) + len(TABLES)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "entry", [entry for _, group in GROUPS for entry in group], ids=attrgetter("title")
)
def test_each_line_of_the_navigation_opens_for_who_may(admin, entry):
    response = admin.get(reverse(entry.full_name))
    # Some pages ask for the password first.
    asked = response.status_code == 302 and response["Location"].startswith("/account/confirm/")
    assert asked or response.status_code == 200
    if isinstance(entry.permission, str) and entry.permission:
        app, codename = entry.permission.split(".")
        assert Permission.objects.filter(content_type__app_label=app, codename=codename).exists()


def badges(client):
    groups = client.get(reverse("admin:index")).context["sidebar_navigation"]
    return {
        one["title"]: str(one["badge"])
        for group in groups
        for one in group["items"]
        if one["badge"]
    }


def test_the_navigation_says_how_many_wait_on_a_page(admin):
    assert badges(admin) == {}
    memory(hidden=True)
    memory(hidden=True, place=Place.IMPORT)
    memory()
    data_request()
    # What an admin does is seen at once.
    admin.post(reverse("console:find"))
    assert badges(admin) == {
        "Memories": "2 wait for approval",
        "Jobs": "1 data request isn't done",
    }


def test_who_may_not_act_for_people_sees_no_number_of_their_requests(viewer):
    give_reason(viewer)
    data_request()
    memory(hidden=True)
    assert "Jobs" not in badges(viewer)


def test_the_role_stands_below_the_name(admin, client):
    assert '<span class="role">Owner</span>' in front(admin).content.decode()
    account = User.objects.create_user("eve", password="a long password", is_staff=True)
    account.groups.add(*Group.objects.filter(name__in=["Viewer", "Data officer"]))
    client.force_login(account)
    assert '<span class="role">Data officer, Viewer</span>' in front(client).content.decode()
