"""Import the older bot's profiles in batches, each in one transaction with its checkpoint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction

from profiles.legacy import actions, consents
from profiles.legacy.database import STORE as DATABASE
from profiles.legacy.records import OldProfile, RawProfile
from profiles.legacy.repair import MOODS, RefusedError, Repair, skipped
from profiles.legacy.sources import Source
from whisper.imports.runs import Running
from whisper.progress import Advance

TWICE = "another row belongs to the same person"


@dataclass(frozen=True, slots=True)
class Options:
    """How to import.

    Args:
        zone: of times that carry none.
        batch_size: people a transaction.
        consent_given: whether the operator says that people agreed.
        dry_run: whether every transaction is rolled back.
    """

    zone: ZoneInfo
    batch_size: int
    consent_given: bool
    dry_run: bool


def take_in(source: Source, run: Running, options: Options, advance: Advance) -> None:
    """Import everyone in a source; the run's report says what became of them."""
    with transaction.atomic():
        told = list(consents.read(source.privacy, run.report, options.zone))
        kept = actions.bring_consents(told)
        run.report.count(consents.STORE, "imported", kept)
        run.report.count(consents.STORE, "unchanged", len(told) - kept)
        transaction.set_rollback(options.dry_run)
    people = _after(source, run)
    seen: set[int] = set()
    while batch := list(islice(people, options.batch_size)):
        profiles = [old for raw in batch if (old := _repaired(raw, run, options, seen))]
        with transaction.atomic():
            _bring(profiles, run, options)
            run.keep({"store": batch[-1].store, "key": str(batch[-1].key)})
            transaction.set_rollback(options.dry_run)
        advance(len(batch))
    for user_id, moods in source.orphans:
        run.report.count(MOODS, "skipped", moods)
        run.report.note(skipped(MOODS, user_id, "moods of a missing person"))


def _after(source: Source, run: Running) -> Iterator[RawProfile]:
    """Yield the people behind the checkpoint, with what only the older file knows of them."""
    store, key = run.checkpoint.get("store"), run.checkpoint.get("key", "")
    for raw in source.people:
        if store is not None:
            done = (raw.store == store and str(raw.key) <= key) or (
                raw.store == DATABASE and store != DATABASE
            )
            if done:
                continue
        older = source.preferences.get(raw.key) if isinstance(raw.key, str) else None
        if raw.store == DATABASE and isinstance(older, dict):
            kept = {name: older.get(name) for name in ("personal_info", "preferences")}
            raw = replace(raw, fields={**raw.fields, **kept})
        yield raw


def _repaired(raw: RawProfile, run: Running, options: Options, seen: set[int]) -> OldProfile | None:
    """Return a person as they can be taken; else note why they can't."""
    try:
        if raw.broken:
            raise RefusedError(raw.broken)
        profile = Repair(raw, run.report, options.zone).profile()
        if profile.person_id in seen:
            raise RefusedError(TWICE)
    except RefusedError as error:
        moods = len(raw.moods) if isinstance(raw.moods, list) else 0
        _skip(run, raw.store, str(raw.key), str(error), moods)
        return None
    seen.add(profile.person_id)
    return profile


def _skip(run: Running, store: str, key: str, why: str, moods: int) -> None:
    run.report.count(store, "skipped")
    run.report.count(MOODS, "skipped", moods)
    run.report.note(skipped(store, key, why))


def _bring(profiles: Sequence[OldProfile], run: Running, options: Options) -> None:
    """Import a batch; if the database refuses it, one by one, so that only bad rows fail."""
    try:
        with transaction.atomic():
            became, moods = actions.bring_profiles(
                profiles,
                consent_given=options.consent_given,
                run=run.row.pk if run.row else None,
            )
    except (DatabaseError, ValueError) as error:
        if len(profiles) > 1:
            for profile in profiles:
                _bring([profile], run, options)
            return
        why = f"the database rejected it ({type(error).__name__})"
        became, moods = {profiles[0].person_id: why}, 0
    taken = 0
    for profile in profiles:
        match became[profile.person_id]:
            case "imported" | "unchanged" as outcome:
                run.report.count(profile.store, outcome)
                taken += len(profile.moods)
            case why:
                _skip(run, profile.store, str(profile.person_id), why, len(profile.moods))
    run.report.count(MOODS, "imported", moods)
    run.report.count(MOODS, "unchanged", taken - moods)
