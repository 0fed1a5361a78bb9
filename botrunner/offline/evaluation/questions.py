"""Tell the assistant things, let days pass, ask it about them, and count the right answers."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from asgiref.sync import async_to_sync

from botrunner.offline.evaluation.playing import answered, settle, tell
from memories.evaluation.database import temporary_database

TOLD_AT = datetime(2026, 3, 2, 18, 0, tzinfo=ZoneInfo("UTC"))
DAYS_PASS = timedelta(days=3)
BETWEEN = timedelta(minutes=1)
FIRST_PERSON = 1
_DENIES = re.compile(
    r"\b(?:can't find|find nothing|can't tell|not sure (?:what|whom))\b"
    r"|\b(?:have not|haven't|never|not yet) told me\b|\bdon't think you(?:'ve| have) told\b"
    r"|\bdon't (?:know|remember|have)\b|\bdo not know\b|\bknow of no\b|\bknow nothing\b"
    r"|\bonly know what\b|\bcan't answer\b|\bnothing (?:comes to mind|that i still have|yet)\b"
    r"|\bbeyond me\b|\bno moods\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What one person tells, and when."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """A question on what was told.

    Args:
        text: as it is asked.
        answers: what a right reply contains: one of these.
    """

    text: str
    answers: Sequence[str]

    def is_answered_by(self, reply: str) -> bool:
        """Return whether a reply contains an answer, whatever its case and accents."""
        said = folded(reply)
        return any(folded(answer) in said for answer in self.answers)


@dataclass(frozen=True, slots=True)
class Interview:
    """What one person tells, and what they ask some days later.

    Args:
        asked_at: the time of the questions.
    """

    told: Sequence[Told]
    questions: Sequence[Question]
    asked_at: datetime

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Interview:
        """Return the interview in an object of a set.

        Raises:
            KeyError, TypeError, ValueError: it has another form.
        """
        told = [_told(one, number) for number, one in enumerate(row["told"])]
        questions = [Question(str(one["question"]), _answers(one)) for one in row["questions"]]
        last = max((one.at for one in told), default=TOLD_AT)
        asked_at = row.get("asked_at")
        return cls(told, questions, _time(asked_at) if asked_at else last + DAYS_PASS)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with the reply to it."""

    question: Question
    reply: str

    @property
    def is_right(self) -> bool:
        return self.question.is_answered_by(self.reply)

    @property
    def is_denied(self) -> bool:
        """Return whether the reply says that it isn't known."""
        return not self.is_right and bool(_DENIES.search(self.reply.replace("’", "'")))


def read_interviews(path: Path) -> list[Interview]:
    """Return the interviews in a file: one JSON object, an array of them, or one per line.

    Raises:
        OSError, KeyError, TypeError, ValueError: it can't be read or has another form.
    """
    text = path.read_text("utf-8")
    try:
        rows = json.loads(text)
    except ValueError:
        rows = [json.loads(line) for line in text.split("\n") if line.strip()]
    return [Interview.of(row) for row in (rows if isinstance(rows, list) else [rows])]


def ask_all(
    interviews: Sequence[Interview], progress: Callable[[str], None] = lambda _: None
) -> list[Answered]:
    """Return the replies to all questions, from a database of their own.

    Everything goes the way of everybody's: messages are stored, the worker hears them, and the
    assistant answers from what may be told in a direct message.
    """
    answered: list[Answered] = []
    with temporary_database():
        for number, interview in enumerate(interviews):
            progress(f"{len(interview.told)} told, {len(interview.questions)} questions")
            answered += async_to_sync(_ask)(FIRST_PERSON + number, interview)
    return answered


def folded(text: str) -> str:
    """Return a text in lower case, without accents, with plain apostrophes."""
    bare = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


async def _ask(person_id: int, interview: Interview) -> list[Answered]:
    for told in interview.told:
        await tell(person_id, told.text, told.at)
    await settle()
    return [
        Answered(question, await answered(person_id, question.text, interview.asked_at))
        for question in interview.questions
    ]


def _told(one: Any, number: int) -> Told:
    if isinstance(one, str):
        return Told(one, TOLD_AT + number * BETWEEN)
    return Told(str(one["text"]), _time(one["at"]))


def _answers(row: Mapping[str, Any]) -> list[str]:
    wanted = row["answer_contains"]
    return [str(one) for one in (wanted if isinstance(wanted, list) else [wanted])]


def _time(value: Any) -> datetime:
    at = datetime.fromisoformat(str(value))
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo("UTC"))
