"""Tests of what is shipped for Prometheus and Grafana: each metric that it names exists."""

from __future__ import annotations

import importlib
import json
import logging
import os
import pkgutil
import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml
from django.conf import settings
from prometheus_client import REGISTRY

import botrunner
import memories
import profiles
import whisper
from whisper.tests.moving import moving

FOLDER = settings.BASE_DIR / "monitoring"
# Prometheus's own of each target, and those of the process, which it has on Linux alone.
OF_OTHERS = {"up", "process_resident_memory_bytes"}
# Known only while there is a pool.
OF_POSTGRESQL = {"whisper_database_pool"}
# Says which version runs.
FIXED = {"whisper_build_info"}
# Of the samples of a metric, by its type.
ENDINGS = {"info": ["_info"], "counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}
NAME = re.compile(r"\b(?:whisper_[a-z_]+|process_[a-z_]+|up)\b")
MOVING = re.compile(r"\bmoving(?:_at)?\(([^)]*)\)")


@pytest.fixture(scope="module")
def samples() -> set[str]:
    """Return the names of all samples that any process of Whisper can show."""
    for app in (whisper, profiles, memories, botrunner):
        for module in pkgutil.walk_packages(app.__path__, f"{app.__name__}."):
            if module.name.endswith(
                (
                    *("metrics", "health", "engine", "spool", "queue", "turns", "event_loop"),
                    *("connection", "recalling", "heartbeats", "periodic", "circuit_breaker"),
                )
            ):
                importlib.import_module(module.name)
    names = set(OF_OTHERS | OF_POSTGRESQL)
    for collector in list(REGISTRY._collector_to_names):
        for metric in collector.describe() if hasattr(collector, "describe") else ():
            names |= {metric.name + ending for ending in ENDINGS.get(metric.type, [""])}
    return names


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    board = json.loads((FOLDER / "grafana" / "dashboards" / "whisper.json").read_text())
    found: list[dict[str, Any]] = board["panels"]
    return found


def expressions() -> list[str]:
    targets = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [*targets, *(rule["expr"] for rule in alerts())]


def named_in(expression: str) -> set[str]:
    """Return the metrics that an expression names."""
    return set(NAME.findall(re.sub(r"\bby \([^)]*\)", "", expression)))


def documented() -> set[str]:
    """Return the metrics that the page on monitoring names."""
    page = (settings.BASE_DIR / "docs" / "monitoring.md").read_text()
    return set(re.findall(r"`(whisper_[a-z_]+)", page))


def without_ending(sample: str) -> str:
    """Return the name of a histogram by that of one of its samples."""
    return re.sub("_(bucket|sum|count)$", "", sample)


@pytest.mark.parametrize("expression", expressions())
def test_each_metric_that_is_watched_exists(expression, samples):
    named = named_in(expression)
    assert named
    assert named - samples == set()


def test_each_metric_that_is_watched_or_documented_is_moved_by_a_test():
    watched = {name for expression in expressions() for name in named_in(expression)}
    moved = {
        name
        for app in ("whisper", "profiles", "memories", "botrunner")
        for path in (settings.BASE_DIR / app).rglob("tests/**/test_*.py")
        for call in MOVING.findall(path.read_text())
        for name in NAME.findall(call)
    }
    assert watched - OF_OTHERS - FIXED - moved == set()
    assert documented() - FIXED - {without_ending(name) for name in moved} - moved == set()


def test_each_alert_says_what_is_the_matter_and_is_documented():
    page = (settings.BASE_DIR / "docs" / "monitoring.md").read_text()
    for rule in alerts():
        assert rule["annotations"]["summary"].endswith((".", "?"))
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert f"`{rule['alert']}`" in page


def test_each_metric_that_is_documented_exists(samples):
    assert documented()
    assert documented() - samples - {without_ending(name) for name in samples} == set()


def promtool(*arguments: str) -> None:
    """Run Prometheus's tool in the folder of the rules; without it skip the test, or fail in CI."""
    if shutil.which("promtool") is None:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("promtool is missing, and REQUIRE_SERVICES=1 asks for it")
        pytest.skip("promtool is not at hand (apt-get install prometheus)")
    ran = subprocess.run(
        ["promtool", *arguments], cwd=FOLDER, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_prometheus_accepts_the_rules():
    promtool("check", "rules", "alerts.yml")


def test_alerts_fire_when_they_should_and_at_no_other_time():
    promtool("test", "rules", "alerts.test.yml")


def test_no_two_panels_share_a_place():
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels()]
    assert len(set(places)) == len(places)


def test_an_error_in_the_log_is_counted_by_its_app():
    def counted() -> float:
        return REGISTRY.get_sample_value("whisper_logged_errors_total", {"app": "botrunner"}) or 0

    before = counted()
    with moving("whisper_logged_errors_total"):
        logging.getLogger("botrunner.tests").error("something failed")
    logging.getLogger("botrunner.tests").warning("something is odd")
    assert counted() == before + 1
