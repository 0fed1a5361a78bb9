"""Floors under how well facts are heard; the figures themselves are kept as a baseline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from memories.evaluation.facts import facts_of, measure_changes, measure_facts
from whisper.evaluations import read_lines

DATA = Path(__file__).parents[2] / "evaluation" / "data"
# What must never be stored, however it is put.
SILENT = {"question", "hypo", "quote", "joke", "sarcasm", "mood", "smalltalk"}


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [
        ("facts-report.jsonl", 93, 89),
        pytest.param("facts-registers-report.jsonl", 90, 74, marks=pytest.mark.long),
        pytest.param("facts-voices-report.jsonl", 94, 72, marks=pytest.mark.long),
        pytest.param("facts-kitchen-report.jsonl", 90, 58, marks=pytest.mark.long),
        pytest.param("facts-street-report.jsonl", 78, 60, marks=pytest.mark.long),
        pytest.param("facts-quay-report.jsonl", 80, 49, marks=pytest.mark.long),
        pytest.param("facts-market-report.jsonl", 58, 36, marks=pytest.mark.long),
    ],
)
def test_facts_are_heard_as_well_as_they_were(name, precision, recall):
    found = measure_facts(read_lines(DATA / name))[""]
    assert found["precision"].percent >= precision
    assert found["recall"].percent >= recall


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("changes-report.jsonl", 91),
        pytest.param("changes-registers-report.jsonl", 83, marks=pytest.mark.long),
        pytest.param("changes-voices-report.jsonl", 76, marks=pytest.mark.long),
        pytest.param("changes-kitchen-report.jsonl", 73, marks=pytest.mark.long),
        pytest.param("changes-street-report.jsonl", 80, marks=pytest.mark.long),
        pytest.param("changes-quay-report.jsonl", 46, marks=pytest.mark.long),
        pytest.param("changes-market-report.jsonl", 32, marks=pytest.mark.long),
    ],
)
def test_changes_of_mind_are_heard_as_well_as_they_were(name, right):
    assert measure_changes(read_lines(DATA / name))[""].percent >= right


def test_a_baseline_is_kept_for_each_set():
    kept = json.loads((DATA / "baseline.json").read_text("utf-8"))
    sets = {path.name for path in DATA.glob("*.jsonl")}
    assert sets == set(kept["facts"]) | set(kept["changes"])


@pytest.mark.parametrize(
    "text",
    [
        "Do I live in Rome?",
        'She said "I live in Rome" and left.',
        "> I live in Rome",
        "```\nmy name is Bob\n```",
        "If I lived in Rome I'd eat gelato daily",
        "I wish I lived in Rome",
        "imagine I was a doctor in Rome",
        "my character is called Thorin and lives in Rome",
        "He lives in Rome and has two kids",
        "I'm living in hell",
        "I moved to the sofa",
        "wow I love Mondays so much 🙄",
        "I'm Gay",
        "I'm Sick",
    ],
)
def test_nothing_is_heard_where_nothing_is_stated(text):
    assert facts_of([{"text": text, "at": "2026-03-02T18:00:00+00:00"}]) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("I live in the US", "They live in the US."),
        ("gf's name is hannah", "Their girlfriend is called hannah."),
        ("got a flat in york", "They live in york."),
        ("Moved to Utrecht last week!!", "They live in Utrecht."),
        ("name's dave", "Their name is dave."),
        ("I have a birthday on 14.07.1991", "Their birthday is 14 July 1991."),
    ],
)
def test_casual_words_are_heard(text, sentence):
    found = facts_of([{"text": text, "at": "2026-03-02T18:00:00+00:00"}])
    assert sentence in [fact.text() for fact in found]
