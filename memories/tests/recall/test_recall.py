"""Tests of recall by the database to the ranked memories, with the real embedder."""

from __future__ import annotations

import json

import pytest
from asgiref.sync import async_to_sync
from django.core.management import CommandError, call_command

from memories.access import Scope
from memories.embeddings import EmbeddingError, queries
from memories.index import reset
from memories.models import Place
from memories.recall import recall
from memories.tests.factories import ANN, BEN, CHANNEL, GUILD, said, texts
from whisper import outbox

ALONE = Scope.direct(ANN)
IN_SERVER = Scope(ANN, Place.PUBLIC_CHANNEL, CHANNEL, GUILD)


@pytest.fixture(autouse=True)
def memories_of_ann(transactional_db):
    reset()
    said("My cat is called Miso")
    said("Deadlines at the office keep me awake at night")
    said("The garden gate is painted green")
    async_to_sync(outbox.drain)()
    yield
    reset()


def recalled(text, scope=ALONE, **options):
    return async_to_sync(recall)(text, scope, **options)


def test_a_question_finds_the_answer_first():
    assert texts(recalled("what's the name of my cat?"))[0] == "My cat is called Miso"


def test_a_statement_brings_to_mind_what_shares_no_word_with_it():
    found = recalled("Work is stressing me out, I can't sleep")
    assert texts(found)[0] == "Deadlines at the office keep me awake at night"
    assert found[0].bm25 == 0


@pytest.mark.parametrize("text", ["asdkjh qwe", "lol", "hello!", "good morning :)", "🎉", ""])
def test_nonsense_and_greetings_recall_nothing(text):
    assert recalled(text) == []


def test_no_more_than_asked_for_is_recalled():
    assert len(recalled("what about the cat, the office and the gate?", k=2)) == 2


def test_what_was_said_alone_is_not_recalled_in_a_server_nor_for_anybody_else():
    assert recalled("what's the name of my cat?", IN_SERVER) == []
    assert recalled("what's the name of my cat?", Scope.direct(BEN)) == []


def test_without_an_embedder_words_alone_decide(monkeypatch):
    def broken():
        raise EmbeddingError("no model")

    monkeypatch.setattr(queries, "embedder", broken)
    found = recalled("what's the name of my cat?")
    assert found[0].entry.text == "My cat is called Miso"
    assert found[0].dense is None


@pytest.mark.parametrize("text", ["\x00", "a" * 100_000, "user:* OR 1=1", "the of and", "\ud800 x"])
def test_odd_queries_do_no_harm(text):
    assert isinstance(recalled(text), list)


def test_the_command_prints_what_is_recalled_as_json(capsys):
    call_command("recall", "what's the name of my cat?", user_id=ANN, k=1, json=True)
    (found,) = json.loads(capsys.readouterr().out)
    assert found["text"] == "My cat is called Miso"
    assert found["dense"] > 0.5


def test_the_command_explains_what_was_found_and_what_just_missed(capsys):
    call_command("recall", "what's the name of my cat?", user_id=ANN, k=1, explain=True)
    printed = capsys.readouterr().out
    assert "words_around +" in printed
    assert "Just missed:" in printed


def test_the_explanation_of_the_command_can_be_read_by_programs(capsys):
    call_command(
        "recall", "what's the boiling point of lead?", user_id=ANN, explain=True, json=True
    )
    found = json.loads(capsys.readouterr().out)
    assert found["found"] == []
    assert found["evidence"] < found["floor"]
    assert all(one["parts"] for one in found["missed"])


def test_the_command_tells_a_server_nothing_of_direct_messages(capsys):
    where = {"guild_id": GUILD, "channel_id": CHANNEL}
    call_command("recall", "what's the name of my cat?", user_id=ANN, **where)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Nothing" in captured.err


@pytest.mark.parametrize(
    "options", [{"user_id": -1}, {"user_id": 2**64}, {"user_id": ANN, "guild_id": 5}, {"k": 0}]
)
def test_the_command_refuses_what_is_no_person_or_place(options):
    with pytest.raises(CommandError):
        call_command("recall", "cat", **{"user_id": ANN} | options)
