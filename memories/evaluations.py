"""Evaluations of recall and of facts."""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.management.base import CommandParser

from memories.evaluation.facts import measure_changes, measure_facts
from memories.evaluation.implicit import read_implicit
from memories.evaluation.locomo import read_locomo, together
from memories.evaluation.measure import Person, measure, report
from memories.evaluation.nonsense import padded, read_nonsense, recalling_nothing, shipped_memories
from memories.evaluation.tables import table
from whisper.evaluations import Options, Outcome, evaluation, outcome, read_lines, reading


def _together(parser: CommandParser) -> None:
    parser.add_argument(
        "--together",
        action="store_true",
        help="LoCoMo: take all conversations as the memories of one person.",
    )


@evaluation("locomo", "recall of the evidence for questions on long conversations", _together)
def locomo(path: Path, options: Options) -> Outcome:
    """Measure recall on conversations in LoCoMo's form."""
    with reading("locomo", path):
        people = read_locomo(path)
    return _recall([together(people)] if options["together"] else people)


def _among(parser: CommandParser) -> None:
    parser.add_argument(
        "--among",
        type=Path,
        metavar="LOCOMO_FILE|NUMBER",
        help="Implicit, nonsense: hide the memories among the turns of these conversations; "
        "nonsense: or among this number of made-up lines.",
    )


@evaluation("implicit", "recall of what a statement hints at", _among)
def implicit(path: Path, options: Options) -> Outcome:
    """Measure recall on statements that should bring an old one to mind."""
    among: Path | None = options["among"]
    others = []
    if among:
        with reading("locomo", among):
            others = read_locomo(among)
    with reading("implicit", path):
        people = read_implicit(path, others)
    return _recall(people)


@evaluation("facts", "which facts are stored of labelled messages")
def facts(path: Path, options: Options) -> Outcome:
    """Hear each message by itself and match what would be stored with its labels."""
    with reading("facts", path):
        found = measure_facts(read_lines(path))
    overall = found.pop("")
    return outcome(
        {
            **overall,
            **{f"{name} {kind}": share for name, of in found.items() for kind, share in of.items()},
        },
        by_category={
            name: {kind: share.percent for kind, share in of.items()} for name, of in found.items()
        },
    )


@evaluation("changes", "whether facts end and are corrected over some messages")
def changes(path: Path, options: Options) -> Outcome:
    """Hear each sequence and look at what holds at its end."""
    with reading("changes", path):
        found = measure_changes(read_lines(path))
    return outcome(
        {"right": found.pop(""), **found},
        by_category={name: share.percent for name, share in found.items()},
    )


@evaluation("nonsense", "how many texts that no memory answers recall nothing")
def nonsense(path: Path, options: Options) -> Outcome:
    """Measure silence on texts that are about none of somebody's memories.

    The memories are those that come with Whisper, alone or among made-up lines, or the turns of
    conversations (`--among`).
    """
    with reading("nonsense", path):
        cases = read_nonsense(path)
    among: Path | None = options["among"]
    person = shipped_memories()
    if among and among.name.isdecimal():
        person = padded(person, int(among.name), cases)
    elif among:
        with reading("locomo", among):
            person = together(read_locomo(among))
    return outcome(recalling_nothing(cases, person))


def _recall(people: list[Person]) -> Outcome:
    scores = measure(people, progress=lambda line: print(line, file=sys.stderr))  # noqa: T201
    return Outcome(report(scores), table(scores))
