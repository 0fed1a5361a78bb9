"""Take back what a run of an import brought to profiles.

What a run changed is noted in the profile itself, under `preferences["older_bot"]["runs"]`: so it
is exported and erased with the person, and a no drops it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from profiles.forgetting import TAKEN, without_forgotten
from profiles.legacy.records import MODEL
from profiles.models import EmotionRecord, Profile, RelationshipChange
from whisper.models import ImportRun

RUNS = "runs"
RULE = "import"
LEVEL = "relationship_level"
# What identifies the row, and what holds the note itself.
LEFT_OUT = {"id", "person_id", "created_at", "preferences"}
PEOPLE = 500

Values = Mapping[str, Any]


def values_of(profile: Profile) -> dict[str, Any]:
    """Return the values of all columns of a profile."""
    names = (field.attname for field in Profile._meta.concrete_fields)
    return {name: getattr(profile, name) for name in names}


def newest_mood() -> int:
    """Return the key of the newest mood in the database."""
    return EmotionRecord.objects.aggregate(newest=Max("pk"))["newest"] or 0


def note_run(profile: Profile, run: int, before: Values, *, is_new: bool, mood: int) -> None:
    """Note in a profile, which is not saved, what a run changes of it.

    A run that comes to the same person again, as after it was stopped, keeps its first note.

    Args:
        before: the values that the profile had, of a new one those of an empty one.
        mood: key of the newest mood before the run's.
    """
    now = values_of(profile)
    changed = [
        name for name in now if name not in LEFT_OUT and (is_new or now[name] != before[name])
    ]
    older = before["preferences"]
    note = {
        "new": is_new,
        "fields": {name: [_plain(before[name]), _digest(now[name])] for name in changed},
        "moods_after": mood,
        "wishes": [name for name in profile.preferences if name not in {*older, TAKEN}],
        "older": {name: one for name, one in older.get(TAKEN, {}).items() if name != RUNS},
    }
    brought = profile.preferences.get(TAKEN, {})
    runs = {str(run): note} | brought.get(RUNS, {})
    profile.preferences = {**profile.preferences, TAKEN: {**brought, RUNS: runs}}


def take_back(run: ImportRun) -> tuple[dict[str, int], list[int]]:
    """Remove what a run brought to profiles; return how many of each, and whose profiles went.

    A profile that the run made is removed unless used since. Of others, each value that is still as
    the run left it becomes what it was before. The moods that the run brought go in any case.
    """
    counts = {"profiles": 0, "changed profiles": 0, "moods": 0}
    gone: list[int] = []
    rows = Profile.objects.filter(**{f"preferences__{TAKEN}__{RUNS}__has_key": str(run.pk)})
    with transaction.atomic():
        while batch := list(rows.select_for_update().order_by("pk")[:PEOPLE]):
            for profile in batch:
                note = profile.preferences[TAKEN][RUNS][str(run.pk)]
                counts["moods"] += _remove_moods(profile, note)
                if note["new"] and _is_unused(profile, note):
                    gone.append(profile.person_id)
                    profile.delete()
                    counts["profiles"] += 1
                else:
                    _restore(profile, note, str(run.pk))
                    counts["changed profiles"] += 1
    return counts, gone


def _remove_moods(profile: Profile, note: Values) -> int:
    moods = profile.emotion_records.filter(model=MODEL, source_message_id=None)
    # Those of later runs too: they are what the older bot had added since.
    return moods.filter(pk__gt=note["moods_after"]).delete()[0]


def _is_unused(profile: Profile, note: Values) -> bool:
    same = all(_is_as_left(profile, name, note) for name in note["fields"])
    changes = profile.relationship_changes.exclude(rule=RULE)
    return same and not profile.emotion_records.exists() and not changes.exists()


def _is_as_left(profile: Profile, name: str, note: Values) -> bool:
    left: str = note["fields"][name][1]
    return _digest(getattr(profile, name)) == left


def _restore(profile: Profile, note: Values, run: str) -> None:
    names = [name for name in note["fields"] if _is_as_left(profile, name, note)]
    if LEVEL in names and profile.relationship_level != note["fields"][LEVEL][0]:
        brought = profile.relationship_changes.filter(rule=RULE).order_by("-pk")[:1]
        RelationshipChange.objects.filter(
            pk__in=list(brought.values_list("pk", flat=True))
        ).delete()
    fields = {field.attname: field for field in Profile._meta.concrete_fields}
    for name in names:
        setattr(profile, name, fields[name].to_python(note["fields"][name][0]))
    runs = {key: one for key, one in profile.preferences[TAKEN][RUNS].items() if key != run}
    older = note["older"] | ({RUNS: runs} if runs else {})
    if "taken" in older:
        older["taken"] = without_forgotten(profile.preferences, older["taken"])
    kept = {
        name: value
        for name, value in profile.preferences.items()
        if name not in {TAKEN, *note["wishes"]}
    }
    profile.preferences = kept | ({TAKEN: older} if older else {})
    profile.save(update_fields=[*names, "preferences"])


def _plain(value: object) -> Any:
    """Return a value as JSON keeps it."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _digest(value: object) -> str:
    text = json.dumps(_plain(value), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
