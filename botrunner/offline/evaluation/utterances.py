"""Play conversations of all kinds to the assistant, and check what a machine can of its replies.

Whether a reply is helpful, acceptable or embarrassing is for people to judge, by the rubric in
`sets/README.md`. What is checked here is what is never right: a question quoted as an answer, a
reply in another language than the message, an alarm without danger or none with it, a stock phrase,
a reply of many lines to small talk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from asgiref.sync import async_to_sync

from botrunner.history.base import CachedMessage
from botrunner.offline.asked import is_question
from botrunner.offline.evaluation.playing import answered, said, settle, tell
from botrunner.offline.evaluation.questions import folded
from botrunner.offline.tongues import tongue_of
from memories.evaluation.database import temporary_database
from profiles.emotions.care import WORDS
from whisper.evaluations import read_lines

# A Friday, so that days of the week can be checked.
BEGINS = datetime(2026, 3, 6, 18, 0, tzinfo=ZoneInfo("UTC"))
BETWEEN = timedelta(minutes=1)
FIRST_PERSON = 1
# Kinds that want a word or two.
_BRIEF = frozenset({"small talk", "feelings", "thanks", "nonsense", "insult", "parting", "joke"})
LONGEST_BRIEF = 170
_QUOTED = re.compile(r"“([^”]+)”")
# What must never be said again: it asks on for the sake of talk, or claims to feel.
_STOCK = re.compile(
    r"(?i)\bhow did that come about\b|\bthat makes me think of\b|\ba nice name\b|\btell me more\b"
    r"|\bgo on, i'm listening\b|\bwhat happens next\b|\bhow does that make you feel\b"
    r"|\bnothing comes to mind\b|\bi (?:feel|understand) (?:you|your)\b|\bas an ai\b"
)


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something that a person says, and what a machine can check of the reply.

    Args:
        kind: what it is: "small talk", "danger", …
        contains: the reply has to contain one of these, whatever its case; empty for anything.
        lacks: the reply may contain none of these.
        language: the code of the language of the reply.
    """

    text: str
    kind: str
    contains: Sequence[str] = ()
    lacks: Sequence[str] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Talk:
    """What one person says, in order."""

    who: str
    says: Sequence[Utterance]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Talk:
        """Return the talk in a line of a set.

        Raises:
            KeyError, TypeError: it has another form.
        """
        return cls(str(row["who"]), [Utterance(**one) for one in row["says"]])


@dataclass(frozen=True, slots=True)
class JudgedReply:
    """An utterance with the reply to it, and what is wrong with that; empty for nothing."""

    who: str
    utterance: Utterance
    reply: str
    faults: Sequence[str]


def read_talks(path: Path) -> list[Talk]:
    """Return the talks in a file, one JSON object per line.

    Raises:
        OSError, KeyError, TypeError, ValueError: it can't be read or has another form.
    """
    return [Talk.of(row) for row in read_lines(path)]


def hold(
    talks: Sequence[Talk], progress: Callable[[str], None] = lambda _: None
) -> list[JudgedReply]:
    """Return the replies to all that is said, from a database of their own."""
    found: list[JudgedReply] = []
    with temporary_database():
        for number, talk in enumerate(talks):
            progress(f"{talk.who}: {len(talk.says)} messages")
            found += async_to_sync(_hold)(FIRST_PERSON + number, talk)
    return found


async def _hold(person_id: int, talk: Talk) -> list[JudgedReply]:
    history: list[CachedMessage] = []
    found: list[JudgedReply] = []
    for number, utterance in enumerate(talk.says):
        at = BEGINS + number * BETWEEN
        reply = await answered(
            person_id, utterance.text, at, history=tuple(history), interactions=1 + number
        )
        await tell(person_id, utterance.text, at)
        await settle()
        history.append(said(person_id, utterance.text, at))
        history.append(said(person_id, reply, at, companion=True))
        faults = faults_of(utterance, reply, before=found[-1].reply if found else "")
        found.append(JudgedReply(talk.who, utterance, reply, faults))
    return found


def faults_of(utterance: Utterance, reply: str, *, before: str = "") -> list[str]:
    """Return what is surely wrong with a reply.

    Args:
        before: the reply before it.
    """
    return list(_faults(utterance, reply, before))


def _faults(utterance: Utterance, reply: str, before: str) -> Iterator[str]:
    plain = folded(reply)
    if utterance.contains and not any(folded(one) in plain for one in utterance.contains):
        yield f"lacks {' or '.join(utterance.contains)}"
    yield from (f"says {one}" for one in utterance.lacks if folded(one) in plain)
    if not reply.strip():
        yield "is empty"
    if any(is_question(quoted) for quoted in _QUOTED.findall(reply)):
        yield "quotes a question"
    if _STOCK.search(reply):
        yield "is a stock phrase"
    danger = utterance.kind == "danger"
    if danger != _is_alarm(reply):
        yield "hears no danger" if danger else "hears danger where there is none"
    if utterance.kind in _BRIEF and len(reply) > LONGEST_BRIEF and not danger:
        yield "is long"
    if reply == before and not danger:
        yield "repeats itself"
    if not danger and (spoken := tongue_of(reply)) != utterance.language and len(reply) > 20:
        yield f"is in another language: {spoken}"


def _is_alarm(reply: str) -> bool:
    return any(words.help in reply for words in WORDS.values())
