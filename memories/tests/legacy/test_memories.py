"""Memories of the older bot come along once, follow their source, and can be taken back."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from asgiref.sync import async_to_sync
from django.core.management import CommandError, call_command

from memories import personal_data
from memories.actions import change_text, forget, remember
from memories.embeddings import embedder
from memories.legacy.importing import CORRECTED
from memories.models import ImportedRow, Memory, Place
from memories.tests.factories import CLEO, draft
from memories.tests.legacy.older_chroma import (
    ANN,
    BEN,
    CHANNEL,
    DIMENSION,
    FACTS,
    GUILD,
    add,
    fact,
    remove,
    store,
    take,
    talk,
)
from profiles.actions import decide_consent
from profiles.models import Consent
from whisper.models import ImportRun
from whisper.personal_data import erasures

pytestmark = [pytest.mark.django_db, pytest.mark.heavy]


def texts(**condition):
    return sorted(Memory.objects.filter(**condition).values_list("text", flat=True))


def roll_back(run=None):
    run = run or ImportRun.objects.latest("pk").pk
    call_command("import_legacy", "rollback", str(run))


def test_what_was_said_becomes_the_memory_and_the_reply_before_its_context(tmp_path):
    rows = [talk("hello there", "How are you?"), talk("tired", timestamp="2025-06-01T12:05:00")]
    take(store(tmp_path, rows))
    first, second = Memory.objects.order_by("said_at")
    assert (first.text, first.context) == ("hello there", "")
    assert (second.text, second.context) == ("tired", "How are you?")
    assert first.imported_rows.get().metadata["bot_response"] == "How are you?"


def test_the_hour_that_clocks_repeat_is_told_apart_by_the_time_of_storing(tmp_path):
    rows = [
        talk("early", timestamp="2025-11-02T01:30:00") | {"created_at": stored}
        for stored in ("2025-11-02 08:30:02", "2025-11-02 09:30:02")
    ]
    rows[1]["metadata"]["user_message"] = "late"
    take(store(tmp_path, rows))
    times = Memory.objects.order_by("said_at").values_list("text", "said_at__hour")
    assert list(times) == [("early", 8), ("late", 9)]


def test_a_channel_that_any_row_names_a_server_for_is_of_that_server(tmp_path):
    rows = [
        talk("named", emotional_guild_id=str(GUILD)),
        talk("not named", timestamp="2025-06-02T12:00:00"),
    ]
    take(store(tmp_path, rows))
    places = set(Memory.objects.values_list("place", "guild_id", "channel_id"))
    assert places == {(Place.PRIVATE_CHANNEL, GUILD, CHANNEL)}


@pytest.mark.parametrize(("seconds", "left"), [(59, 1), (61, 2)])
def test_the_same_words_within_a_minute_are_a_retry(tmp_path, seconds, left):
    at = f"2025-06-01T12:0{seconds // 60}:{seconds % 60:02}"
    take(store(tmp_path, [talk("good night!"), talk("good night!", timestamp=at)]))
    assert Memory.objects.count() == left


def test_rows_that_can_be_nobodys_are_reported_and_the_others_come_along(tmp_path):
    rows = [
        talk("a test", user="test_user_1"),
        talk("other than numbers", user="ann"),
        talk("too large", user=2**70),
        talk("Mallory's", user=f"0{ANN}"),
        talk("nobody's", user="0"),
        talk("other digits", user="١٠٠١"),
        {"document": None, "metadata": {"user_id": str(ANN), "timestamp": "2025-06-01T12:00:00"}},
        {"document": "User: bare\nAssistant: yes", "metadata": {"user_id": str(ANN)}},
        talk("sound"),
    ]
    out = take(store(tmp_path / "store", rows), "--report", str(tmp_path / "report.json"))
    assert texts() == ["bare", "sound"]
    assert "belongs to a test user: 1 skipped" in out
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["counts"]["user_memories"] == {"skipped": 7}


def test_odd_values_do_not_stop_the_import(tmp_path):
    rows = [
        talk("odd\x00\ud800".encode("utf-8", "replace").decode(), intensity=float("inf")),
        talk("x" * 10_000, timestamp="invalid date", detected_emotion="melancholy", confidence=7.5),
    ]
    rows[0]["key"] = "k" * 400
    take(store(tmp_path, rows))
    assert Memory.objects.count() == 2
    assert set(Memory.objects.values_list("emotion", "confidence")) == {("", 1.0)}
    assert "imported" not in take(tmp_path)


def test_vectors_are_kept_where_a_sample_agrees(tmp_path):
    rows = [talk(f"line {n}", timestamp=f"2025-06-0{n}T12:00:00") for n in range(1, 6)]
    for row, vector in zip(rows, embedder().embed([one["document"] for one in rows]), strict=True):
        row["vector"] = vector
    broken = [np.zeros(DIMENSION), np.full(DIMENSION, np.nan), np.ones(3)]
    for row, vector in zip(rows, broken, strict=False):
        row["vector"] = vector
    out = take(store(tmp_path, rows))
    assert "2 of 2 agree" in out
    assert "vectors: 2 imported, 3 repaired" in out
    kept = Memory.objects.get(text="line 5")
    assert bytes(kept.embedding or b"") == np.asarray(rows[4]["vector"], "<f4").tobytes()


def test_one_vector_of_another_model_is_enough_to_trust_none(tmp_path):
    rows = [talk(f"line {n}", timestamp=f"2025-06-0{n}T12:00:00") for n in range(1, 6)]
    vectors = embedder().embed([one["document"] for one in rows])
    vectors[2] = vectors[2][::-1]
    for row, vector in zip(rows, vectors, strict=True):
        row["vector"] = vector
    folder = store(tmp_path, rows)
    assert "made again: 4 of 5 agree" in take(folder)
    roll_back()
    assert "vectors: 5 imported" in take(folder, "--trust-vectors")


def test_a_second_run_takes_only_what_is_new_or_changed(tmp_path):
    folder = store(tmp_path, [talk("one") | {"key": "a"}, talk("two") | {"key": "b"}])
    take(folder)
    ids = dict(Memory.objects.values_list("text", "pk"))
    add(folder, talk("three") | {"key": "c"}, talk("two, really") | {"key": "b"})
    out = take(folder, "--verify")
    assert "conversation_dm: 2 imported, 1 unchanged" in out
    assert texts() == ["one", "three", "two, really"]
    assert Memory.objects.get(text="one").pk == ids["one"]


def test_what_was_corrected_or_forgotten_here_stays_so(tmp_path):
    folder = store(tmp_path, [talk("one") | {"key": "a"}, talk("two") | {"key": "b"}])
    take(folder)
    change_text(Memory.objects.get(text="one"), "one, corrected")
    forget([Memory.objects.get(text="two").pk])
    add(folder, talk("one more") | {"key": "a"}, talk("two more") | {"key": "b"})
    assert CORRECTED in take(folder)
    assert texts() == ["one, corrected"]
    assert not ImportedRow.objects.get(key="b").document


def test_what_the_source_lost_is_noted_and_stays(tmp_path):
    folder = store(tmp_path, [talk("one") | {"key": "a"}, talk("two") | {"key": "b"}])
    take(folder)
    remove(folder, "a")
    take(folder)
    assert texts() == ["one", "two"]
    assert ImportedRow.objects.get(key="a").outcome == "gone"


def test_the_same_row_in_another_store_is_not_taken_again(tmp_path):
    take(store(tmp_path / "one", [talk("hello") | {"key": "a"}]))
    ImportedRow.objects.update(store="chroma:of another collection")
    take(store(tmp_path / "two", [talk("hello") | {"key": "a"}]))
    assert texts() == ["hello"]
    roll_back()
    assert texts() == ["hello"]


def test_who_said_no_or_was_erased_is_left_out(tmp_path):
    decide_consent(ANN, granted=False, source="test")
    erasures.note(BEN)
    out = take(store(tmp_path, [talk("one"), talk("two", user=BEN)]))
    assert not Memory.objects.exists()
    assert not ImportedRow.objects.exists()
    assert "declined" in out
    assert "was erased" in out


def test_people_are_taken_to_agree_where_the_operator_says_so(tmp_path):
    take(store(tmp_path, [talk("one")]), "--consent-given")
    assert Consent.objects.get(person_id=ANN).status == Consent.Status.GRANTED


def test_who_was_brought_along_was_not_asked_yet(tmp_path):
    take(store(tmp_path, [talk("one")]))
    consent = Consent.objects.get(person_id=ANN)
    assert (consent.status, consent.asked_at) == (Consent.Status.ASKED, None)


def test_facts_that_belong_to_all_are_hidden(tmp_path):
    take(store(tmp_path, facts=[fact("the book is Piranesi", user=None)]))
    memory = Memory.objects.get()
    assert memory.hidden
    assert (memory.person_id, memory.context) == (None, "")


def test_taking_a_run_back_leaves_what_was_there_before(tmp_path):
    folder = store(tmp_path, [talk("one") | {"key": "a"}, talk("two", user=BEN) | {"key": "b"}])
    remember(draft("mine", CLEO))
    take(folder)
    decide_consent(BEN, granted=True, source="discord")
    roll_back()
    assert texts() == ["mine"]
    assert not ImportedRow.objects.exists()
    assert list(Consent.objects.values_list("person_id", flat=True)) == [BEN]
    assert "2 imported" in take(folder)


def test_taking_a_later_run_back_restores_what_it_changed(tmp_path):
    folder = store(tmp_path, [talk("one") | {"key": "a"}, talk("two") | {"key": "b"}])
    take(folder)
    before = ImportedRow.objects.order_by("key").values_list("key", "digest", "metadata")
    kept = list(before)
    add(folder, talk("changed") | {"key": "a"}, talk("new") | {"key": "c"})
    take(folder)
    assert texts() == ["changed", "new", "two"]
    roll_back()
    assert texts() == ["one", "two"]
    assert list(before.all()) == kept


def test_a_fact_that_an_import_ended_is_true_again_when_the_import_is_taken_back(tmp_path):
    old = remember(draft("They live in Ghent.", ANN, kind=Memory.Kind.USER_FACT, slot="home.city"))
    take(store(tmp_path, facts=[], rows=[fact("User lives in Lyon")]))
    old.refresh_from_db()
    assert old.superseded_by == Memory.objects.get(text="User lives in Lyon")
    roll_back()
    old.refresh_from_db()
    assert Memory.objects.filter(valid_to=None, superseded_by=None).get() == old


def test_a_run_is_taken_back_once(tmp_path):
    take(store(tmp_path, [talk("one")]))
    roll_back()
    with pytest.raises(CommandError, match="already undone"):
        roll_back()
    with pytest.raises(CommandError, match="Run 99 does not exist"):
        roll_back(99)


def test_every_row_is_told_of_by_number(tmp_path):
    out = take(store(tmp_path, [talk(f"line {n}", user=ANN + n) for n in range(30)]), "--verify")
    assert re.search(r"30 documents in the source: 30 remembered", out)
    assert "are equal" in out


def test_collections_of_other_names_are_found_by_the_older_variables(tmp_path, monkeypatch):
    from whisper.environment import environment

    folder = store(tmp_path, [talk("one")])
    monkeypatch.setattr(environment, "chromadb_path", folder)
    assert "1 imported" in take("")
    monkeypatch.setattr(environment, "chromadb_collection_name", "others")
    monkeypatch.setattr(environment, "chromadb_global_collection_name", "none")
    with pytest.raises(CommandError, match=f"it has {FACTS}, user_memories"):
        take(folder)


def test_a_directory_that_can_not_be_read_begins_no_run(tmp_path):
    with pytest.raises(CommandError, match="not a ChromaDB directory"):
        take(tmp_path)
    assert not ImportRun.objects.exists()


def test_an_erased_person_leaves_no_id_in_the_runs(tmp_path):
    take(store(tmp_path, [talk("hello")]))
    assert str(ANN) in str(ImportRun.objects.get().options)
    async_to_sync(personal_data.HOLDER.erase)(ANN, None)
    assert str(ANN) not in str(ImportRun.objects.get().options)
