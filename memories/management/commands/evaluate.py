"""Measure how well recall finds what it should."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from memories.evaluation.implicit import read_implicit
from memories.evaluation.locomo import read_locomo
from memories.evaluation.measure import DEPTHS, Person, Score, measure, report


class Command(BaseCommand):
    """Run a set of queries in a record of its own; nobody's memories are touched."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the kind of set and its file."""
        parser.add_argument("kind", choices=["locomo", "implicit"], help="Form of the file.")
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--among",
            type=Path,
            metavar="LOCOMO_FILE",
            help="Implicit: hide the texts among the turns of these conversations.",
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and print recall at each depth, by category."""
        try:
            people = _people(options["kind"], options["file"], options["among"])
        except OSError as error:
            raise CommandError(f"{error.filename} can't be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{options['file']} is no {options['kind']} set: {error}") from error
        scores = measure(people, progress=lambda line: self.stderr.write(line))
        if options["json"]:
            self.stdout.write(json.dumps(report(scores)))
        else:
            self.stdout.write(_table(scores))


def _people(kind: str, path: Path, among: Path | None) -> list[Person]:
    if kind == "locomo":
        return read_locomo(path)
    return read_implicit(path, read_locomo(among) if among else ())


def _table(scores: dict[str, Score]) -> str:
    lines = [f"{'recall, %':16}{'queries':>9}" + "".join(f"{f'@{depth}':>7}" for depth in DEPTHS)]
    for name, score in scores.items():
        shares = "".join(f"{score.percent(depth):7.1f}" for depth in DEPTHS)
        lines.append(f"{name:16}{score.queries:9}{shares}")
    return "\n".join(lines)
