"""Read LoCoMo: long conversations of two people, and questions with the turns that answer them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from memories.actions import MemoryDraft
from memories.evaluation.measure import Case, Person
from memories.models import Memory, Place

CATEGORIES = {
    1: "1 multi-hop",
    2: "2 temporal",
    3: "3 open-domain",
    4: "4 single-hop",
    5: "5 adversarial",
}
# A session has one time for all its turns; people take about this long for one.
TURN = timedelta(minutes=1)

_TURN_ID = re.compile(r"D:?(\d+):(\d+)")


def read_locomo(path: Path) -> list[Person]:
    """Return each conversation as one person's memories, one per turn, with its questions.

    Raises:
        OSError, ValueError, KeyError, TypeError: the file can't be read or has another form.
    """
    samples = json.loads(path.read_text("utf-8"))
    return [_person(number, sample) for number, sample in enumerate(samples, 1)]


def together(people: Sequence[Person]) -> Person:
    """Return all conversations as the memories of the first person, each in its own channel.

    A question asks for turns of its own conversation.
    """
    first = people[0].person_id
    drafts = [
        replace(draft, person_id=first, origin=_among(person, draft.origin))
        for person in people
        for draft in person.drafts
    ]
    cases = [
        replace(case, wanted=frozenset(_among(person, origin) for origin in case.wanted))
        for person in people
        for case in person.cases
    ]
    return Person(first, drafts, cases)


def _among(person: Person, origin: str) -> str:
    return f"{person.person_id}:{origin}"


def _person(number: int, sample: dict[str, Any]) -> Person:
    drafts = _drafts(number, sample["conversation"])
    known = {draft.origin for draft in drafts}
    cases = [
        Case(asked["question"], CATEGORIES[asked["category"]], wanted)
        for asked in sample["qa"]
        if (wanted := frozenset(_turn_ids(asked["evidence"]) & known))
    ]
    return Person(number, drafts, cases)


def _drafts(person_id: int, conversation: dict[str, Any]) -> list[MemoryDraft]:
    drafts = []
    sessions = (re.fullmatch(r"session_(\d+)", key) for key in conversation)
    for session in sorted(int(found[1]) for found in sessions if found):
        began = _time(conversation[f"session_{session}_date_time"])
        before = ""
        for position, turn in enumerate(conversation[f"session_{session}"]):
            text = _text(turn)
            drafts.append(
                MemoryDraft(
                    person_id=person_id,
                    kind=Memory.Kind.CONVERSATION,
                    text=text,
                    context=before,
                    speaker=turn["speaker"],
                    place=Place.DIRECT,
                    channel_id=person_id,
                    said_at=began + position * TURN,
                    origin=next(iter(_turn_ids([turn["dia_id"]]))),
                )
            )
            before = text
    return drafts


def _text(turn: dict[str, Any]) -> str:
    caption = turn.get("blip_caption")
    return f"{turn['text']} [shares a picture: {caption}]" if caption else str(turn["text"])


def _turn_ids(written: Sequence[str]) -> set[str]:
    """Return the turns that are meant: one string may name several, some with odd signs."""
    return {
        f"D{int(session)}:{int(turn)}"
        for text in written
        for session, turn in _TURN_ID.findall(text)
    }


def _time(written: str) -> datetime:
    return datetime.strptime(written, "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
