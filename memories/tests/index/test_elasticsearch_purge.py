"""What was erased is in no file of Elasticsearch once stores are purged."""

from __future__ import annotations

from pathlib import Path

import pytest
from asgiref.sync import async_to_sync

from memories.actions import erase_person, remember_all
from memories.index.elasticsearch import names
from memories.index.elasticsearch import purge as purging
from memories.index.elasticsearch.client import connected
from memories.index.elasticsearch.purge import purge
from memories.tests.factories import ANN, BEN, draft

pytestmark = [
    pytest.mark.service,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.django_db(transaction=True),
]

WORD = "qvorxplim"


async def _folders() -> list[Path]:
    """Return where the nodes keep the indices of this test."""
    client = await connected()
    stats = await client.nodes.stats(metric="fs")
    found = await client.indices.get_settings(index=names.all_indices())
    ids = [one["settings"]["index"]["uuid"] for one in found.values()]
    paths = [data["path"] for node in stats["nodes"].values() for data in node["fs"]["data"]]
    return [Path(path) / "indices" / one for path in paths for one in ids]


async def _flush() -> None:
    client = await connected()
    await client.indices.flush(index=names.all_indices(), force=True)


async def _documents() -> tuple[int, int]:
    """Return how many documents there are, and how many deleted ones are still there."""
    client = await connected()
    stats = await client.indices.stats(index=names.all_indices(), metric=["docs"])
    found = stats["_all"]["primaries"]["docs"]
    return found["count"], found["deleted"]


def files_with(word: str) -> list[Path]:
    """Return the files of the indices in which the bytes of a word are."""
    folders = [one for one in async_to_sync(_folders)() if one.is_dir()]
    if not folders:
        pytest.skip("the files of Elasticsearch are not on this machine")
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return [file for file in files if word.encode() in file.read_bytes()]


def test_no_byte_of_what_was_erased_is_in_a_file_after_a_purge(elasticsearch):
    remember_all([draft(f"Miso {number}", BEN) for number in range(50)])
    remember_all([draft(f"{WORD} {number}", ANN) for number in range(2)])
    elasticsearch.settle()
    async_to_sync(_flush)()
    assert files_with(WORD)
    erase_person(ANN)
    elasticsearch.settle()
    async_to_sync(purge)()
    assert files_with(WORD) == []
    # Those that are left, and two that tell late writers of the removal.
    assert async_to_sync(_documents)() == (50 + 2, 0)


def test_a_purge_that_leaves_something_deleted_says_so(elasticsearch, monkeypatch):
    async def held_back(client, pattern):
        return 1

    monkeypatch.setattr(purging, "_merge", held_back)
    monkeypatch.setattr(purging, "RETAINED_SECONDS", 0)
    assert "1 deleted documents are kept" in async_to_sync(purge)()
