"""How an app adds its subcommand to `import_legacy` and `export_legacy`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.management.base import CommandParser, OutputWrapper


@dataclass(frozen=True, slots=True)
class Importer:
    """One subcommand.

    Args:
        name: what is written behind the command.
        help: what it does, in a sentence.
        add_arguments: adds its arguments, also those of `arguments.py` that it takes.
        run: does the work with the parsed options and writes what a person reads.
    """

    name: str
    help: str
    add_arguments: Callable[[CommandParser], None]
    run: Callable[[OutputWrapper, dict[str, Any]], None]


def add_parts(parser: CommandParser, parts: Sequence[Importer]) -> None:
    """Add a subcommand for each part; the chosen one's name comes back as the option `part`."""
    subparsers = parser.add_subparsers(dest="part", required=True)
    for part in parts:
        part.add_arguments(subparsers.add_parser(part.name, help=part.help))


def run_part(parts: Sequence[Importer], out: OutputWrapper, options: dict[str, Any]) -> None:
    """Run the part that was chosen."""
    chosen = {part.name: part for part in parts}[options.pop("part")]
    chosen.run(out, options)
