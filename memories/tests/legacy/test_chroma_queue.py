"""Changes that a killed ChromaDB left in its queue are read, as ChromaDB itself would."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from django.core.management import CommandError

from memories.legacy.chroma_reader import DOCUMENT, open_store
from memories.models import Memory
from memories.tests.legacy.older_chroma import ANN, FACTS, MEMORIES, copied, store, take, talk
from memories.tests.legacy.with_chroma import require_chroma

NAMES = (MEMORIES, FACTS)
ADD, UPDATE, UPSERT, DELETE = range(4)


def wait(folder, *changes):
    """Let changes be queued that reached no table; each is (operation, key, row)."""
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as database:
        database.executescript(
            "CREATE TABLE IF NOT EXISTS max_seq_id (segment_id TEXT PRIMARY KEY, seq_id INTEGER)"
        )
        for operation, key, row in changes:
            fields = row and json.dumps({DOCUMENT: row["document"], **row["metadata"]})
            database.execute(
                "INSERT INTO embeddings_queue (topic, id, metadata, operation, created_at) "
                "VALUES (?, ?, ?, ?, '2025-06-02 10:00:00')",
                (f"persistent://default/default/id-{MEMORIES}", key, fields, operation),
            )
        database.commit()
    return folder


def texts():
    return sorted(Memory.objects.values_list("text", flat=True))


def killed_before_the_tables(folder, rows):
    """Take the last rows out of the tables of a store of ChromaDB; the queue still has them."""
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as database:
        (segment,) = database.execute(
            "SELECT s.id FROM segments s JOIN collections c ON c.id = s.collection "
            "WHERE s.scope = 'METADATA' AND c.name = ?",
            (MEMORIES,),
        ).fetchone()
        last = database.execute(
            "SELECT id, seq_id FROM embeddings WHERE segment_id = ? ORDER BY id DESC LIMIT ?",
            (segment, rows),
        ).fetchall()
        for number, _ in last:
            database.execute("DELETE FROM embedding_metadata WHERE id = ?", (number,))
            database.execute("DELETE FROM embeddings WHERE id = ?", (number,))
            database.execute("DELETE FROM embedding_fulltext_search WHERE rowid = ?", (number,))
        before = min(seq for _, seq in last) - 1
        database.execute("UPDATE max_seq_id SET seq_id = ? WHERE segment_id = ?", (before, segment))
        database.commit()
    return folder


@pytest.mark.heavy
@pytest.mark.django_db
def test_rows_that_are_in_the_queue_alone_are_imported_with_the_vectors_they_had(tmp_path):
    take(killed_before_the_tables(copied(tmp_path), 5))
    assert Memory.objects.count() == 322
    assert not Memory.objects.filter(embedding=None).exists()


@pytest.mark.heavy
@pytest.mark.django_db
def test_verify_counts_what_is_in_the_queue_alone(tmp_path):
    folder = store(tmp_path / "store", [talk("hello")])
    take(folder)
    wait(folder, (ADD, "queued", talk("queued", timestamp="2025-06-02T12:00:00")))
    assert f"{MEMORIES}: 2 documents in the source: 2 remembered." in take(folder, "--verify")
    assert texts() == ["hello", "queued"]


@pytest.mark.django_db
def test_each_change_in_the_queue_does_what_chromadb_would_do(tmp_path):
    folder = store(tmp_path / "store", [talk("first"), talk("second"), talk("third"), talk("more")])
    at = iter(f"2025-06-0{day}T12:00:00" for day in range(1, 9))
    row = {text: talk(text, timestamp=next(at)) for text in ("new", "changed", "again", "put")}
    wait(
        folder,
        (DELETE, f"{MEMORIES}_0", None),
        (UPDATE, f"{MEMORIES}_1", row["changed"]),
        (ADD, f"{MEMORIES}_2", row["again"]),
        (UPSERT, f"{MEMORIES}_3", row["put"]),
        (UPDATE, "nobody", row["new"]),
        (DELETE, "nobody", None),
        (ADD, "new", row["new"]),
    )
    take(folder)
    assert texts() == ["changed", "new", "put", "third"]


def test_a_change_that_takes_a_value_away_is_followed(tmp_path):
    folder = store(tmp_path / "store", [talk("hello", mood="glad", number=1)])
    change = {"document": "User: hi", "metadata": {"mood": None, "number": 2.5, "truth": True}}
    wait(folder, (UPDATE, f"{MEMORIES}_0", change))
    with open_store(folder, NAMES) as opened:
        (row,) = opened.rows(opened.collections[0])
    assert row.document == "User: hi"
    assert "mood" not in row.metadata
    assert (row.metadata["number"], row.metadata["truth"]) == (2.5, True)
    assert row.metadata["user_id"] == str(ANN)


@pytest.mark.parametrize(("operation", "metadata"), [(9, "{}"), (ADD, "{"), (ADD, "[]")])
def test_a_change_that_cannot_be_read_stops_the_import_and_says_what_helps(
    tmp_path, operation, metadata
):
    folder = wait(store(tmp_path / "store"), (operation, "new", None))
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as database:
        database.execute("UPDATE embeddings_queue SET metadata = ?", (metadata,))
        database.commit()
    with (
        pytest.raises(CommandError, match="open the store with ChromaDB"),
        open_store(folder, NAMES),
    ):
        pass


def with_unapplied_changes(tmp_path):
    """Return a store whose queue has changes of ChromaDB's own client that no table has."""
    import chromadb

    original, changed = copied(tmp_path), tmp_path / "changed"
    shutil.copytree(original, changed)
    held: Any = chromadb.PersistentClient(str(changed)).get_collection(MEMORIES)
    ids = held.get(limit=4)["ids"]
    vector = [1.0] + [0.0] * 383
    held.add(ids=["new"], documents=["User: new"], metadatas=[{"a": 1}], embeddings=[vector])
    held.update(
        ids=[ids[0]],
        documents=["User: changed"],
        metadatas=[{"b": 2.5, "c": True}],
        embeddings=[vector],
    )
    held.upsert(ids=[ids[1]], documents=["User: put"], embeddings=[vector])
    held.delete(ids=[ids[2]])
    with closing(sqlite3.connect(original / "chroma.sqlite3")) as database:
        database.execute("ATTACH ? AS changed", (str(changed / "chroma.sqlite3"),))
        database.execute(
            "INSERT INTO embeddings_queue SELECT * FROM changed.embeddings_queue WHERE seq_id > "
            "(SELECT max(seq_id) FROM embeddings_queue)"
        )
        assert database.execute("SELECT changes()").fetchone() == (4,)
        database.commit()
    return original


@pytest.mark.parametrize(
    "make",
    [with_unapplied_changes, lambda tmp_path: killed_before_the_tables(copied(tmp_path), 5)],
    ids=["unapplied changes", "killed"],
)
def test_chromadbs_own_client_reads_the_same_rows_from_a_copy(tmp_path, make):
    require_chroma()
    import chromadb

    folder = make(tmp_path)
    shutil.copytree(folder, tmp_path / "copy")
    theirs: Any = chromadb.PersistentClient(str(tmp_path / "copy")).get_collection(MEMORIES).get()
    with open_store(folder, NAMES) as opened:
        ours = {row.key: (row.document, row.metadata) for row in opened.rows(opened.collections[0])}
    assert ours == {
        key: (document, metadata)
        for key, document, metadata in zip(
            theirs["ids"], theirs["documents"], theirs["metadatas"], strict=True
        )
    }
