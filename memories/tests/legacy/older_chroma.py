"""The older bot's ChromaDB directories, as tests need them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management import call_command

from profiles.tests.legacy.older_bot import sample

ZONE = "America/Los_Angeles"
ANN, BEN = 100000000000000001, 100000000000000002
CHANNEL, GUILD = 200000000000000001, 300000000000000001
MEMORIES, FACTS = "user_memories", "global_facts"
DIMENSION = 384
# What ChromaDB 1.0.20 makes of it, as far as it is read.
SCHEMA = """
CREATE TABLE collections (id TEXT PRIMARY KEY, name TEXT, dimension INTEGER, database_id TEXT,
    config_json_str TEXT);
CREATE TABLE segments (id TEXT PRIMARY KEY, type TEXT, scope TEXT, collection TEXT);
CREATE TABLE embeddings (id INTEGER PRIMARY KEY, segment_id TEXT, embedding_id TEXT, seq_id BLOB,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, UNIQUE (segment_id, embedding_id));
CREATE TABLE embedding_metadata (id INTEGER, key TEXT, string_value TEXT, int_value INTEGER,
    float_value REAL, bool_value INTEGER, PRIMARY KEY (id, key));
CREATE TABLE embeddings_queue (seq_id INTEGER PRIMARY KEY, topic TEXT, id TEXT, vector BLOB,
    encoding TEXT, metadata TEXT, operation INTEGER, created_at TIMESTAMP);
"""
STORED_AT = "2025-06-01 19:00:00"


def manifest() -> dict[str, Any]:
    """Return what the sample should become."""
    found: dict[str, Any] = json.loads((sample() / "manifest.json").read_text())
    return found


def copied(tmp_path: Path, name: str = "chromadb") -> Path:
    """Return a directory of the sample that may be changed."""
    to = tmp_path / name
    shutil.copytree(sample() / name, to)
    for path in (to, *to.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return to


def take(path: Path | str, *options: str) -> str:
    """Import memories and return what the command said."""
    out = StringIO()
    call_command("import_legacy", "memories", str(path), "--timezone", ZONE, *options, stdout=out)
    return out.getvalue()


def talk(said: str, reply: str = "I see.", user: object = ANN, **metadata: Any) -> dict[str, Any]:
    """Return a row of a conversation."""
    fields = {
        "user_id": str(user),
        "timestamp": "2025-06-01T12:00:00",
        "channel_id": str(CHANNEL),
        "user_message": said,
        "bot_response": reply,
        "context_type": "dm",
    } | metadata
    return {"document": f"User: {said}\nAssistant: {reply}", "metadata": fields}


def fact(text: str, user: object = ANN, **metadata: Any) -> dict[str, Any]:
    """Return a row of a fact; without a user it belongs to all."""
    fields = {
        "type": "user_fact" if user else "global_fact",
        "fact": text,
        "timestamp": "2025-06-01T12:00:00",
        "extraction_method": "automatic",
        "context": "Extracted from: a secret...",
    } | metadata
    if user:
        fields["user_id"] = str(user)
    return {"document": f"Auto-extracted fact: {text}", "metadata": fields}


def store(folder: Path, rows: Iterable[dict[str, Any]] = (), facts: Iterable[Any] = ()) -> Path:
    """Write a directory; each row has a document, metadata, and perhaps key, vector, created_at."""
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as database:
        database.executescript(SCHEMA)
        for name, held in ((MEMORIES, rows), (FACTS, facts)):
            database.execute(
                "INSERT INTO collections VALUES (?, ?, ?, '', '')", (f"id-{name}", name, DIMENSION)
            )
            for scope in ("METADATA", "VECTOR"):
                values = (f"{scope}-{name}", "", scope, f"id-{name}")
                database.execute("INSERT INTO segments VALUES (?, ?, ?, ?)", values)
            for number, row in enumerate(held):
                put(database, name, {"key": f"{name}_{number}"} | row)
        database.commit()
    return folder


def add(folder: Path, *rows: dict[str, Any], collection: str = MEMORIES) -> None:
    """Let the older bot store rows; one of a known key changes it."""
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as database:
        for row in rows:
            put(database, collection, row)
        database.commit()


def remove(folder: Path, key: str) -> None:
    """Let the older bot delete a row."""
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as database:
        _drop(database, key)
        database.commit()


def put(database: sqlite3.Connection, collection: str, row: dict[str, Any]) -> None:
    """Write one row."""
    _drop(database, row["key"])
    values = (f"METADATA-{collection}", row["key"], row.get("created_at", STORED_AT))
    cursor = database.execute(
        "INSERT INTO embeddings (segment_id, embedding_id, created_at) VALUES (?, ?, ?)", values
    )
    metadata = dict(row["metadata"])
    if row["document"] is not None:
        metadata["chroma:document"] = row["document"]
    for key, value in metadata.items():
        column = {str: "string", bool: "bool", int: "int", float: "float"}[type(value)]
        database.execute(
            f"INSERT INTO embedding_metadata (id, key, {column}_value) VALUES (?, ?, ?)",
            (cursor.lastrowid, key, value),
        )
    if (vector := row.get("vector")) is not None:
        database.execute(
            "INSERT INTO embeddings_queue (topic, id, vector) VALUES (?, ?, ?)",
            (f"persistent://default/default/id-{collection}", row["key"], raw(vector)),
        )


def raw(vector: Any) -> bytes:
    """Return a vector as it is stored."""
    return np.asarray(vector, "<f4").tobytes()


def _drop(database: sqlite3.Connection, key: str) -> None:
    rows = database.execute("SELECT id FROM embeddings WHERE embedding_id = ?", (key,)).fetchall()
    for (number,) in rows:
        database.execute("DELETE FROM embedding_metadata WHERE id = ?", (number,))
        database.execute("DELETE FROM embeddings WHERE id = ?", (number,))
