"""Tests of the deployment in containers, as far as they can be made without an engine."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import ssl
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from whisper.environment import variable_names

ROOT = Path(settings.BASE_DIR)
# Services that start and end.
ONCE = {"secrets", "migrate", "index-key"}
OURS = {"whisper", "worker", *ONCE}
# What a health check may run: programs that the image's own documentation or recipe has. Those of
# Prometheus' images come from BusyBox, and so does the wget of Grafana's and Redis's Alpine.
COMMANDS = {
    "whisper": {"/venv/bin/python"},
    "postgres": {"pg_isready", "psql"},
    "redis": {"redis-cli"},
    "elasticsearch": {"cd", "curl", "cat"},
    "prom/prometheus": {"wget", "promtool"},
    "prom/alertmanager": {"wget", "amtool"},
    "grafana/grafana": {"wget", "curl"},
}
SCHEMA = "builtin_schemas/vendor/compose-spec.json"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yml").read_text())
    return found


@pytest.fixture(scope="module")
def specification() -> Any:
    # It takes seconds to import, in each process that collects tests.
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    schema = json.loads((files("check_jsonschema") / SCHEMA).read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.heavy
def test_it_is_what_the_compose_specification_allows(compose, specification):
    assert [fault.message for fault in specification.iter_errors(compose)] == []
    for name, service in compose["services"].items():
        assert {"image", "build"} & set(service), name


@pytest.mark.heavy
@pytest.mark.parametrize(
    "wrong",
    [{"restart": True}, {"healthcheck": {"interval": 5}}, {"healthchek": {}}, {"cap_drop": "ALL"}],
)
def test_the_specification_finds_what_no_engine_would_start(compose, specification, wrong):
    broken = compose | {"services": {"whisper": compose["services"]["whisper"] | wrong}}
    assert list(specification.iter_errors(broken))


def test_without_a_profile_one_container_runs(compose):
    assert [name for name, one in compose["services"].items() if "profiles" not in one] == [
        "whisper"
    ]
    assert {
        profile for one in compose["services"].values() for profile in one.get("profiles", [])
    } == {
        "full",
        "monitoring",
    }


def test_what_a_service_waits_for_is_there_and_can_be_left_out_where_a_profile_has_it(compose):
    services = compose["services"]
    for service in services.values():
        for name, how in service.get("depends_on", {}).items():
            same = services[name].get("profiles") == service.get("profiles")
            assert same or how["required"] is False
            done = how["condition"] == "service_completed_successfully"
            assert done is (name in ONCE)
            assert done or "healthcheck" in services[name]


def test_volumes_are_those_that_are_defined_and_files_are_there(compose):
    mounted = [
        volume.partition(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
    ]
    assert {one for one in mounted if not one.startswith("./")} == set(compose["volumes"])
    assert [one for one in mounted if one.startswith("./") and not (ROOT / one).exists()] == []


def test_each_variable_of_ours_is_known(compose):
    known = {*variable_names(), "WHISPER_ENV_FILE"}
    for name in OURS:
        assert set(compose["services"][name].get("environment", {})) <= known


def test_what_keeps_running_is_checked_limited_and_started_again(compose):
    for name, service in compose["services"].items():
        if name not in ONCE:
            assert "healthcheck" in service, name
            assert service["restart"] == "unless-stopped", name
            assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}, name


def programs(test: list[str]) -> set[str]:
    """Return the programs that a health check runs."""
    kind, *arguments = test
    if kind == "CMD":
        return {arguments[0]}
    assert kind == "CMD-SHELL"
    (line,) = arguments
    parts = re.split(r"&&|\|\||;|\||\$\$\(", line)
    return {part.split()[0].rstrip(")") for part in parts}


def test_each_health_check_runs_what_its_image_has(compose):
    for name, service in compose["services"].items():
        if name not in ONCE:
            image = service["image"].partition("@")[0].rpartition(":")[0]
            asked = programs(service["healthcheck"]["test"])
            assert asked <= COMMANDS[image], name


@pytest.mark.parametrize(
    ("test", "found"),
    [
        (["CMD", "curl", "-f", "wget"], {"curl"}),
        (["CMD-SHELL", "cd x && nc -z a 1 || echo $$(hostname)"], {"cd", "nc", "echo", "hostname"}),
    ],
)
def test_programs_of_a_health_check_are_found(test, found):
    assert programs(test) == found


def test_ours_run_without_rights_on_a_root_that_is_read_only(compose):
    for name in OURS - {"secrets"}:
        service = compose["services"][name]
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
    lines = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER whisper$", lines, re.MULTILINE)


def test_others_run_without_rights_and_on_a_root_that_is_read_only_where_they_can(compose):
    writable = set()
    for name in set(compose["services"]) - OURS:
        service = compose["services"][name]
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        if not service.get("read_only"):
            writable.add(name)
    assert writable == {"elasticsearch"}
    # These start as root unless they are told not to; the passwords are for that account alone.
    assert compose["services"]["postgres"]["user"] == "postgres"
    assert compose["services"]["redis"]["user"] == "redis"


def test_only_this_machine_reaches_what_is_published_and_no_store_is(compose):
    published = {name: one["ports"] for name, one in compose["services"].items() if "ports" in one}
    assert set(published) == {"whisper", "grafana"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_the_redis_of_compose_writes_nothing_to_a_disk(compose):
    redis = compose["services"]["redis"]
    assert "volumes" not in redis
    options = dict(zip(redis["command"][1::2], redis["command"][2::2], strict=True))
    assert (options["--appendonly"], options["--save"]) == ("no", "")


def write_secrets(folder):
    subprocess.run([sys.executable, ROOT / "bin" / "store-secrets", folder], check=True)


def given(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def test_the_settings_for_the_stores_are_known_and_each_file_is_for_its_owner_alone(tmp_path):
    write_secrets(tmp_path)
    stores = given(tmp_path / "whisper" / "stores.env")
    superuser = given(tmp_path / "whisper" / "index-key.env")
    known = {*variable_names(), *(f"{name}_FILE" for name in variable_names())}
    assert (stores.keys() | superuser.keys()) <= known
    password = (tmp_path / "postgres" / "password").read_text()
    assert f":{password}@postgres:" in stores["DATABASE_URL"]
    elastic = (tmp_path / "elasticsearch" / "password").read_text()
    assert superuser["ELASTICSEARCH_PASSWORD"] == elastic
    assert elastic not in (tmp_path / "whisper" / "stores.env").read_text()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o400}
    assert {file.parent.stat().st_mode & 0o777 for file in files} == {0o700}


def test_each_store_is_used(compose, tmp_path):
    write_secrets(tmp_path)
    stores = given(tmp_path / "whisper" / "stores.env")
    assert stores["MEMORY_INDEX"] == "elasticsearch"
    for store in ("postgres", "redis", "elasticsearch"):
        assert compose["services"][store]["profiles"] == ["full"]
        assert [
            name for name, value in stores.items() if f"/{store}:" in f"{value}".replace("@", "/")
        ]


def test_files_that_are_named_in_settings_are_made(compose, tmp_path):
    write_secrets(tmp_path)
    made = {f"/secrets/{file.name}" for file in (tmp_path / "whisper").iterdir()}
    made.add(compose["services"]["index-key"]["entrypoint"][-1])
    for file in ("stores.env", "index-key.env"):
        named = given(tmp_path / "whisper" / file)
        assert {value for value in named.values() if value.startswith("/secrets/")} <= made


def test_the_certificate_of_elasticsearch_is_trusted_by_its_authority_alone(tmp_path):
    write_secrets(tmp_path)
    store = tmp_path / "elasticsearch"
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(store / "http.crt", store / "http.key")
    assert handshake(server, tmp_path / "whisper" / "elasticsearch.crt", "elasticsearch")
    assert not handshake(server, tmp_path / "whisper" / "elasticsearch.crt", "another")
    write_secrets(tmp_path / "other")
    assert not handshake(server, tmp_path / "other" / "whisper" / "elasticsearch.crt", "localhost")


def handshake(server: ssl.SSLContext, authority: Path, name: str) -> bool:
    """Return whether a client that trusts an authority gets through to a server."""
    client = ssl.create_default_context(cafile=str(authority))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    try:
        for end in ends * 3:
            with contextlib.suppress(ssl.SSLWantReadError):
                end.do_handshake()
    except ssl.SSLCertVerificationError:
        return False
    return ends[0].cipher() is not None


def test_at_the_next_start_the_passwords_are_the_same(tmp_path):
    write_secrets(tmp_path)
    first = (tmp_path / "whisper" / "stores.env").read_text()
    write_secrets(tmp_path)
    assert (tmp_path / "whisper" / "stores.env").read_text() == first


def container(tmp_path, script: str) -> subprocess.Popen[str]:
    """Run what a container runs, with a script in place of Python."""
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    return subprocess.Popen(
        [ROOT / "bin" / "container", "runbot", "--web", "8000"],
        env={**os.environ, "VENV": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_container_prepares_before_it_runs(tmp_path):
    running = container(tmp_path, 'echo "$@"')
    assert running.communicate()[0].splitlines() == [
        "manage.py prepare",
        "manage.py runbot --web 8000",
    ]
    assert running.returncode == 0


def test_a_container_that_can_not_be_prepared_does_not_run(tmp_path):
    running = container(tmp_path, 'echo "$@"; exit 3')
    assert running.communicate()[0].splitlines() == ["manage.py prepare"]
    assert running.returncode == 3


def test_a_container_ends_at_once_that_is_stopped_while_it_is_prepared(tmp_path):
    with container(tmp_path, "echo started; exec sleep 600") as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "started\n"
        running.send_signal(signal.SIGTERM)
        assert running.wait() == 143
