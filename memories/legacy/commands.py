"""`import_legacy memories`: the older bot's ChromaDB directory; `import_legacy rollback`."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser, OutputWrapper
from django.db import transaction

from memories.embeddings import EmbeddingError, embedder
from memories.legacy import queries
from memories.legacy.chroma_reader import open_store
from memories.legacy.exporting import export
from memories.legacy.following import Passes, names
from memories.legacy.importing import Options
from memories.legacy.undoing import take_back, take_back_profiles
from memories.legacy.verify import compare
from whisper.backups import BackupError, backup_before
from whisper.environment import environment
from whisper.imports.actions import note_rollback
from whisper.imports.arguments import (
    add_import_arguments,
    add_timezone,
    batch_size_of,
    zone_of,
)
from whisper.imports.importers import Importer
from whisper.imports.runs import running, tell
from whisper.models import ImportRun
from whisper.progress import progress

KIND = "memories"
PROFILES = "profiles"
EXIT_INTERRUPTED = 130


def _add_import(parser: CommandParser) -> None:
    parser.add_argument(
        "path",
        nargs="?",
        help="The older bot's ChromaDB directory; by default CHROMADB_PATH.",
    )
    add_import_arguments(parser)
    parser.add_argument(
        "--trust-vectors",
        action="store_true",
        help="Keep the stored vectors without comparing a sample of them with fresh ones.",
    )
    parser.add_argument(
        "--public-channels",
        metavar="IDS",
        default="",
        help="Ids of the channels that everyone in their server can read, separated by commas. "
        "The older bot didn't store this; memories from other channels are recalled only "
        "there.",
    )
    parser.add_argument(
        "--follow",
        action="store_true",
        help="Keep importing what the older bot adds or changes, until Ctrl-C.",
    )
    parser.add_argument(
        "--verify", action="store_true", help="Compare the database with the source afterwards."
    )


def _import(out: OutputWrapper, options: dict[str, Any]) -> None:
    path = Path(options["path"] or environment.chromadb_path).expanduser()
    chosen = Options(
        zone=zone_of(options),
        batch_size=batch_size_of(options),
        consent_given=options["consent_given"],
        trust_vectors=options["trust_vectors"],
        public_channels=_ids(options["public_channels"]),
        shared=environment.chromadb_global_collection_name,
        dry_run=options["dry_run"],
    )
    try:
        # First of all: if there is nothing to read or to embed with, no run begins.
        with ExitStack() as copy:
            store, by = copy.enter_context(open_store(path, names(chosen))), embedder()
            with running(KIND, str(path.resolve()), options) as run:
                passes = Passes(path, run, chosen, by, out)
                passes.take(store)
                copy.close()
                if options["follow"] and not chosen.dry_run:
                    passes.follow()
    except EmbeddingError as error:
        raise CommandError(str(error)) from error
    except KeyboardInterrupt:
        raise CommandError(
            "Stopped; finished work is kept. Run it again with --resume to continue.",
            returncode=EXIT_INTERRUPTED,
        ) from None
    tell(run, out, options)
    if options["verify"] and run.row is not None:
        _verify(path, chosen, out)


def _verify(path: Path, options: Options, out: OutputWrapper) -> None:
    with open_store(path, names(options)) as store, transaction.atomic():
        found = [compare(store, collection, options) for collection in store.collections]
    for one in found:
        for line in one.lines():
            out.write(line)
    if not all(one.equal for one in found):
        raise CommandError("The database differs from the source; run the import again.")


def _ids(text: str) -> frozenset[int]:
    try:
        return frozenset(int(one) for one in text.split(",") if one.strip())
    except ValueError:
        raise CommandError("--public-channels takes ids separated by commas.") from None


def _add_export(parser: CommandParser) -> None:
    parser.add_argument("path", help="The ChromaDB directory to create.")
    add_timezone(parser)


def _export(out: OutputWrapper, options: dict[str, Any]) -> None:
    path, zone = Path(options["path"]).expanduser(), zone_of(options)
    try:
        by = embedder()
        with progress("memories", out, total=queries.count_to_export()) as advance:
            written = export(path, zone, by, advance)
    except EmbeddingError as error:
        raise CommandError(str(error)) from error
    for name, documents in written.items():
        out.write(f"{name}: {documents} documents of {by.dimension} dimensions ({by.model}).")
    if left := queries.left_here():
        out.write(
            f"{left} server facts or hidden facts weren't exported, because the older bot "
            "would tell them to everyone."
        )


def _add_rollback(parser: CommandParser) -> None:
    parser.add_argument("run", type=int, help="Number of the run, as printed by its import.")


def _rollback(out: OutputWrapper, options: dict[str, Any]) -> None:
    run = ImportRun.objects.filter(pk=options["run"]).first()
    if run is None:
        raise CommandError(f"Run {options['run']} does not exist; the console lists all runs.")
    if run.rolled_back_at is not None:
        raise CommandError(f"Run {run.pk} was already undone.")
    try:
        backup_before("rollback")
    except BackupError as error:
        raise CommandError(f"Nothing was undone: {error}") from error
    with transaction.atomic():
        counts = take_back_profiles(run) if run.kind == PROFILES else take_back(run)
        note_rollback(run)
    told = ", ".join(f"{what} {rows}" for what, rows in counts.items())
    out.write(f"Run {run.pk} was undone: {told}.")


IMPORT = Importer(KIND, "Import the older bot's memories (ChromaDB).", _add_import, _import)
EXPORT = Importer(
    KIND, "Export memories in the older bot's format (ChromaDB).", _add_export, _export
)
ROLLBACK = Importer(
    "rollback", "Remove exactly what an import run added.", _add_rollback, _rollback
)
