"""Questions on what was told are answered, and not denied, as often as they were."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from botrunner.offline.evaluation.questions import Answered, Question, read_interviews

SETS = Path(__file__).parents[2] / "offline" / "evaluation" / "sets"
# A little under what was reached, on questions for reporting alone: in one interview, and in all.
FLOORS = (
    ("questions-later-report.jsonl", 1, 83.0),
    pytest.param("questions-later-report.jsonl", None, 86.0, marks=pytest.mark.long),
    pytest.param("questions-report.jsonl", None, 88.0, marks=pytest.mark.long),
)
MOST_DENIED = 1.7
KYLE = {"told": ["my hamster is called Nugget"], "questions": []}


def evaluate(path, **options):
    out = StringIO()
    call_command("evaluate", "questions", path, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def asking(question, contains):
    return KYLE | {"questions": [{"question": question, "answer_contains": contains}]}


@pytest.fixture
def one_question(tmp_path):
    def write(question, contains):
        path = tmp_path / "questions.json"
        path.write_text(json.dumps(asking(question, contains), indent=2))
        return path

    return write


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("name", "interviews", "floor"), FLOORS)
def test_questions_for_reporting_are_answered_as_well_as_they_were(
    name, interviews, floor, tmp_path
):
    lines = (SETS / name).read_text("utf-8").splitlines()[:interviews]
    (tmp_path / name).write_text("\n".join(lines))
    figures = json.loads(evaluate(tmp_path / name, json=True))
    assert figures["right"] >= floor, figures
    assert figures["denied"] <= MOST_DENIED, figures


def test_the_sets_hold_150_questions_half_of_them_for_reporting():
    dev, report = (
        [one for interview in read_interviews(path) for one in interview.questions]
        for path in (SETS / "questions-dev.jsonl", SETS / "questions-report.jsonl")
    )
    assert min(len(dev), len(report)) >= 75


def test_a_baseline_is_kept_for_each_set():
    kept = json.loads((SETS / "baseline.json").read_text("utf-8"))["questions"]
    assert set(kept) == {path.name for path in SETS.glob("questions-*.jsonl")}


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_what_was_told_is_asked_of_the_assistant(one_question):
    figures = json.loads(evaluate(one_question("whats my hamster called", "NUGGET"), json=True))
    assert (figures["right"], figures["denied"]) == (100.0, 0.0)


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_what_was_never_told_is_denied_and_can_be_listed(one_question):
    shown = evaluate(one_question("when is my sister's birthday?", "9 June"), show_wrong=True)
    assert "when is my sister's birthday?" in shown
    assert "wanted 9 June" in shown


@pytest.mark.parametrize(
    ("reply", "right", "denied"),
    [
        ("In Málaga, since 2019.", True, False),
        ("I can't find that in what you've told me.", False, True),
        ("You live in Rome.", False, False),
        ("I don't know more than that you live in malaga.", True, False),
    ],
)
def test_a_reply_is_judged_without_case_and_accents(reply, right, denied):
    answered = Answered(Question("where do I live?", ["Malaga"]), reply)
    assert (answered.is_right, answered.is_denied) == (right, denied)


def test_a_file_of_another_form_is_named(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text('{"questions": []}')
    with pytest.raises(CommandError, match=r"questions\.jsonl is not a questions set"):
        evaluate(path)
