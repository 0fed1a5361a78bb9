"""Measure how fast Whisper is."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from bench.registry import LONG, Benchmark, NotMeasuredError, Row, benchmarks, tell
from whisper.amounts import amount
from whisper.management.base import BaseCommand

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Run benchmarks and print their figures; exit code 1 if a requirement is not met.

    Nothing that is stored is touched: each benchmark makes its own data and removes it. One that
    fails, or lacks what it needs here, says so, and the others still run.
    """

    for_developers = True
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        known = ", ".join(benchmarks())
        left_out = " and ".join(sorted(LONG))
        parser.add_argument(
            "names", nargs="*", help=f"Which ones; all but {left_out} by default: {known}."
        )
        parser.add_argument(
            "--scale", type=float, default=1.0, help="Share of the full numbers to run, up to 1."
        )

    def handle(self, *, names: list[str], scale: float, **options: Any) -> None:
        known = benchmarks()
        unknown = [name for name in names if name not in known]
        if unknown:
            raise CommandError(f"Unknown benchmark {unknown[0]}. Choose from: {', '.join(known)}.")
        if not 0 < scale <= 1:
            raise CommandError("--scale is above 0 and at most 1.")
        missed = 0
        for name in names or [one for one in known if one not in LONG]:
            rows = list(_measured(known[name], scale))
            _print(name, rows)
            missed += sum(row.met is False for row in rows)
        if missed:
            raise CommandError(f"Not met: {amount(missed, 'requirement')}.", returncode=1)


def _measured(run: Benchmark, scale: float) -> Iterator[Row]:
    """Yield the rows of a benchmark, and if it ended early, last a row that says why."""
    try:
        rows = run(scale)
        for row in rows:
            if isinstance(rows, Iterator):
                tell(" ".join([f"{row.what}:", *row.values.values(), _mark(row)]).rstrip())
            yield row
    except NotMeasuredError as reason:
        yield Row(f"not measured: {reason}")
    except Exception as error:
        logger.exception("bench: a benchmark failed")
        yield Row(f"failed: {type(error).__name__}: {error}", met=False)


def _print(name: str, rows: Sequence[Row]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row.values))
    table = Table(title=name, title_justify="left")
    for heading in ("", *columns, "required", ""):
        table.add_column(heading, justify="left" if heading in {"", "required"} else "right")
    for row in rows:
        figures = [row.values.get(column, "") for column in columns]
        table.add_row(row.what, *figures, row.required, _mark(row))
    # In a pipe no line is cut.
    console = Console()
    Console(width=console.width if console.is_terminal else 200).print(table)


def _mark(row: Row) -> str:
    return {None: "", True: "met", False: "MISSED"}[row.met]
