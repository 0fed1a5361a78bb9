"""`import_legacy profiles` and `export_legacy profiles`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser, OutputWrapper

from whisper.imports.arguments import add_import_arguments, add_timezone
from whisper.imports.parts import Part


def _add_import(parser: CommandParser) -> None:
    parser.add_argument(
        "path",
        help="user_profiles.db, user_profiles.json, the folder that holds them, or the address of "
        "a PostgreSQL database with a table user_profiles.",
    )
    add_import_arguments(parser)


def _add_export(parser: CommandParser) -> None:
    parser.add_argument("path", help="The user_profiles.db to write.")
    add_timezone(parser)
    parser.add_argument("--force", action="store_true", help="Replace a file that is there.")


def _import(out: OutputWrapper, options: dict[str, Any]) -> None:
    raise CommandError("Not made yet.")


def _export(out: OutputWrapper, options: dict[str, Any]) -> None:
    raise CommandError("Not made yet.")


IMPORT = Part("profiles", "Take in the older bot's profiles and moods.", _add_import, _import)
EXPORT = Part(
    "profiles", "Write profiles and moods as the older bot keeps them.", _add_export, _export
)
