"""Tests of learning recall's weights, and of the tables made of them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from memories.management.commands.ablate_recall import put
from memories.recall.training import Example, learned
from memories.recall.weights import FILE, weights

TURNS = ["I moved to Ghent", "My cat is called Miso", "The piano came by lorry", "I fear thunder"]


def conversation(number):
    turns = [
        {"speaker": "Ann", "dia_id": f"D1:{at}", "text": text}
        for at, text in enumerate([*TURNS, f"Line {number}"], 1)
    ]
    asked = [
        {"question": "What is Ann's cat called?", "category": 4, "evidence": ["D1:2"]},
        {"question": "What does Ann fear?", "category": 1, "evidence": ["D1:4"]},
    ]
    said = {
        "speaker_a": "Ann",
        "speaker_b": "Ben",
        "session_1": turns,
        "session_1_date_time": "1:56 pm on 8 May, 2023",
    }
    return {"conversation": said, "qa": asked}


@pytest.fixture
def conversations(tmp_path):
    path = tmp_path / "two.json"
    path.write_text(json.dumps([conversation(1), conversation(2)]), "utf-8")
    return path


def test_a_feature_that_tells_the_answer_gets_the_weight():
    chance = np.random.default_rng(5)
    examples = []
    for _ in range(60):
        features = chance.standard_normal((20, 2))
        wanted = np.arange(20) == features[:, 0].argmax()
        examples.append(Example(features, wanted))
    found = learned(examples, ["telling", "noise"])
    assert found["telling"] > 1
    assert abs(found["noise"]) < found["telling"] / 5


def test_nothing_is_learnt_where_no_answer_is_proposed():
    with pytest.raises(ValueError, match="no question"):
        learned([Example(np.ones((3, 1)), np.zeros(3, np.bool_))], ["one"])


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_the_command_tells_what_to_expect_and_leaves_the_file_alone(conversations, capsys):
    before = FILE.read_bytes()
    call_command("train_recall", str(conversations))
    printed = capsys.readouterr().out
    assert "by weights learnt from the others" in printed
    assert all(name in printed for name in weights().learned)
    assert FILE.read_bytes() == before


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_what_is_written_can_be_read_again(conversations, monkeypatch, tmp_path):
    copy = tmp_path / "weights.toml"
    copy.write_bytes(FILE.read_bytes())
    monkeypatch.setattr("memories.evaluation.training.FILE", copy)
    monkeypatch.setattr("memories.recall.weights.FILE", copy)
    call_command("train_recall", str(conversations), write=True)
    weights.cache_clear()
    try:
        again = weights()
    finally:
        monkeypatch.undo()
        weights.cache_clear()
    assert again.learned.keys() == weights().learned.keys()
    assert again.learned != weights().learned
    assert again.fixed == weights().fixed
    assert again.other == weights().other


@pytest.mark.long
@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_each_feature_is_taken_off_in_turn(conversations, capsys):
    call_command("ablate_recall", str(conversations))
    printed = capsys.readouterr().out
    assert all(f"| {name} |" in printed for name in ["nothing", *weights().question])


def test_a_table_is_put_between_its_marks(tmp_path):
    document = tmp_path / "memory.md"
    document.write_text("a\n<!-- features: local -->\nold\n<!-- end of features: local -->\nb\n")
    put(document, "local", ["| new |"])
    assert "old" not in document.read_text()
    assert document.read_text().startswith("a\n")
    assert document.read_text().endswith("b\n")
    with pytest.raises(CommandError, match="no place"):
        put(document, "elsewhere", [])


def test_a_file_that_is_no_set_is_refused(tmp_path):
    path = tmp_path / "odd.json"
    path.write_text("no JSON")
    for command in ("train_recall", "ablate_recall"):
        with pytest.raises(CommandError):
            call_command(command, str(path))
