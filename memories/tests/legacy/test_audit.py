"""What the older bot decided about places comes along with a folder of profiles."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError

from memories.models import Place, PlaceDecision
from profiles.actions import decide_consent
from profiles.tests.legacy.older_bot import ANN, BEN, older_database, take

START = datetime(2025, 6, 1, 10, tzinfo=UTC)
ROW = {
    "user_id": str(ANN),
    "request_timestamp": "2025-06-01T10:00:00",
    "source_context": "private_dm",
    "target_context": "public_channel",
    "decision": "denied",
    "reason": "private to public",
    "privacy_level": "moderate",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    older_database(tmp_path / "user_profiles.db", users=[{}])
    (tmp_path / "privacy_data").mkdir()
    return tmp_path


def audit(folder, *rows: Any) -> None:
    file = folder / "privacy_data" / "context_boundary_audit.json"
    file.write_text(json.dumps([ROW | row if isinstance(row, dict) else row for row in rows]))


@pytest.mark.heavy
def test_a_decision_comes_along_once(folder):
    audit(folder, {}, {"decision": "allowed", "reason": "asked"})
    assert "decisions: 2 imported" in take(folder)
    assert "decisions: 2 unchanged" in take(folder)
    no, yes = PlaceDecision.objects.order_by("pk")
    assert (no.from_place, no.to_place, no.allowed) == (Place.DIRECT, Place.PUBLIC_CHANNEL, False)
    assert (no.person_id, no.decided_at, no.level) == (ANN, START, "moderate")
    assert (yes.allowed, yes.reason) == (True, "asked")


def test_a_dry_run_keeps_none(folder):
    take(folder)
    audit(folder, {})
    assert "decisions: 1 imported" in take(folder, "--dry-run")
    assert not PlaceDecision.objects.exists()


def test_broken_rows_do_not_stop_the_rest(folder):
    broken = [
        {"user_id": "Ann"},
        {"request_timestamp": None},
        {"request_timestamp": "soon"},
        {"source_context": "the moon"},
        3,
    ]
    audit(folder, *broken, {})
    assert "decisions: 1 imported, 5 skipped" in take(folder)


def test_of_people_who_are_unknown_or_said_no_none_is_kept(folder):
    decide_consent(ANN, granted=False, source="test")
    audit(folder, {}, {"user_id": str(BEN)})
    assert "decisions: 2 skipped" in take(folder)
    assert not PlaceDecision.objects.exists()


@pytest.mark.heavy
def test_of_each_person_the_newest_thousand_are_kept(folder):
    times = [START + timedelta(minutes=minute) for minute in range(1100)]
    audit(folder, *({"request_timestamp": time.isoformat()} for time in times))
    take(folder)
    kept = PlaceDecision.objects.order_by("decided_at").values_list("decided_at", flat=True)
    assert (len(kept), kept[0]) == (1000, times[100])


def test_a_file_that_is_no_audit_is_said(folder):
    (folder / "privacy_data" / "context_boundary_audit.json").write_text("{}")
    with pytest.raises(CommandError, match="is not an audit"):
        take(folder)
