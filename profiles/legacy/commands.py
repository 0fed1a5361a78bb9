"""`import_legacy profiles` and `export_legacy profiles`."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser, OutputWrapper

from profiles.legacy.importing import Options, take_in
from profiles.legacy.queries import count_to_export
from profiles.legacy.sources import opened
from profiles.legacy.writer import write
from whisper.imports.arguments import add_import_arguments, add_timezone, batch_size_of, zone_of
from whisper.imports.importers import Importer
from whisper.imports.runs import running, tell
from whisper.progress import progress


def _add_import(parser: CommandParser) -> None:
    parser.add_argument(
        "path",
        help="user_profiles.db, user_profiles.json, the folder that holds them, or the address of "
        "a PostgreSQL database with a table user_profiles.",
    )
    add_import_arguments(parser)


def _add_export(parser: CommandParser) -> None:
    parser.add_argument(
        "path",
        help="The user_profiles.db to write. People who declined to be remembered are left out.",
    )
    add_timezone(parser)
    parser.add_argument("--force", action="store_true", help="Replace an existing file.")


def _import(out: OutputWrapper, options: dict[str, Any]) -> None:
    chosen = Options(
        zone=zone_of(options),
        batch_size=batch_size_of(options),
        consent_given=options["consent_given"],
        dry_run=options["dry_run"],
    )
    with (
        opened(options["path"]) as source,
        running("profiles", source.name, options) as run,
        progress("people", out, total=source.total) as advance,
    ):
        take_in(source, run, chosen, advance)
    tell(run, out, options)


def _export(out: OutputWrapper, options: dict[str, Any]) -> None:
    path, zone = Path(options["path"]).expanduser(), zone_of(options)
    if path.is_dir():
        raise CommandError(
            f"{path} is a folder; give the name of the file to write, such as user_profiles.db."
        )
    if path.exists() and not options["force"]:
        raise CommandError(f"{path} already exists; use --force to replace it.")
    try:
        with progress("people", out, total=count_to_export()) as advance:
            written = write(path, zone, advance=advance)
    except (OSError, sqlite3.Error) as error:
        raise CommandError(f"{path} can't be written: {error}") from error
    out.write(f"Wrote {written.people} people and {written.moods} moods to {path}.")
    if written.ambiguous:
        out.write(
            f"{written.ambiguous} times are in an hour that is repeated in {zone}; imported "
            "again, they may be an hour early. Use --timezone UTC to avoid this."
        )


IMPORT = Importer("profiles", "Import the older bot's profiles and moods.", _add_import, _import)
EXPORT = Importer(
    "profiles", "Export profiles and moods in the older bot's format.", _add_export, _export
)
