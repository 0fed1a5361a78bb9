"""Snapshots of the index: taken, listed, kept for a while, and synced with the database."""

from __future__ import annotations

import pytest
from django.core.management import CommandError

from memories.access import Scope
from memories.actions import forget
from memories.index.elasticsearch import backup, names
from memories.management.commands import memory_index
from memories.tests.factories import ANN, DIMENSION, MODEL, asked, said, texts
from memories.tests.index.test_memory_index_command import elasticsearch_does, run, version
from whisper.backups import snapshots
from whisper.environment import environment

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]


class Embedder:
    """An embedder of the model that tests give vectors of."""

    model, dimension = MODEL, DIMENSION


@pytest.fixture
def index(elasticsearch, monkeypatch):
    """Give an index, and a folder that its node may keep snapshots in."""
    monkeypatch.setattr("memories.index.elasticsearch.managing.embedder", Embedder)
    monkeypatch.setattr(memory_index, "require_usable_database", lambda: None)
    nodes = elasticsearch_does(lambda es: es.nodes.info(metric="settings"))["nodes"].values()
    allowed = next(iter(nodes))["settings"]["path"]["repo"]
    folder = allowed if isinstance(allowed, str) else allowed[0]
    monkeypatch.setattr(environment, "elasticsearch_snapshot_path", folder)
    yield elasticsearch
    elasticsearch_does(_remove)


async def _remove(es):
    es = es.options(ignore_status=404)
    await es.snapshot.delete(repository=names.repository(), snapshot="*")
    await es.snapshot.delete_repository(name=names.repository())


def names_of_snapshots():
    return [line.split()[0] for line in run("snapshots").splitlines()]


def recalled(index, text="miso"):
    return sorted(texts(index.search(asked(text), Scope.direct(ANN))))


def test_a_restored_snapshot_is_searched_as_the_database_is_now(index):
    gone = said("Miso of old")
    said("Miso sleeps")
    index.settle()
    run("snapshot")
    forget([gone.pk])
    said("Miso wakes")
    index.settle()
    told = run("restore")
    assert f"{version(2)}: 1 missing, 1 extra." in told
    assert f"{version(2)} is now searched" in told
    assert recalled(index) == ["Miso sleeps", "Miso wakes"]
    assert "no difference" in run("verify")
    # The one beside it is untouched.
    assert "no difference" in run("verify", "--name", version(1))


def test_changes_go_on_into_a_restored_index(index):
    index.settle()
    run("snapshot")
    run("restore")
    said("Miso sleeps")
    assert recalled(index) == ["Miso sleeps"]


def test_a_lost_index_comes_back_from_its_snapshot(index):
    said("Miso sleeps")
    index.settle()
    run("snapshot")
    elasticsearch_does(lambda es: es.indices.delete(index=version(1)))
    run("restore", *names_of_snapshots())
    assert recalled(index) == ["Miso sleeps"]


def test_a_snapshot_of_another_model_is_not_searched(index, monkeypatch):
    run("snapshot")
    monkeypatch.setattr(Embedder, "model", "another")
    with pytest.raises(CommandError, match="another mapping or embedding model: run rebuild"):
        run("restore")
    found = elasticsearch_does(lambda es: es.indices.get(index=names.all_indices()))
    assert list(found.body) == [version(1)]


def test_the_oldest_snapshots_go_away(index, monkeypatch):
    monkeypatch.setattr(environment, "backup_retention_count", 2)
    for _ in range(3):
        run("snapshot")
    kept = names_of_snapshots()
    run("snapshot")
    assert names_of_snapshots()[:1] == kept[1:]
    assert len(kept) == 2


def test_a_node_that_keeps_none_is_told_what_to_set(index, monkeypatch):
    monkeypatch.setattr(environment, "elasticsearch_snapshot_path", "/nowhere")
    with pytest.raises(CommandError, match=r'set `path.repo: \["/nowhere"\]` in the elasticsearch'):
        run("snapshot")
    monkeypatch.setattr(environment, "elasticsearch_snapshot_path", None)
    with pytest.raises(CommandError, match="set ELASTICSEARCH_SNAPSHOT_PATH"):
        run("snapshot")


def test_a_snapshot_that_is_not_there_is_told(index):
    with pytest.raises(CommandError, match="There is no snapshot"):
        run("restore")
    run("snapshot")
    with pytest.raises(CommandError, match="There is no complete snapshot 'gone'"):
        run("restore", "gone")


def test_a_backup_takes_a_snapshot_beside_it(index, monkeypatch):
    monkeypatch.setattr(snapshots, "_takers", {"Elasticsearch": backup.snapshot})
    assert snapshots.take() == {"Elasticsearch": names_of_snapshots()[0]}


def test_a_backup_takes_none_where_nothing_says_where_to(index, monkeypatch):
    monkeypatch.setattr(environment, "elasticsearch_snapshot_path", None)
    assert backup.snapshot() is None


def test_a_snapshot_that_fails_is_told_to_who_makes_the_backup(index, monkeypatch, caplog):
    monkeypatch.setattr(snapshots, "_takers", {"Elasticsearch": backup.snapshot})
    monkeypatch.setattr(environment, "elasticsearch_snapshot_path", "/nowhere")
    assert snapshots.take() == {"Elasticsearch": ""}
    assert "path.repo" in caplog.text
