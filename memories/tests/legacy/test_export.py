"""Memories go back into a directory that the older bot opens, and come along from it again."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from memories.actions import change_text, remember, remember_all
from memories.embeddings import embedder
from memories.legacy.chroma_reader import open_store
from memories.models import ImportedRow, Memory, Place
from memories.tests.factories import ANN, CHANNEL, GUILD, draft
from memories.tests.legacy.older_chroma import FACTS, MEMORIES, ZONE, manifest, store, take, talk
from memories.tests.legacy.with_chroma import require_chroma
from profiles.tests.legacy.older_bot import sample

pytestmark = pytest.mark.django_db

COLUMNS = (
    "person_id",
    "kind",
    "text",
    "context",
    "speaker",
    "place",
    "guild_id",
    "channel_id",
    "said_at",
    "category",
    "slot",
    "emotion",
    "confidence",
    "valid_to",
    "hidden",
    "embedding_model",
)
# What the older bot's client does, in a process of its own: it changes what it opens.
OPEN = """
import chromadb, json, sys
from chromadb.config import Settings
client = chromadb.PersistentClient(sys.argv[1], settings=Settings(anonymized_telemetry=False))
held = {}
for name in ("user_memories", "global_facts"):
    collection = client.get_collection(name)
    held[name] = collection.get(include=["documents", "metadatas", "embeddings"])
    held[name]["embeddings"] = [[float(x) for x in one] for one in held[name]["embeddings"]]
    held[name]["metadata"] = collection.metadata
    if held[name]["ids"]:
        first = collection.query(query_embeddings=[held[name]["embeddings"][0]], n_results=1)
        held[name]["nearest"] = first["ids"][0][0]
print(json.dumps(held))
"""


@pytest.fixture(autouse=True)
def _chroma():
    require_chroma()


def export(path):
    out = StringIO()
    call_command("export_legacy", "memories", str(path), "--timezone", ZONE, stdout=out)
    return out.getvalue()


def opened(path):
    """Return what ChromaDB itself reads."""
    found = subprocess.run(
        [sys.executable, "-c", OPEN, str(path)], capture_output=True, text=True, timeout=100
    )
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


def rows_of(path):
    with open_store(path, (MEMORIES, FACTS)) as found:
        return {
            row.key: (row.document, row.metadata)
            for collection in found.collections
            for row in found.rows(collection)
        }


def vectors_of(path, keys):
    with open_store(path, (MEMORIES, FACTS)) as found:
        vectors: dict[str, Any] = {}
        for collection in found.collections:
            vectors |= found.vectors(collection, keys)
    return vectors


def memories():
    return sorted(map(str, Memory.objects.values_list(*COLUMNS)))


def embeddings():
    return {one.text: bytes(one.embedding or b"") for one in Memory.objects.all()}


@pytest.mark.heavy
def test_the_sample_goes_back_as_it_was_without_its_repeats(tmp_path):
    take(sample() / "chromadb")
    assert "user_memories: 295 documents" in export(tmp_path / "out")
    before, after = rows_of(sample() / "chromadb"), rows_of(tmp_path / "out")
    dropped = {key for one in manifest()["chromadb"]["duplicates"] for key in one["drop"]}
    assert after == {key: row for key, row in before.items() if key not in dropped}
    keys = sorted(after.keys() - set(manifest()["chromadb"]["zero_vectors"]))
    old, new = (vectors_of(path, keys) for path in (sample() / "chromadb", tmp_path / "out"))
    assert all(np.array_equal(old[key], new[key]) for key in keys)


@pytest.mark.long
@pytest.mark.heavy
def test_what_went_back_is_opened_searched_and_of_the_right_dimension(tmp_path):
    take(sample() / "chromadb")
    export(tmp_path / "out")
    held = opened(tmp_path / "out")
    assert len(held["user_memories"]["ids"]) == 295
    assert held["user_memories"]["nearest"] == held["user_memories"]["ids"][0]
    assert held["user_memories"]["metadata"] == {"embedding_dimension": 384}


@pytest.mark.long
@pytest.mark.heavy
def test_out_and_in_again_is_equal(tmp_path):
    take(sample() / "chromadb")
    made_here = draft("I moved to Lyon", ANN, place=Place.PUBLIC_CHANNEL, guild_id=GUILD)
    remember(made_here, vector=embedder().embed([made_here.text])[0], model=embedder().model)
    before, vectors = memories(), embeddings()
    export(tmp_path / "out")
    Memory.objects.all().delete()
    ImportedRow.objects.all().delete()
    assert "made again" not in take(tmp_path / "out")
    assert memories() == before
    assert embeddings() == vectors


@pytest.mark.heavy
def test_memories_made_here_get_what_the_older_bot_expects(tmp_path):
    at = datetime(2025, 11, 2, 9, 30, 0, 7, UTC)
    drafts = [
        draft("so tired", place=Place.PUBLIC_CHANNEL, guild_id=GUILD, channel_id=CHANNEL),
        draft("so tired", said_at=at, emotion="sad", importance=0.7),
        draft("They like tea.", kind=Memory.Kind.USER_FACT, slot="like.tea", category="like"),
        draft("They talked about tea.", kind=Memory.Kind.SUMMARY),
        draft("The book is Piranesi.", None, channel_id=None),
    ]
    by = embedder()
    remember_all(drafts, vectors=by.embed([one.text for one in drafts]), model=by.model)
    export(tmp_path / "out")
    held = opened(tmp_path / "out")["user_memories"]
    by_key = dict(zip(held["ids"], held["metadatas"], strict=True))
    (night,) = (one for key, one in by_key.items() if key.startswith(f"{ANN}_2025-11-02T01:30"))
    assert night["user_message"] == "so tired"
    assert (night["user_id"], night["detected_emotion"]) == (str(ANN), "sad")
    assert {one["type"] for one in by_key.values() if "type" in one} == {"user_fact"}
    before = memories()
    Memory.objects.all().delete()
    take(tmp_path / "out")
    # What belongs to all is hidden again: nobody here has approved it.
    assert [row.replace("True", "False") for row in memories()] == before


@pytest.mark.heavy
def test_what_was_corrected_here_goes_back_corrected(tmp_path):
    take(store(tmp_path / "store", [talk("helo", "Hi!") | {"key": "a"}]))
    change_text(Memory.objects.get(), "hello")
    export(tmp_path / "out")
    document, metadata = rows_of(tmp_path / "out")["a"]
    assert document == "User: hello\nAssistant: Hi!"
    assert metadata["user_message"] == "hello"


@pytest.mark.heavy
def test_an_export_into_the_database_that_it_came_from_adds_nothing(tmp_path):
    take(store(tmp_path / "store", [talk("hello")]))
    remember(draft("made here", ANN))
    export(tmp_path / "out")
    take(tmp_path / "out")
    assert sorted(Memory.objects.values_list("text", flat=True)) == ["hello", "made here"]


def test_an_export_goes_into_no_folder_that_is_there(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="already exists"):
        export(tmp_path)
