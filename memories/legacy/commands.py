"""`import_legacy memories`: the older bot's ChromaDB directory."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser, OutputWrapper

from memories.embeddings import EmbeddingError, embedder
from memories.legacy.chroma_reader import DATABASE, open_store
from memories.legacy.importing import Import, Options
from whisper.environment import environment
from whisper.imports.arguments import add_import_arguments, batch_size_of, zone_of
from whisper.imports.parts import Part
from whisper.imports.runs import Running, running, tell
from whisper.progress import progress

KIND = "memories"
POLL_SECONDS = 5.0


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
        help="Ids of the channels that everybody in their server can read, separated by commas. "
        "The older bot did not keep that; what was said in any other comes to mind there only.",
    )
    parser.add_argument(
        "--follow",
        action="store_true",
        help="Go on with what the older bot adds or changes, until Ctrl-C.",
    )
    parser.add_argument(
        "--verify", action="store_true", help="Compare the record with the source afterwards."
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
        with running(KIND, str(path.resolve()), options) as run:
            _take(path, run, chosen, out, first=True)
            if options["follow"] and not chosen.dry_run:
                _follow(path, run, chosen, out)
    except EmbeddingError as error:
        raise CommandError(str(error)) from error
    tell(run, out, options)


def _take(path: Path, run: Running, options: Options, out: OutputWrapper, *, first: bool) -> None:
    names = (environment.chromadb_collection_name, options.shared)
    with open_store(path, names) as store:
        work = Import(store, run, options, embedder(), first=first)
        for collection in store.collections:
            plan = work.plan(collection)
            if first:
                kept = "kept" if plan.trust.model else "made anew"
                out.write(f"{collection.name}: vectors are {kept}: {plan.trust.why}.")
            with progress("documents", out, total=store.count(collection)) as advance:
                work.take(plan, advance)


def _follow(path: Path, run: Running, options: Options, out: OutputWrapper) -> None:
    """Take in what changes, until Ctrl-C."""
    database = (path.parent if path.name == DATABASE else path) / DATABASE
    out.write("Following; stop with Ctrl-C.")
    seen = _state(database)
    try:
        while True:
            time.sleep(POLL_SECONDS)
            now = _state(database)
            if now != seen:
                _take(path, run, options, out, first=False)
                seen = now
    except KeyboardInterrupt:
        out.write("Stopped following.")


def _state(database: Path) -> tuple[int, int]:
    stat = database.stat()
    return stat.st_mtime_ns, stat.st_size


def _ids(text: str) -> frozenset[int]:
    try:
        return frozenset(int(one) for one in text.split(",") if one.strip())
    except ValueError:
        raise CommandError("--public-channels takes ids separated by commas.") from None


IMPORT = Part(KIND, "Take in the older bot's memories (ChromaDB).", _add_import, _import)
