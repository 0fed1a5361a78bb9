"""Tests of measuring recall on sets of questions."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from memories.evaluation.implicit import read_implicit
from memories.evaluation.locomo import read_locomo
from memories.evaluation.measure import Case, Score, measure
from memories.models import Memory
from memories.tests.factories import said
from whisper.environment import environment

pytestmark = [pytest.mark.django_db, pytest.mark.heavy]


def turn(number, speaker, text, **more):
    return {"dia_id": f"D1:{number}", "speaker": speaker, "text": text} | more


TALK = [
    {
        "conversation": {
            "speaker_a": "Ann",
            "speaker_b": "Ben",
            "session_1_date_time": "1:56 pm on 8 May, 2023",
            "session_2_date_time": "2:00 pm on 9 May, 2023",
            "session_1": [
                turn(1, "Ann", "My cat is called Miso.", blip_caption="a cat on a stove"),
                turn(2, "Ben", "I planted tomatoes by the fence."),
                turn(3, "Ann", "I start at the bakery on Monday."),
            ],
        },
        "qa": [
            {"question": "What is Ann's cat called?", "category": 4, "evidence": ["D1:1"]},
            {"question": "What did Ben plant?", "category": 1, "evidence": ["D:1:02; D9:9"]},
            {"question": "Who is nobody?", "category": 5, "evidence": []},
        ],
    }
]


@pytest.fixture
def locomo(tmp_path):
    path = tmp_path / "talk.json"
    path.write_text(json.dumps(TALK))
    return path


@pytest.fixture
def implicit(tmp_path):
    line = {
        "id": "a",
        "trigger": "I can't sleep, work is too much",
        "relation": "causal",
        "cue": {"text": "Deadlines at the office keep me awake", "days_ago": 20},
        "distractors": ["I like green tea", "my brother paints fences"],
    }
    path = tmp_path / "implicit.jsonl"
    path.write_text(json.dumps(line) + "\n")
    return path


def test_a_turn_is_a_memory_with_picture_speaker_time_and_the_turn_before(locomo):
    (person,) = read_locomo(locomo)
    first, second, _ = person.drafts
    assert first.text == "My cat is called Miso. [shares a picture: a cat on a stove]"
    assert (second.speaker, second.context) == ("Ben", first.text)
    assert second.said_at.isoformat() == "2023-05-08T13:57:00+00:00"


def test_odd_evidence_is_read_and_questions_without_any_are_left_out(locomo):
    (person,) = read_locomo(locomo)
    assert [case.wanted for case in person.cases] == [{"D1:1"}, {"D1:2"}]


def test_the_score_is_the_share_of_the_wanted_among_the_first():
    score = Score()
    score.add(Case("?", "c", frozenset("ab")), ["a", "x", "x", "x", "x", "b"])
    assert (score.percent(5), score.percent(10)) == (50.0, 100.0)


@pytest.mark.heavy
def test_measuring_finds_what_it_should_and_leaves_the_database_alone(locomo):
    said("Ann's own memory")
    scores = measure(read_locomo(locomo))
    assert scores["overall"].queries == 2
    assert scores["overall"].percent(5) == 100.0
    assert Memory.objects.count() == 1


def test_implicit_texts_can_be_hidden_among_conversations(implicit, locomo):
    alone, among = read_implicit(implicit), read_implicit(implicit, read_locomo(locomo))
    assert len(alone[0].drafts) == 3
    assert len({draft.origin for draft in among[0].drafts}) == 6


@pytest.mark.long
@pytest.mark.heavy
def test_the_command_prints_recall_by_category(implicit):
    out = StringIO()
    call_command("evaluate", "implicit", implicit, json=True, stdout=out, stderr=StringIO())
    assert json.loads(out.getvalue())["causal"]["recall@5"] == 100.0
    table = StringIO()
    call_command("evaluate", "implicit", implicit, stdout=table, stderr=StringIO())
    assert "causal" in table.getvalue()


def test_without_an_embedder_nothing_is_measured(implicit, monkeypatch):
    monkeypatch.setattr(environment, "embedding_backend", "api")
    monkeypatch.setattr(environment, "llm_embedding_api_url", None)
    with pytest.raises(CommandError, match="LLM_EMBEDDING_API_URL"):
        call_command("evaluate", "implicit", implicit)


@pytest.mark.parametrize("text", ["", "[{}]", "{"])
def test_the_command_says_that_a_file_is_no_set(tmp_path, text):
    path = tmp_path / "odd.json"
    path.write_text(text)
    with pytest.raises(CommandError, match="is not a locomo set"):
        call_command("evaluate", "locomo", path)
    with pytest.raises(CommandError, match="can't be read"):
        call_command("evaluate", "locomo", tmp_path / "missing.json")
