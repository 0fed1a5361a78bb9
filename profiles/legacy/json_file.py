"""Read user_profiles.json, an older form of the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from profiles.legacy.records import RawProfile

STORE = "user_profiles.json"


def load(path: Path) -> Any:
    """Return what a JSON file holds.

    Raises:
        CommandError: it can't be read or isn't JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{path} is not valid JSON, or it is truncated: {error}") from error


def load_people(path: Path) -> dict[str, Any]:
    """Return the people of a user_profiles.json by id.

    Raises:
        CommandError: it can't be read, isn't JSON, or has another form.
    """
    people = load(path)
    if not isinstance(people, dict):
        raise CommandError(
            f"{path} is not a user_profiles.json: it doesn't contain an object of people by id."
        )
    return people


def read(people: dict[str, Any]) -> Iterator[RawProfile]:
    """Yield each person with their moods, in the order of their ids."""
    for user_id in sorted(people):
        fields = people[user_id]
        if not isinstance(fields, dict):
            yield RawProfile(STORE, user_id, {}, [], broken="no object")
            continue
        yield RawProfile(STORE, user_id, fields, fields.get("emotion_history"))
