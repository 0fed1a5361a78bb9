"""Evaluations of recall."""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.management.base import CommandParser

from memories.evaluation.implicit import read_implicit
from memories.evaluation.locomo import read_locomo
from memories.evaluation.measure import DEPTHS, Person, Score, measure, report
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
    return Outcome(report(scores), _table(scores))


def _table(scores: dict[str, Score]) -> str:
    lines = [f"{'recall, %':16}{'queries':>9}" + "".join(f"{f'@{depth}':>7}" for depth in DEPTHS)]
    for name, score in scores.items():
        shares = "".join(f"{score.percent(depth):7.1f}" for depth in DEPTHS)
        lines.append(f"{name:16}{score.queries:9}{shares}")
    return "\n".join(lines)
