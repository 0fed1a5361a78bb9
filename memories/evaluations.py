"""Evaluations of recall."""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.management.base import CommandParser

from memories.evaluation.implicit import read_implicit
from memories.evaluation.locomo import read_locomo
from memories.evaluation.measure import Person, measure, report
from memories.evaluation.tables import table
from whisper.evaluations import Options, Outcome, evaluation, reading


@evaluation("locomo", "recall of the evidence for questions on long conversations")
def locomo(path: Path, options: Options) -> Outcome:
    """Measure recall on conversations in LoCoMo's form."""
    with reading("locomo", path):
        people = read_locomo(path)
    return _recall(people)


def _among(parser: CommandParser) -> None:
    parser.add_argument(
        "--among",
        type=Path,
        metavar="LOCOMO_FILE",
        help="Implicit: hide the texts among the turns of these conversations.",
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


def _recall(people: list[Person]) -> Outcome:
    scores = measure(people, progress=lambda line: print(line, file=sys.stderr))  # noqa: T201
    return Outcome(report(scores), table(scores))
