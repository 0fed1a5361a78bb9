"""Replies to all kinds of messages are sound, as far as a machine can tell."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from botrunner.offline.evaluation.utterances import Utterance, faults_of, read_talks

SETS = Path(__file__).parents[2] / "offline" / "evaluation" / "sets"
# A little under what was reached.
FLOORS = (
    pytest.param("utterances.jsonl", 94.0, marks=pytest.mark.long),
    pytest.param("utterances-later.jsonl", 94.0, marks=pytest.mark.long),
)


def evaluate(path, **options):
    out = StringIO()
    call_command("evaluate", "utterances", path, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("name", "floor"), FLOORS)
def test_replies_of_a_set_are_as_sound_as_they_were(name, floor):
    figures = json.loads(evaluate(SETS / name, json=True))
    assert figures["sound"] >= floor, figures


def test_the_set_holds_150_utterances_of_many_kinds():
    said = [one for talk in read_talks(SETS / "utterances.jsonl") for one in talk.says]
    assert len(said) >= 150
    assert len({one.kind for one in said}) >= 12


@pytest.mark.parametrize(
    ("kind", "reply", "fault"),
    [
        ("small talk", "I see. How did that come about?", "is a stock phrase"),
        ("asking", "You told me: “where do I live?”", "quotes a question"),
        ("telling", "", "is empty"),
        ("small talk", "Well. " * 40, "is long"),
        ("danger", "Okay.", "hears no danger"),
        ("telling", "Ohne Sprachmodell verstehe ich am besten Englisch.", "in another language"),
    ],
)
def test_what_is_never_right_is_found(kind, reply, fault):
    assert any(fault in found for found in faults_of(Utterance("so", kind), reply))


def test_a_sound_reply_has_no_faults():
    utterance = Utterance("I live in Rome", "telling", contains=["Rome"], lacks=["Milan"])
    assert faults_of(utterance, "Noted: you live in Rome.") == []
    assert faults_of(utterance, "Noted: you live in Milan.") == ["lacks Rome", "says Milan"]


def test_what_was_just_said_is_not_said_again():
    assert faults_of(Utterance("hm", "small talk"), "Okay.", before="Okay.") == ["repeats itself"]


def test_a_file_of_another_form_is_named(tmp_path):
    path = tmp_path / "utterances.jsonl"
    path.write_text('{"who": "Ann"}\n')
    with pytest.raises(CommandError, match="not a utterances set"):
        evaluate(path)
