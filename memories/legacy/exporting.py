"""Write memories into a directory that the older bot's ChromaDB opens."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.core.management.base import CommandError

from memories.embeddings.base import Embedder, Vector
from memories.legacy import queries
from memories.legacy.actions import LONG_KEY
from memories.legacy.chroma_client import chroma_client, require_chroma
from memories.legacy.chroma_reader import DATABASE, Metadata, StoredRow
from memories.legacy.drafts import RESTORED
from memories.legacy.rows import OURS, RowError, understand
from memories.models import ImportedRow, Memory, Place
from profiles.legacy.times import to_local
from profiles.models import Profile
from whisper.environment import environment
from whisper.progress import Advance

BATCH = 500
SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Document:
    """What is written of a memory."""

    key: str
    text: str
    metadata: Metadata
    at: datetime


def export(path: Path, zone: ZoneInfo, by: Embedder, advance: Advance) -> dict[str, int]:
    """Write every memory into a new directory; return how many documents each collection has.

    Args:
        zone: of the older bot's host: its times carry none.

    Raises:
        CommandError: something is at the path, or chromadb is not installed.
        EmbeddingError: the embedder, which makes missing vectors, does not answer.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise CommandError(f"{path} already exists; give a new folder.")
    require_chroma()
    unfinished = path.with_name(path.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    written: dict[str, int] = {}
    with _collections(unfinished, by.dimension) as collections:
        for name, collection in collections.items():
            shared = name == environment.chromadb_global_collection_name
            written[name] = 0
            for batch in _batches(queries.to_export(shared=shared)):
                written[name] += _write(batch, unfinished, collection, zone, by)
                advance(len(batch))
    if path.exists():
        path.rmdir()
    os.replace(unfinished, path)
    return written


@contextmanager
def _collections(path: Path, dimension: int) -> Iterator[dict[str, Any]]:
    client = chroma_client(path)
    try:
        yield {
            # Its distance is l2 by default, and the older bot counts on it.
            name: client.create_collection(name, metadata={"embedding_dimension": dimension})
            for name in (
                environment.chromadb_collection_name,
                environment.chromadb_global_collection_name,
            )
        }
    finally:
        # Without it the files stay open in this process.
        client.clear_system_cache()


def _batches(pairs: Iterator[tuple[Memory, ImportedRow | None]]) -> Iterator[list[Any]]:
    while batch := list(islice(pairs, BATCH)):
        yield batch


def _write(
    batch: Sequence[tuple[Memory, ImportedRow | None]],
    path: Path,
    collection: Any,
    zone: ZoneInfo,
    by: Embedder,
) -> int:
    memories = [memory for memory, _ in batch]
    replies = queries.replies_to(memories)
    people = queries.profiles_of(memories)
    documents = [
        _document(memory, row, replies.get(memory.pk, ""), people.get(memory.person_id or 0), zone)
        for memory, row in batch
    ]
    collection.add(
        ids=[one.key for one in documents],
        embeddings=_vectors(memories, by),
        documents=[one.text for one in documents],
        metadatas=[one.metadata for one in documents],
    )
    _date(path, str(collection.id), documents)
    return len(documents)


def _date(path: Path, collection_id: str, documents: Sequence[Document]) -> None:
    """Let documents be stored when they were said.

    It tells apart the two passes of an hour that clocks repeat; a row without a time has its own.
    """
    with closing(sqlite3.connect(path / DATABASE, timeout=30)) as connection, connection:
        # Its index begins with the segment: without it each of them would look at all rows.
        connection.executemany(
            "UPDATE embeddings SET created_at = ? WHERE embedding_id = ? AND segment_id = "
            "(SELECT id FROM segments WHERE collection = ? AND scope = 'METADATA')",
            [(f"{one.at:%Y-%m-%d %H:%M:%S.%f}", one.key, collection_id) for one in documents],
        )


def _vectors(memories: Sequence[Memory], by: Embedder) -> Vector:
    """Return the stored vectors, and new ones for those of another model."""
    vectors = np.zeros((len(memories), by.dimension), np.float32)
    missing = []
    for place, memory in enumerate(memories):
        kept = memory.embedding and memory.embedding_dimension == by.dimension
        if kept and memory.embedding_model == by.model:
            vectors[place] = np.frombuffer(bytes(memory.embedding or b""), "<f4")
        else:
            missing.append(place)
    if missing:
        vectors[missing] = by.embed([memories[place].text for place in missing])
    return vectors


def _document(
    memory: Memory, row: ImportedRow | None, reply: str, person: Profile | None, zone: ZoneInfo
) -> Document:
    if row is not None and (document := _as_it_was(memory, row, zone)):
        return document
    at = to_local(memory.said_at, zone)
    number = memory.pk.int % 10_000
    who = "" if memory.person_id is None else f"{memory.person_id}_"
    if memory.kind == Memory.Kind.CONVERSATION:
        text = f"User: {memory.text}\nAssistant: {reply}"
        return Document(
            f"{who}{at}_{number}", text, _talk(memory, reply, person, at), memory.said_at
        )
    kind = "global_auto_fact" if memory.person_id is None else "auto_fact"
    lead = "Global fact" if memory.person_id is None else "Auto-extracted fact"
    return Document(
        f"{who}{kind}_{at}_{number}", f"{lead}: {memory.text}", _fact(memory, at), memory.said_at
    )


def _as_it_was(memory: Memory, row: ImportedRow, zone: ZoneInfo) -> Document | None:
    """Return an imported row as it was, or with new words if the memory was corrected since."""
    metadata: Metadata = {name: value for name, value in row.metadata.items() if name != LONG_KEY}
    key = str(row.metadata.get(LONG_KEY, row.key))
    stored = StoredRow(0, key, row.document, metadata, memory.said_at)
    try:
        was = understand(stored, shared=memory.person_id is None, guilds={}, zone=zone)
    except RowError:
        return None
    if was.text == memory.text:
        return Document(key, row.document, metadata, memory.said_at)
    for name in ("user_message", "message_content", "fact"):
        if name in metadata:
            metadata[name] = memory.text
    document = row.document.replace(was.text, memory.text, 1)
    return Document(key, document, metadata, memory.said_at)


def _talk(memory: Memory, reply: str, person: Profile | None, at: str) -> Metadata:
    """Return what the older bot keeps beside something said."""
    private = memory.guild_id is None
    metadata: Metadata = {
        "user_id": str(memory.person_id),
        "channel_id": "dm" if memory.channel_id is None else str(memory.channel_id),
        "timestamp": at,
        "user_message": memory.text,
        "bot_response": reply,
        "detected_emotion": memory.emotion or "neutral",
        "confidence": 0.0,
        "intensity": min(1.0, max(0.0, (memory.importance - 0.3) / 0.4)),
        "relationship_level": person.relationship_level if person else "acquaintance",
        "interaction_count": person.interaction_count if person else 0,
        "context_type": "dm" if private else str(memory.place),
        "security_level": "private_dm" if private else str(memory.place),
        "is_private": memory.place != Place.PUBLIC_CHANNEL,
        OURS: _ours(memory),
    }
    if memory.guild_id is not None:
        metadata["server_id"] = str(memory.guild_id)
    return metadata


def _fact(memory: Memory, at: str) -> Metadata:
    """Return what the older bot keeps beside a fact."""
    category = memory.category or (SUMMARY if memory.kind == Memory.Kind.SUMMARY else "other")
    metadata: Metadata = {
        "type": "global_fact" if memory.person_id is None else "user_fact",
        "fact": memory.text,
        "category": category,
        "confidence": memory.confidence,
        "source": "llm_extraction",
        "extraction_method": "automatic",
        "context": "",
        "timestamp": at,
        OURS: _ours(memory),
    }
    if memory.person_id is not None:
        metadata["user_id"] = str(memory.person_id)
    for name in ("guild_id", "channel_id"):
        value = getattr(memory, name)
        if value is not None:
            metadata["server_id" if name == "guild_id" else name] = str(value)
    return metadata


def _ours(memory: Memory) -> str:
    """Return what the older bot has no field for, so that nothing is lost on the way back."""
    kept = {name: getattr(memory, name) for name in RESTORED}
    return json.dumps(
        kept | {"id": str(memory.pk), "importance": memory.importance}, ensure_ascii=False
    )
