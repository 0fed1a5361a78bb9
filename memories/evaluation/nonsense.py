"""Texts that no memory answers: what share of them recalls nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

from asgiref.sync import async_to_sync

from memories.access import Scope
from memories.actions import remember_all
from memories.evaluation.database import temporary_database
from memories.evaluation.implicit import read_implicit
from memories.evaluation.measure import OVERALL, Case, Person, settled
from memories.facts.tagging.corpus import examples
from memories.recall import recall
from memories.wording.words import terms
from whisper.evaluations import Share

SETS = Path(__file__).with_name("sets")
ANYTHING = "text"
# Of the made-up lines; each is said long enough after the one before to be alone.
SEED, BETWEEN = 7, timedelta(minutes=40)


def read_nonsense(path: Path) -> list[Case]:
    """Return the texts of a file: one a line, as it is or as an object with `text` and `kind`.

    Raises:
        OSError, ValueError, KeyError, TypeError: the file can't be read or has another form.
    """
    lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    if not lines:
        raise ValueError("it is empty")
    return [_case(line) for line in lines]


def _case(line: str) -> Case:
    if not line.startswith("{"):
        return Case(line, ANYTHING, frozenset())
    read = json.loads(line)
    return Case(str(read["text"]), str(read.get("kind", ANYTHING)), frozenset())


def shipped_memories() -> Person:
    """Return a person with memories that come with Whisper."""
    return read_implicit(SETS / "implicit.jsonl")[0]


def padded(person: Person, count: int, cases: Sequence[Case]) -> Person:
    """Return somebody with a number of memories, padded by made-up lines that answer no text.

    They share no word with any of them, so that only their number makes one seem near.
    """
    asked = {term for case in cases for term in terms(case.query)}
    missing = max(count - len(person.drafts), 0)
    # Some are made twice, and some share a word.
    made = dict.fromkeys(one.text for one in examples(3 * missing, SEED))
    lines = (text for text in made if asked.isdisjoint(terms(text)))
    first = person.drafts[0]
    added = [
        replace(first, text=text, said_at=first.said_at - at * BETWEEN, origin=f"made up:{at}")
        for at, text in enumerate(islice(lines, missing), 1)
    ]
    return replace(person, drafts=[*person.drafts, *added])


def recalling_nothing(cases: Sequence[Case], person: Person) -> dict[str, Share]:
    """Return how many texts recall nothing of a person's memories, by kind and of all."""
    with temporary_database():
        remember_all(person.drafts)
        silent = async_to_sync(_silent)(cases, person)
    kinds = sorted({case.category for case in cases})
    shares = {
        kind: [quiet for case, quiet in zip(cases, silent, strict=True) if case.category == kind]
        for kind in kinds
    }
    return {
        **{kind: Share(sum(quiet), len(quiet)) for kind, quiet in shares.items()},
        OVERALL: Share(sum(silent), len(silent)),
    }


async def _silent(cases: Sequence[Case], person: Person) -> list[bool]:
    await settled(person)
    scope = Scope.direct(person.person_id)
    return [not await recall(case.query, scope) for case in cases]
