"""The pages that tell how Whisper is."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from unittest.mock import ANY

import pytest
from django.db import connection
from django.utils import timezone
from pydantic import SecretStr

from whisper import health
from whisper.database.access import in_database
from whisper.database.errors import DatabaseAwayError
from whisper.environment import environment
from whisper.health import Health
from whisper.models import Heartbeat, OutboxEntry
from whisper.outbox import metrics as outbox_metrics
from whisper.processes import heartbeats
from whisper.tests.moving import moving
from whisper.tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def checks(monkeypatch):
    parts: dict[str, health.Check] = {}
    monkeypatch.setattr(health, "_checks", parts)
    monkeypatch.setattr(health, "_recent", (0.0, {}))
    return parts


def part(**values: Any) -> health.Check:
    async def check() -> Health:
        return Health(**values)

    return check


def test_all_is_well(client, checks):
    checks["one"] = part(ok=True, detail="in use", figures={"waiting": 2})
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "checks": {
            "one": {
                "status": "ok",
                "detail": "in use",
                "figures": {"waiting": 2},
                "milliseconds": ANY,
            }
        },
    }


@pytest.mark.parametrize(
    "outside", [{"REMOTE_ADDR": "203.0.113.9"}, {"HTTP_X_FORWARDED_FOR": "::1"}]
)
def test_others_learn_how_all_is_and_not_of_what_parts(client, checks, outside, monkeypatch):
    checks["one"] = part(ok=False, detail="redis.internal:6379")
    for page in ("/health", "/health/", "/health/ready"):
        assert set(client.get(page, **outside).json()) == {"status"}
    answer = client.get("/health", **outside)
    assert (answer.status_code, answer.json()) == (503, {"status": "failing"})
    # They can't have the parts asked again and again.
    checks["one"] = part(ok=True)
    assert client.get("/health", **outside).status_code == 503
    assert client.get("/health").status_code == 200


def test_a_degraded_part_is_told_and_people_are_still_served(client, checks):
    checks["one"] = part(ok=True, degraded=True)
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")


def test_a_failing_part_fails_the_whole(client, checks):
    checks["one"], checks["two"] = part(ok=True), part(ok=False)
    assert client.get("/health").status_code == 503


def test_a_check_that_raises_tells_only_the_kind_of_error(client, checks):
    async def check() -> Health:
        raise ValueError("redis://:secret@host")

    checks["one"] = check
    answer = client.get("/health")
    told = answer.json()["checks"]["one"]
    assert (told["status"], told["detail"]) == ("failing", "ValueError")
    assert "secret" not in answer.content.decode()


@pytest.mark.parametrize(
    ("statement", "detail"),
    [
        ("select * from nowhere", "the database is not up to date: run manage.py migrate"),
        ("select absent from auth_user", "the database is not up to date: run manage.py migrate"),
    ],
)
def test_a_table_that_is_missing_asks_for_migrate(client, checks, statement, detail):
    async def ask() -> Health:
        await in_database(lambda: connection.cursor().execute(statement))
        return Health(True)

    checks["one"] = ask
    assert client.get("/health").json()["checks"]["one"]["detail"] == detail


def test_a_database_that_is_away_is_told_in_its_own_words(client, checks):
    async def ask() -> Health:
        raise DatabaseAwayError("PostgreSQL can't be reached.")

    checks["one"] = ask
    found = client.get("/health").json()["checks"]["one"]["detail"]
    assert found == "PostgreSQL can't be reached."


def test_a_check_that_hangs_is_given_up(client, checks, monkeypatch):
    monkeypatch.setattr(health, "CHECK_SECONDS", 0.05)
    checks["one"] = asyncio.Event().wait
    assert client.get("/health").json()["checks"]["one"]["detail"] == "no answer within 0.05 s"


def test_scrapers_on_this_machine_see_the_metrics(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert b"whisper_history_reads" in answer.content


def test_scrapes_within_seconds_of_each_other_check_once(client, checks, monkeypatch):
    asked = []

    async def check() -> Health:
        asked.append("database")
        return Health(ok=True)

    checks["one"] = check
    now = [1000.0]
    monkeypatch.setattr(health, "monotonic", lambda: now[0])
    client.get("/metrics")
    assert b'whisper_health{part="one"} 1.0' in client.get("/metrics").content
    assert len(asked) == 1
    now[0] += health.RECENT_SECONDS
    client.get("/metrics")
    assert len(asked) == 2


def test_a_page_of_health_is_as_new_as_it_is_asked_for(client, checks):
    checks["one"] = part(ok=True)
    client.get("/metrics")
    checks["one"] = part(ok=False)
    assert client.get("/health").status_code == 503


def test_a_later_scrape_shows_a_part_that_fails_since(client, checks, monkeypatch):
    monkeypatch.setattr(health, "RECENT_SECONDS", 0)
    checks["one"] = part(ok=True)
    client.get("/metrics")
    checks["one"] = part(ok=False)
    with moving("whisper_health"):
        client.get("/metrics")


@pytest.mark.heavy
@pytest.mark.parametrize(
    "given",
    [{"REMOTE_ADDR": "10.0.0.7"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}, {"REMOTE_ADDR": ""}],
)
def test_others_see_the_metrics_only_as_staff(client, admin_client, given):
    assert client.get("/metrics", **given).status_code == 403
    assert admin_client.get("/metrics", **given).status_code == 200


def test_the_outbox_shows_what_waits_at_a_scrape_without_a_worker(client, monkeypatch):
    monkeypatch.setitem(health._checks, "outbox", outbox_metrics._health)
    OutboxEntry.objects.create(topic="index")
    assert 'whisper_outbox_waiting{topic="index"} 1.0' in client.get("/metrics").content.decode()


async def test_a_worker_that_gives_no_sign_is_missed(monkeypatch):
    stop = asyncio.Event()
    running = asyncio.create_task(heartbeats.run(stop, [heartbeats.WORKER]))
    await until(Heartbeat.objects.aexists)
    with moving("whisper_process_seen_timestamp_seconds"):
        assert (await heartbeats._health()).status == "ok"
    later = timezone.now() + 2 * heartbeats.SILENT_AFTER
    monkeypatch.setattr(heartbeats, "now", lambda: later)
    silent = await heartbeats._health()
    assert (silent.status, silent.detail) == ("degraded", heartbeats.NEEDED[heartbeats.WORKER])
    stop.set()
    await running
    assert not await Heartbeat.objects.aexists()


async def test_shards_of_all_processes_are_reported_and_one_that_none_connects_is_missed():
    def connected(milliseconds: float | None) -> dict[str, object]:
        return {"connected": True, "milliseconds": milliseconds}

    at = timezone.now()
    for name, shards in {
        "first": {"0": connected(41.2), "1": connected(None)},
        "second": {"3": {"connected": False, "milliseconds": 38.0}},
    }.items():
        await Heartbeat.objects.acreate(
            name=name, duties=["worker"], seen_at=at, shards={"count": 4, "shards": shards}
        )
    found = await heartbeats._health()
    assert found.status == "degraded"
    assert found.detail == (
        "worker; not connected to Discord: shards 2, 3; shards: 0 (41 ms), 1 (0 ms); seen 0 s ago"
    )
    assert found.figures == {"shard_0_milliseconds": 41.2, "shard_1_milliseconds": 0.0}


async def test_processes_tell_how_long_they_are_up_and_how_far_discord_is(monkeypatch):
    at = timezone.now()
    monkeypatch.setattr(heartbeats, "now", lambda: at)
    begun = {"one": ("1.0.0", timedelta(days=9)), "two": ("1.1.0", timedelta(hours=2, minutes=5))}
    for name, (version, ago) in begun.items():
        seen = {"seen_at": at - timedelta(seconds=4), "started_at": at - ago, "version": version}
        shards = {"count": 1, "shards": {"0": {"connected": name == "two", "milliseconds": 42.1}}}
        await Heartbeat.objects.acreate(name=name, duties=["worker"], shards=shards, **seen)
    found = await heartbeats._health()
    assert found.status == "ok"
    assert found.detail == (
        "worker; Discord 42 ms away; up for 2 hours; versions 1.0.0 and 1.1.0; seen 4 s ago"
    )


async def test_a_bot_is_missed_where_there_is_a_token(monkeypatch):
    monkeypatch.setattr(environment, "discord_bot_token", SecretStr("token"))
    await Heartbeat.objects.acreate(name="one", duties=["worker"], seen_at=timezone.now())
    assert "start runbot" in (await heartbeats._health()).detail
    await Heartbeat.objects.acreate(name="two", duties=["discord"], seen_at=timezone.now())
    assert (await heartbeats._health()).status == "ok"
