"""The command that manages the index: made, filled, compared, switched and taken back."""

from __future__ import annotations

import io
import json

import pytest
from asgiref.sync import async_to_sync
from django.core.management import CommandError, call_command
from pydantic import SecretStr

from memories.access import Scope
from memories.actions import change_text, erase_person, forget, remember_all
from memories.index.elasticsearch import names
from memories.index.elasticsearch.client import connected
from memories.index.elasticsearch.purge import purge
from memories.index.managing import EXIT_AWAY
from memories.management.commands import memory_index
from memories.models import Memory
from memories.tests.factories import ANN, BEN, asked, axis, draft, give_vector, said, texts
from whisper.environment import environment
from whisper.personal_data.purging import PurgeError

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]

ALONE = Scope.direct(ANN)


class Axes:
    """An embedder whose vectors are axes."""

    def __init__(self, model="axes"):
        self.model, self.dimension = model, 8

    def embed(self, texts):
        return [axis(len(text) % 8) for text in texts]


@pytest.fixture
def index(elasticsearch, monkeypatch):
    monkeypatch.setattr("memories.index.elasticsearch.managing.embedder", Axes)
    monkeypatch.setattr(memory_index, "require_usable_database", lambda: None)
    return elasticsearch


def run(*arguments):
    out = io.StringIO()
    call_command("memory_index", *arguments, stdout=out)
    return out.getvalue()


def version(number):
    return names.index_name(number)


def elasticsearch_does(work):
    async def do():
        return await work(await connected())

    return async_to_sync(do)()


def in_index(number):
    """Return the ids of the memories that a version holds."""
    query = {"exists": {"field": "partition"}}
    elasticsearch_does(lambda es: es.indices.refresh(index=version(number)))
    found = elasticsearch_does(lambda es: es.search(index=version(number), query=query, size=999))
    return {hit["_id"] for hit in found["hits"]["hits"]}


def in_record():
    return {str(pk) for pk in Memory.objects.values_list("pk", flat=True)}


def test_status_tells_what_is_searched_and_how_far_it_is_behind(index):
    said("Miso")
    index.settle()
    said("Miso again")
    found = json.loads(run("status", "--json"))
    assert [(one["name"], one["live"]) for one in found["versions"]] == [(version(1), True)]
    assert (found["memories"], found["waiting"], found["partitions_behind"]) == (2, 1, 1)
    index.settle()
    assert json.loads(run("status", "--json"))["partitions_behind"] == 0
    assert "2 memories" in run("status")


def test_what_was_remembered_before_there_was_an_index_is_brought_by_create_and_sync(
    index, monkeypatch
):
    monkeypatch.setattr(environment, "memory_index", "local")
    remember_all(draft(f"Miso {number}") for number in range(20))
    monkeypatch.setattr(environment, "memory_index", "elasticsearch")
    elasticsearch_does(lambda es: es.indices.delete(index=version(1)))
    run("create")
    run("sync")
    index.refresh()
    assert len(index.search_as_it_is(asked("miso"), ALONE)) == 20
    with pytest.raises(CommandError, match="is there"):
        run("create")


def test_verify_finds_and_repairs_each_kind_of_difference(index):
    kept, stale, lost, altered, gone = (said(f"Miso {number}") for number in range(5))
    index.settle()
    es_id = {"index": version(1), "routing": f"person:{ANN}"}
    as_it_was = {"version": lost.revision, "version_type": "external_gte"}
    elasticsearch_does(lambda es: es.delete(id=str(lost.pk), **es_id, **as_it_was))
    fault = {"text": "Miso of Ben"}
    elasticsearch_does(lambda es: es.update(id=str(altered.pk), doc=fault, **es_id))
    Memory.objects.filter(pk=altered.pk).update(revision=altered.revision + 1)
    Memory.objects.filter(pk=stale.pk).update(text="Nori", revision=99 + stale.revision)
    Memory.objects.filter(pk=gone.pk).delete()
    with pytest.raises(CommandError, match="differs"):
        run("verify")
    out = run("verify", "--repair")
    assert "1 missing, 1 stale, 1 different, 1 extra" in out
    assert "no difference" in run("verify")
    assert in_index(1) == in_record()
    assert kept.text in texts(index.search_as_it_is(asked("miso"), ALONE))


def test_a_record_of_an_older_backup_is_told_and_helped_by_a_rebuild(index):
    memory = said("Miso")
    index.settle()
    Memory.objects.filter(pk=memory.pk).update(revision=1, text="Miso of old")
    with pytest.raises(CommandError, match="older backup"):
        run("verify", "--repair")
    run("rebuild")
    assert "no difference" in run("verify")


def test_a_rebuild_misses_nothing_that_changes_meanwhile(index, monkeypatch):
    memories = remember_all(draft(f"Miso {number}") for number in range(30))
    index.settle()
    monkeypatch.setattr("memories.index.elasticsearch.comparison.STEP", 10)
    from memories.index.elasticsearch import comparison

    stretch = comparison._stretch
    steps = []

    def meanwhile(after, upto):
        rows = stretch(after, upto)
        steps.append(after)
        if len(steps) == 2:
            change_text(memories[0], "Nori")
            change_text(memories[-1], "Nori too")
            forget([memories[1].pk, memories[-2].pk])
            said("new Miso")
            said("Miso of Ben", BEN)
        return rows

    monkeypatch.setattr(comparison, "_stretch", meanwhile)
    assert f"{version(2)} is now searched" in run("rebuild")
    index.settle()
    assert in_index(2) == in_index(1) == in_record()
    assert "no difference" in run("verify")
    assert len(texts(index.search_as_it_is(asked("nori"), ALONE))) == 2


def test_a_rebuild_that_was_stopped_goes_on_where_it_was(index, monkeypatch):
    remember_all(draft(f"Miso {number}") for number in range(30))
    index.settle()
    monkeypatch.setattr("memories.index.elasticsearch.comparison.STEP", 10)
    from memories.index.elasticsearch import comparison

    repair, written = comparison._repair, []

    async def stopped(client, target, step, stretch):
        written.append(len(step.missing))
        if len(written) == 2:
            raise KeyboardInterrupt
        return await repair(client, target, step, stretch)

    monkeypatch.setattr(comparison, "_repair", stopped)
    with pytest.raises(CommandError, match="Run it again"):
        run("rebuild")
    assert len(in_index(2)) == 10
    run("rebuild")
    assert sum(written[2:]) == 20
    assert in_index(2) == in_record()
    assert [one["live"] for one in json.loads(run("status", "--json"))["versions"]] == [False, True]


def test_the_old_version_follows_until_it_is_dropped_and_takes_over_again(index):
    gone = said("Miso gone")
    index.settle()
    run("rebuild")
    said("Miso new")
    forget([gone.pk])
    index.settle()
    assert f"{version(1)} is searched again" in run("rollback")
    assert texts(index.search_as_it_is(asked("miso"), ALONE)) == ["Miso new"]
    assert in_index(1) == in_record()
    with pytest.raises(CommandError, match="is searched"):
        run("drop", version(1))
    run("switch", version(2))
    run("drop", version(1))
    with pytest.raises(CommandError, match="no older version"):
        run("rollback")
    with pytest.raises(CommandError, match="no version"):
        run("drop", version(1))


def test_nothing_of_an_erased_person_is_left_in_any_version(index):
    said("Miso")
    index.settle()
    run("rebuild", "--no-switch")
    erase_person(ANN)
    index.settle()
    assert in_index(1) == in_index(2) == set()


def test_stores_are_not_purged_before_the_index_knows_what_to_drop(index):
    memory = said("Miso sleeps")
    index.settle()
    forget([memory.pk])
    with pytest.raises(PurgeError, match="changes are waiting"):
        async_to_sync(purge)()


def test_another_embedding_model_is_a_rebuild_with_words_meanwhile(index, monkeypatch):
    give_vector(said("Miso sleeps"), axis(0))
    index.settle()
    monkeypatch.setattr("memories.index.elasticsearch.managing.embedder", lambda: Axes("newer"))
    from memories.index.base import Query

    newer = Query("miso", axis(3), "newer")
    (found,) = index.search_as_it_is(newer, ALONE)
    assert found.dense is None
    out = run("rebuild")
    assert "1 memory embedded" in out or "Filling" in out
    index.settle()
    (found,) = index.search_as_it_is(newer, ALONE)
    assert found.dense is not None
    assert Memory.objects.get().embedding_model == "newer"


def test_without_elasticsearch_it_says_so_in_one_line(index, monkeypatch):
    from pydantic import SecretStr

    monkeypatch.setattr(environment, "elasticsearch_url", [SecretStr("http://127.0.0.1:9")])
    with pytest.raises(
        CommandError, match=r"Elasticsearch \(http://127.0.0.1:9\): it can't be reached"
    ) as caught:
        run("status")
    assert caught.value.returncode == EXIT_AWAY
    monkeypatch.undo()


def test_in_process_there_is_a_status_and_nothing_to_manage(local, monkeypatch):
    monkeypatch.setattr(memory_index, "require_usable_database", lambda: None)
    said("Miso")
    assert "searched in process, straight from the database, which has 1" in run("status")
    assert json.loads(run("status", "--json")) == {"index": "local", "memories": 1}
    assert run("prepare") == ""
    with pytest.raises(CommandError, match="no index to manage"):
        run("sync")


@pytest.fixture
def new_installation(index, monkeypatch):
    monkeypatch.setattr("memories.index.elasticsearch.preparing.embedder", Axes)
    elasticsearch_does(lambda es: es.indices.delete(index=version(1)))
    return index


def test_a_new_installation_is_prepared_and_searched_at_once(new_installation):
    assert run("prepare") == "Created the index in Elasticsearch.\n"
    said("Miso sleeps")
    found = new_installation.search(asked("miso"), ALONE)
    assert [one.entry.text for one in found] == ["Miso sleeps"]
    assert run("prepare") == ""
    assert in_index(1) == in_record()


def test_where_there_is_much_to_fill_preparing_says_how(new_installation, monkeypatch):
    monkeypatch.setattr("memories.index.elasticsearch.preparing.FEW", 1)
    remember_all(draft(f"Miso {number}") for number in range(2))
    assert "Run `manage.py memory_index sync` to fill it" in run("prepare")
    assert "No version is searched yet" in run("status")
    run("sync")
    assert run("prepare") == ""


def test_an_index_that_another_process_makes_meanwhile_is_searched(new_installation, monkeypatch):
    from memories.index.elasticsearch.upkeep import first_version as create

    async def overtaken(*model):
        await create(*model)
        return await create(*model)

    monkeypatch.setattr("memories.index.elasticsearch.preparing.first_version", overtaken)
    assert run("prepare") == ""
    assert [one["live"] for one in json.loads(run("status", "--json"))["versions"]] == [True]


def test_preparing_goes_on_without_elasticsearch_and_says_so(index, monkeypatch, capsys):
    with monkeypatch.context() as patch:
        patch.setattr(environment, "elasticsearch_url", [SecretStr("http://127.0.0.1:9")])
        call_command("memory_index", "prepare")
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        "The index is not ready, so memories are searched in process. Elasticsearch "
        "(http://127.0.0.1:9): it can't be reached: Connection refused. The next start tries "
        "again, as does `manage.py memory_index prepare`."
    )


def test_before_the_first_version_the_command_says_what_to_run(index):
    elasticsearch_does(lambda es: es.indices.delete(index=version(1)))
    assert "run create, then sync" in run("status")
    with pytest.raises(CommandError, match="run create, then sync"):
        run("verify")
    run("create")
    assert "No version is searched yet: run sync" in run("status")
