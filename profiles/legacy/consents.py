"""What people told the older bot about being remembered, and how far it may travel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from profiles.legacy.records import OldConsent
from profiles.legacy.repair import RefusedError, person_id_of, skipped
from profiles.legacy.times import to_utc
from profiles.models import Consent
from profiles.privacy import LEVELS, Way, Ways, rules_of
from whisper.imports.report import ImportReport, Note

STORE = "privacy"
STATUS = {
    "not_asked": Consent.Status.ASKED,
    "granted": Consent.Status.GRANTED,
    "denied": Consent.Status.DENIED,
    "expired": Consent.Status.EXPIRED,
}
# What each of the older bot's switches opens here. From a private channel to a public one leads no
# separate way; what is told in private takes the same step.
FLAGS = {
    "allow_server_to_dm": Way.SERVER_TO_DIRECT,
    "allow_cross_server": Way.ACROSS_SERVERS,
    "allow_dm_to_server": Way.DIRECT_TO_PRIVATE,
}
RULES = {
    "server_to_dm": Way.SERVER_TO_DIRECT,
    "cross_server": Way.ACROSS_SERVERS,
    "dm_to_private_channel": Way.DIRECT_TO_PRIVATE,
    "dm_to_public_channel": Way.DIRECT_TO_PUBLIC,
}


def read(people: Mapping[str, Any], report: ImportReport, zone: ZoneInfo) -> Iterator[OldConsent]:
    """Yield what each person said; what is not understood closes a way and is noted.

    Args:
        people: the older file, by id.
        zone: of times that carry none.
    """
    for user_id, row in people.items():
        try:
            yield _consent(user_id, row, report, zone)
        except RefusedError as error:
            report.count(STORE, "skipped")
            report.note(skipped(STORE, user_id, str(error)))


def _consent(user_id: str, row: Any, report: ImportReport, zone: ZoneInfo) -> OldConsent:
    person_id = person_id_of(user_id)
    if not isinstance(row, Mapping):
        raise RefusedError("no object")
    word = str(row.get("consent_status")).lower()
    if word not in STATUS:
        why = "consent_status is unknown, read as not asked"
        report.note(Note(STORE, user_id, "repaired", why, word))
    decided_at, why = to_utc(row.get("consent_timestamp"), zone)
    if why:
        report.note(Note(STORE, user_id, "repaired", f"consent_timestamp is {why}"))
    level, ways = _level(user_id, row, report)
    return OldConsent(
        person_id=person_id,
        status=STATUS.get(word, Consent.Status.ASKED),
        decided_at=decided_at,
        level=level,
        rules=rules_of(ways) if level == Consent.Level.CUSTOM else {},
    )


def _level(
    user_id: str, row: Mapping[str, Any], report: ImportReport
) -> tuple[Consent.Level, Ways]:
    """Return the level that allows exactly what was allowed, custom if no other does."""
    word = str(row.get("privacy_level")).lower()
    if word not in Consent.Level.values:
        why = "privacy_level is unknown, read as strict"
        report.note(Note(STORE, user_id, "repaired", why, word))
        word = Consent.Level.STRICT
    ways = _ways(user_id, word, row, report)
    for level, opened in LEVELS.items():
        if ways == opened:
            return Consent.Level(level), ways
    return Consent.Level.CUSTOM, ways


def _ways(user_id: str, word: str, row: Mapping[str, Any], report: ImportReport) -> Ways:
    if word != Consent.Level.CUSTOM and not row.keys() & FLAGS.keys():
        return LEVELS[word]
    opened = {way: row.get(flag) is True for flag, way in FLAGS.items()}
    rules = row.get("custom_rules")
    if word == Consent.Level.CUSTOM and isinstance(rules, Mapping):
        for name, value in rules.items():
            if name in RULES:
                opened[RULES[name]] = value is True
            else:
                why = "an unknown rule, left closed"
                report.note(Note(STORE, user_id, "repaired", why, str(name)))
    return frozenset(way for way, is_open in opened.items() if is_open)
