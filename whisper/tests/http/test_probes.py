"""Probes of an orchestrator and of Prometheus, which come by address and without a session."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.management import CommandError, call_command
from django.test import AsyncClient

from whisper import health
from whisper.database.errors import DatabaseAwayError
from whisper.environment import environment
from whisper.health import Health
from whisper.http.probes import application

pytestmark = pytest.mark.django_db(transaction=True)

BY_ADDRESS = {"HTTP_HOST": "10.244.1.17:8000", "REMOTE_ADDR": "10.244.0.1"}
PROBES = ["/health", "/health/", "/health/live", "/health/ready"]


@pytest.mark.parametrize("path", PROBES)
def test_a_probe_is_answered_whatever_host_it_names(client, path):
    assert client.get(path, **BY_ADDRESS).status_code in {200, 503}
    assert client.get("/privacy/", **BY_ADDRESS).status_code == 400


@pytest.mark.parametrize("path", PROBES)
def test_a_probe_is_not_sent_to_https(client, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path, **BY_ADDRESS).status_code in {200, 503}


async def test_the_event_loop_answers_a_probe_by_itself():
    answer = await AsyncClient().get("/health/live", headers={"host": "10.244.1.17"})
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_a_part_that_is_away_makes_nothing_unready(client, monkeypatch):
    async def away() -> Health:
        return Health(False, detail="away")

    monkeypatch.setitem(health._checks, "discord", away)
    assert client.get("/health").status_code == 503
    assert client.get("/health/ready").status_code == 200


def test_without_its_database_it_is_alive_but_not_ready(client, monkeypatch):
    async def away() -> Health:
        raise DatabaseAwayError("away")

    monkeypatch.setitem(health._checks, "database", away)
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200


@pytest.mark.parametrize("address", ["10.244.0.1", "::ffff:10.244.0.1"])
def test_a_scraper_on_a_network_that_may_reads_the_metrics(client, monkeypatch, address):
    scraper = BY_ADDRESS | {"REMOTE_ADDR": address}
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 403
    monkeypatch.setattr(environment, "metrics_networks", [ip_network("10.0.0.0/8")])
    answer = client.get("/metrics", **scraper)
    assert answer.status_code == 200
    assert 'whisper_health{part="database"} 1.0' in answer.content.decode()
    through_proxy = client.get("/metrics", **scraper, HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert through_proxy.status_code == 400


async def test_a_process_without_a_console_shows_nothing_else():
    asked = application()
    assert await _status(asked, "/health/live") == 200
    assert await _status(asked, "/admin/") == 404
    assert await _status(asked, "/") == 404


async def _status(asked, path: str) -> int:
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
    talk = ApplicationCommunicator(asked, scope)
    await talk.send_input({"type": "http.request", "body": b""})
    status: int = (await talk.receive_output())["status"]
    await talk.wait()
    return status


def test_the_command_prints_each_part(capsys):
    call_command("health")
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("database") and " ok " in line for line in lines)
    assert lines[-1] in {"ok", "degraded"}


def test_the_command_fails_with_a_part(monkeypatch, capsys):
    async def away() -> Health:
        return Health(False, detail="away")

    monkeypatch.setitem(health._checks, "discord", away)
    with pytest.raises(SystemExit) as ended:
        call_command("health")
    assert ended.value.code == 1
    assert capsys.readouterr().out.endswith("failing\n")


def test_the_command_asks_a_process_that_runs(live_server, capsys):
    call_command("health", live_server.url)
    assert "database" in capsys.readouterr().out


def test_the_command_says_if_it_may_not_see_the_parts(live_server, capsys, monkeypatch):
    monkeypatch.setattr(environment, "metrics_networks", [])
    call_command("health", live_server.url)
    assert "METRICS_NETWORKS" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("localhost:8000", "not an address"),
        ("http://127.0.0.1:9", "doesn't answer"),
    ],
)
def test_an_address_at_which_nothing_is_says_so(address, words):
    with pytest.raises(CommandError, match=words):
        call_command("health", address)


def test_what_is_not_whisper_is_not_believed(live_server):
    with pytest.raises(CommandError, match="not Whisper"):
        call_command("health", f"{live_server.url}/no/such/page/")
