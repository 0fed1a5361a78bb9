"""Measure how well Whisper judges labelled examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from whisper.evaluations import SetError, baseline_of, evaluations, flat, keep_baseline
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """Judge a file of labelled examples and print the figures.

    No memories or profiles are touched. If `baseline.json` next to the file holds its earlier
    figures, the changes are shown too.
    """

    for_developers = True
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the kind of set, its file, and what some kinds ask for."""
        known = evaluations()
        meanings = "; ".join(f"{kind}: {one.help}" for kind, one in known.items())
        parser.add_argument("kind", choices=list(known), help=f"What to measure. {meanings}.")
        parser.add_argument("file", type=Path, help="The examples.")
        for one in known.values():
            if one.add_arguments is not None:
                one.add_arguments(parser)
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")
        parser.add_argument(
            "--keep-baseline", action="store_true", help="Keep the figures as the new baseline."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kind, path = options["kind"], Path(options["file"])
        try:
            found = evaluations()[kind].run(path, options)
        except SetError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(found.figures))
        else:
            self.stdout.write(found.table)
            for line in _changes(baseline_of(kind, path), flat(found.figures)):
                self.stdout.write(line)
        if options["keep_baseline"]:
            keep_baseline(kind, path, found.figures)


def _changes(before: dict[str, float], now: dict[str, float]) -> list[str]:
    """Return a line for each figure that differs from the baseline, and one if none does."""
    changed = [
        f"{name}: {before[name]:.1f} before, {now[name]:.1f} now"
        for name in now
        if name in before and before[name] != now[name]
    ]
    return changed or ["As in the baseline."] * bool(before)
