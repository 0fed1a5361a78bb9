"""Read implicit recall: what is said today, and what said long ago should come to mind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from memories.actions import MemoryDraft
from memories.evaluation.measure import Case, Person
from memories.models import Memory, Place

PERSON = 1


def read_implicit(path: Path, among: Sequence[Person] = ()) -> list[Person]:
    """Return all texts as the memories of one person, with the statements as queries.

    Args:
        among: people whose memories are hers as well, to hide the texts among them.

    Raises:
        OSError, ValueError, KeyError, TypeError: the file can't be read or has another form.
    """
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    now = timezone.now()
    drafts = [draft for at, line in enumerate(lines) for draft in _drafts(line, at, now)]
    others = [
        _moved(draft, f"{number}:{draft.origin}")
        for number, person in enumerate(among)
        for draft in person.drafts
    ]
    cases = [Case(line["trigger"], line["relation"], frozenset({line["id"]})) for line in lines]
    return [Person(PERSON, [*drafts, *others], cases)]


def _drafts(line: dict[str, Any], at: int, now: datetime) -> list[MemoryDraft]:
    """Return the cue, and the distractors some days after it.

    Each at a different hour: nothing was said near anything else.
    """
    said = now - timedelta(days=line["cue"]["days_ago"], hours=7 * at % 24)
    texts = [line["cue"]["text"], *line["distractors"]]
    return [
        MemoryDraft(
            person_id=PERSON,
            kind=Memory.Kind.CONVERSATION,
            text=text,
            place=Place.DIRECT,
            channel_id=PERSON,
            said_at=said + timedelta(days=2 * number, hours=5 * number),
            origin=line["id"] if number == 0 else f"{line['id']}:{number}",
        )
        for number, text in enumerate(texts)
    ]


def _moved(draft: MemoryDraft, origin: str) -> MemoryDraft:
    return replace(draft, person_id=PERSON, origin=origin)
