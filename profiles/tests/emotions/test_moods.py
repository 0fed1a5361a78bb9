"""Moods are judged as people judge them, on messages that nothing was trained on."""

from __future__ import annotations

import json
import re
from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command

from profiles.emotions import classify
from profiles.emotions.examples import examples, vocabulary, written
from profiles.emotions.moods import FOLDER, SETS, read_moods
from profiles.models import Emotion

# A little under what was reached, on lines for reporting alone: see the model's card.
FLOORS = {"agree": 80.0, "polarity": 85.0}


def letters(text: str) -> str:
    return re.sub(r"\W", "", text.casefold())


@pytest.mark.heavy
def test_moods_of_the_report_set_stay_above_their_floors():
    out = StringIO()
    call_command("evaluate", "moods", FOLDER / "moods-report.jsonl", json=True, stdout=out)
    figures = json.loads(out.getvalue())
    for name, floor in FLOORS.items():
        assert figures[name] >= floor, figures


def test_the_sets_hold_300_messages_of_all_states():
    moods = [mood for path in SETS for mood in read_moods(path)]
    assert len({text for text, _ in moods}) == len(moods) >= 300
    assert {emotion for _, emotion in moods} == set(Emotion)


def test_nothing_that_is_measured_was_trained_on():
    trained = {letters(example.text) for example in examples(0)} - {""}
    measured = {letters(text) for path in SETS for text, _ in read_moods(path)}
    assert trained & measured == set()


@pytest.mark.heavy
def test_sentences_are_made_the_same_each_time_and_filled_in():
    first = examples(1)
    assert first == examples(1) != examples(2)
    assert not any("{" in example.text for example in first)
    assert all(vocabulary().values())


@pytest.mark.parametrize("emotion", Emotion)
def test_each_state_has_lines_of_its_own(emotion):
    assert len(set(written(emotion))) >= 150


def test_no_line_stands_twice_as_only_the_first_would_be_trained_on():
    lines = [line.casefold() for emotion in Emotion for line in written(emotion)]
    assert [line for line, count in Counter(lines).items() if count > 1] == []


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("no pain today!", "happy"),
        ("I'm not angry", "neutral"),
        ("happy tears 😭", "happy"),
        ("wow i just love waiting at the dentist 🙄", "frustrated"),
        ("oh great, another meeting /s", "frustrated"),
        ("k", "neutral"),
        ("lol ok", "neutral"),
        ("brb", "neutral"),
        ("see you at 5", "neutral"),
    ],
)
def test_slang_denial_and_sarcasm_are_understood(text, state):
    assert classify(text).emotion == state
