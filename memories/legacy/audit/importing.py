"""Import the older bot's audit of what might be told where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError, OutputWrapper
from django.db import transaction

from memories.legacy.audit.actions import bring_decisions
from memories.models import Place, PlaceDecision
from profiles.legacy.json_file import load
from profiles.legacy.repair import RefusedError, clean, person_id_of, skipped
from profiles.legacy.times import to_utc
from whisper.imports.arguments import zone_of
from whisper.imports.importers import Importer
from whisper.imports.report import ImportReport

NAME = Path("privacy_data") / "context_boundary_audit.json"
STORE = "decisions"
PLACES = {
    "private_dm": Place.DIRECT,
    "dm": Place.DIRECT,
    "private_channel": Place.PRIVATE_CHANNEL,
    "public_channel": Place.PUBLIC_CHANNEL,
    "cross_server": Place.PUBLIC_CHANNEL,
}
ALLOWED = {"allow", "allowed", "granted", "true"}
REASON_LENGTH, LEVEL_LENGTH = 100, 16


def with_audit(part: Importer) -> Importer:
    """Return a part that also imports the audit if the imported folder holds it."""

    def run(out: OutputWrapper, options: dict[str, Any]) -> None:
        part.run(out, options)
        file = Path(options["path"]).expanduser() / NAME
        if file.is_file():
            report = take_in(file, zone_of(options), dry_run=options["dry_run"])
            for line in report.lines():
                out.write(line)

    return replace(part, run=run)


def take_in(path: Path, zone: ZoneInfo, *, dry_run: bool) -> ImportReport:
    """Bring the decisions of a file into the database; return what became of them.

    Args:
        zone: of times that carry none.

    Raises:
        CommandError: it can't be read.
    """
    rows = load(path)
    if not isinstance(rows, list):
        raise CommandError(f"{path} is not an audit: it doesn't contain a list.")
    report = ImportReport()
    by_person: dict[int, list[PlaceDecision]] = defaultdict(list)
    for row in rows:
        try:
            decision = _decision(row, zone)
        except RefusedError as error:
            report.count(STORE, "skipped")
            user_id = row.get("user_id") if isinstance(row, Mapping) else "?"
            report.note(skipped(STORE, str(user_id), str(error)))
        else:
            by_person[decision.person_id].append(decision)
    for person_id, decisions in by_person.items():
        _bring(person_id, decisions, report, dry_run=dry_run)
    return report


def _bring(
    person_id: int, decisions: list[PlaceDecision], report: ImportReport, *, dry_run: bool
) -> None:
    with transaction.atomic():
        brought, why = bring_decisions(person_id, decisions)
        transaction.set_rollback(dry_run)
    report.count(STORE, "imported", brought)
    report.count(STORE, "skipped" if why else "unchanged", len(decisions) - brought)
    if why:
        report.note(skipped(STORE, str(person_id), why))


def _decision(row: Any, zone: ZoneInfo) -> PlaceDecision:
    if not isinstance(row, Mapping):
        raise RefusedError("no object")
    decided_at, why = to_utc(row.get("request_timestamp"), zone)
    if decided_at is None:
        raise RefusedError(why or "it has no time")
    return PlaceDecision(
        person_id=person_id_of(row.get("user_id")),
        from_place=_place(row.get("source_context")),
        to_place=_place(row.get("target_context")),
        allowed=str(row.get("decision")).lower() in ALLOWED,
        reason=clean(str(row.get("reason") or ""))[:REASON_LENGTH],
        level=clean(str(row.get("privacy_level") or ""))[:LEVEL_LENGTH],
        decided_at=decided_at,
    )


def _place(value: Any) -> Place:
    name = value.get("context_type") if isinstance(value, Mapping) else value
    if (place := PLACES.get(str(name).lower())) is None:
        raise RefusedError("an unknown place")
    return place
