"""A ChromaDB directory is read from a copy, whatever state it is in."""

from __future__ import annotations

import hashlib
import pickle
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from django.core.management import CommandError

from memories.embeddings import embedder
from memories.legacy.chroma_reader import open_store
from memories.models import Memory
from memories.tests.legacy.older_chroma import FACTS, MEMORIES, add, copied, store, take, talk

NAMES = (MEMORIES, FACTS)


def digest(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def vectors_of(folder):
    with open_store(folder, NAMES) as opened:
        collection = opened.collections[0]
        return opened.vectors(collection, list(opened.keys(collection))), collection.problem


def index_file(folder, name):
    return next(folder.glob(f"*/{name}"))


def test_flushed_and_waiting_vectors_are_those_of_the_documents(tmp_path):
    folder = copied(tmp_path)
    with open_store(folder, NAMES) as opened:
        collection = opened.collections[0]
        rows = list(opened.rows(collection))
        chosen = [*rows[:3], *rows[-3:]]
        vectors = opened.vectors(collection, [row.key for row in chosen])
        fresh = embedder().embed([str(row.document) for row in chosen])
        cosines = [vectors[row.key] @ one for row, one in zip(chosen, fresh, strict=True)]
    assert min(cosines) > 0.999


def test_reading_changes_no_byte_and_works_on_the_database_alone(tmp_path):
    folder = copied(tmp_path)
    before = digest(folder)
    with open_store(folder / "chroma.sqlite3", NAMES) as opened:
        assert sum(opened.count(one) for one in opened.collections) == 336
    assert digest(folder) == before


@pytest.mark.parametrize("name", ["data_level0.bin", "index_metadata.pickle", "header.bin"])
@pytest.mark.parametrize("harm", ["cut", "missing"])
def test_without_its_index_files_the_queue_and_all_texts_are_still_there(tmp_path, name, harm):
    folder = copied(tmp_path)
    path = index_file(folder, "index_metadata.pickle").with_name(name)
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:50])
    else:
        path.unlink()
    vectors, _ = vectors_of(folder)
    assert 0 < len(vectors) < 309


def test_a_list_of_labels_can_run_no_code(tmp_path):
    class Harm:
        def __reduce__(self):
            return (open, (str(tmp_path / "harm"), "w"))

    folder = copied(tmp_path)
    index_file(folder, "index_metadata.pickle").write_bytes(pickle.dumps(Harm()))
    _, problem = vectors_of(folder)
    assert "damaged" in problem
    assert not (tmp_path / "harm").exists()


@pytest.mark.heavy
@pytest.mark.django_db
def test_what_lost_its_vectors_is_embedded_anew(tmp_path):
    folder = copied(tmp_path)
    for path in folder.glob("*/data_level0.bin"):
        path.unlink()
    assert "embedded again" in take(folder)
    assert Memory.objects.count() == 322
    assert not Memory.objects.filter(embedding=None).exists()


@pytest.mark.parametrize("size", [0, 50, 5_000, 100_000])
def test_a_database_that_is_cut_off_is_told_in_one_line(tmp_path, size):
    folder = copied(tmp_path)
    path = folder / "chroma.sqlite3"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(CommandError, match=r"chroma\.sqlite3"), open_store(folder, NAMES):
        pass


def test_what_is_no_directory_of_chromadb_is_told(tmp_path):
    with pytest.raises(CommandError, match="doesn't exist"), open_store(tmp_path / "no", NAMES):
        pass
    with pytest.raises(CommandError, match="not a ChromaDB directory"), open_store(tmp_path, NAMES):
        pass
    (tmp_path / "chroma-embeddings.parquet").touch()
    with pytest.raises(CommandError, match=r"before 0\.4"), open_store(tmp_path, NAMES):
        pass


def test_another_layout_is_told_by_what_it_lacks(tmp_path):
    folder = store(tmp_path / "store")
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as database:
        database.execute("ALTER TABLE embedding_metadata RENAME COLUMN float_value TO number")
    with pytest.raises(CommandError, match="lacks float_value"), open_store(folder, NAMES):
        pass


def test_an_older_layout_without_truth_values_is_read(tmp_path):
    folder = store(tmp_path / "store", [talk("hello")])
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as database:
        database.execute("ALTER TABLE embedding_metadata DROP COLUMN bool_value")
    with open_store(folder, NAMES) as opened:
        (row,) = opened.rows(opened.collections[0])
    assert row.metadata["user_message"] == "hello"


def test_a_directory_that_somebody_writes_is_read_as_of_before(tmp_path):
    folder = store(tmp_path / "store", [talk("hello")])
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE embedding_metadata SET string_value = 'half'")
        with open_store(folder, NAMES) as opened:
            (row,) = opened.rows(opened.collections[0])
        writer.rollback()
    assert row.metadata["user_message"] == "hello"


def test_a_directory_that_stays_locked_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("profiles.legacy.sqlite_copy.LOCK_SECONDS", 0.1)
    folder = store(tmp_path / "store", [talk("hello")])
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CommandError, match="in use"), open_store(folder, NAMES):
            pass


def test_the_latest_vector_of_a_document_counts(tmp_path):
    folder = store(tmp_path / "store", [talk("hello") | {"key": "a", "vector": np.zeros(384)}])
    add(folder, talk("hello") | {"key": "a", "vector": np.ones(384)})
    vectors, _ = vectors_of(folder)
    assert vectors["a"].sum() == 384
