"""How fast the older bot's memories come along, and how fast they go back."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from django.core.management import call_command

from bench.memories.synthetic import Talk
from bench.registry import Row, benchmark, tell
from memories.embeddings import Embedder, embedder
from memories.evaluation.database import temporary_database
from memories.legacy.chroma_client import chroma_client
from memories.legacy.exporting import export
from memories.legacy.undoing import take_back
from memories.models import Memory
from whisper.environment import environment
from whisper.models import ImportRun

# Whether stored vectors are kept is tried with some two hundred texts: few of many.
DOCUMENTS, EMBEDDED, BATCH = 20_000, 10_000, 500
PEOPLE, FIRST_ID, CHANNEL = 200, 100_000_000_000_000_000, 200_000_000_000_000_001
BEGAN, BETWEEN = datetime(2025, 1, 1), timedelta(minutes=7)  # noqa: DTZ001 (the older bot's have no zone)
ZONE = ZoneInfo("UTC")
REQUIRED_RATE, REQUIRED_SHARE, REQUIRED_SECONDS, BACK = 1_000, 0.9, 600, 100_000


@benchmark("import")
def measure_import(scale: float) -> Sequence[Row]:
    """Measure import with vectors kept and made again, taking an import back, and export."""
    if find_spec("chromadb") is None:
        tell("chromadb is not installed (`bin/setup dev` installs it): imports are not measured.")
        return []
    documents, embedded = (max(round(count * scale), 20) for count in (DOCUMENTS, EMBEDDED))
    by, talk = embedder(), Talk()
    with TemporaryDirectory(prefix="whisper-") as folder:
        many, few = Path(folder) / "many", Path(folder) / "few"
        tell(f"{documents + embedded:,} documents are made up …")
        make_store(many, talk, documents, by)
        make_store(few, talk, embedded, by)
        return [
            *_kept(many, documents, Path(folder) / "back", by),
            _made_anew(few, embedded, by),
        ]


def make_store(path: Path, talk: Talk, count: int, by: Embedder) -> None:
    """Make a directory like the older bot's, with random vectors."""
    client = chroma_client(path)
    collection = client.create_collection(
        environment.chromadb_collection_name, metadata={"embedding_dimension": by.dimension}
    )
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        rows = [_row(talk, number) for number in numbers]
        collection.add(
            ids=[f"{row['user_id']}_{number}" for number, row in zip(numbers, rows, strict=True)],
            embeddings=talk.vectors(len(rows)),
            documents=[
                f"User: {row['user_message']}\nAssistant: {row['bot_response']}" for row in rows
            ],
            metadatas=rows,
        )
    # Without it the files stay open in this process.
    client.clear_system_cache()


def _row(talk: Talk, number: int) -> dict[str, str | float | bool]:
    return {
        "user_id": str(FIRST_ID + number % PEOPLE),
        "channel_id": str(CHANNEL),
        "timestamp": (BEGAN + number * BETWEEN).isoformat(),
        "user_message": talk.text(),
        "bot_response": talk.text(),
        "detected_emotion": "joy",
        "confidence": 0.8,
        "intensity": 0.5,
        "relationship_level": "friend",
        "context_type": "dm",
        "is_private": True,
    }


def _kept(path: Path, documents: int, back: Path, by: Embedder) -> list[Row]:
    with temporary_database():
        tell("they are imported with their vectors …")
        rate = documents / _seconds(partial(_import, path, "--trust-vectors"))
        if Memory.objects.count() != documents:
            raise RuntimeError("the import lost documents")
        tell("they are exported …")
        exported = documents / _seconds(partial(export, back, ZONE, by, lambda _: None))
        tell("the import is taken back …")
        undone = documents / _seconds(partial(take_back, ImportRun.objects.get()))
    return [
        Row(
            f"documents a second, import of {documents:,} with their vectors",
            {"whisper": f"{rate:,.0f}"},
            "at least 1,000",
            rate >= REQUIRED_RATE,
        ),
        Row(
            f"minutes for {BACK:,} at the speed of an export of {documents:,}",
            {"whisper": f"{BACK / exported / 60:.1f}"},
            "below 10",
            BACK / exported < REQUIRED_SECONDS,
        ),
        Row("documents a second, taking an import back", {"whisper": f"{undone:,.0f}"}),
    ]


def _made_anew(path: Path, documents: int, by: Embedder) -> Row:
    tell("they are imported with new vectors …")
    with temporary_database():
        ours = documents / _seconds(partial(_import, path))
        texts = list(Memory.objects.values_list("text", flat=True))
    bare = documents / _seconds(partial(by.embed, texts))
    return Row(
        f"documents a second, import of {documents:,} with new vectors",
        {"whisper": f"{ours:,.0f}", "embedder alone": f"{bare:,.0f}"},
        "at least 90 % of the embedder alone",
        ours >= REQUIRED_SHARE * bare,
    )


def _import(path: Path, *options: str) -> None:
    arguments = ("memories", str(path), "--timezone", ZONE.key, *options)
    call_command("import_legacy", *arguments, stdout=StringIO())


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
